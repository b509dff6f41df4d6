// The command line of `memsh replay`: its options, their help and the rules between them.

import ArgumentParser
import LinuxMemory
import MemScript

/// What `memsh replay` was asked to do, as swift-argument-parser reads it.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memsh replay",
    abstract: "Replay a recorded trace of a program's allocations.",
    usage: """
      memsh replay [--bytes] [--glibc VERSION] [--mallopt NAME=VALUE ...] [--tunables TEXT] [--touch WHAT] FILE
      memsh replay --results [--glibc VERSION] [--arch NAME] FILE
      memsh replay --emit-mem [--glibc VERSION] [--mallopt NAME=VALUE ...] [--tunables TEXT] [--touch WHAT] FILE
      memsh replay --time [--glibc VERSION] [--mallopt NAME=VALUE ...] [--tunables TEXT] FILE
      """,
    discussion: """
      FILE is what scripts/record writes, the log of mtrace(3), of valgrind --trace-malloc=yes, of ltrace -f or \
      uftrace replay, heaptrack's raw data (heaptrack --raw, unpacked), a trace of the malloc lab, or one call in \
      each line (m 1 100, r 1 2 200, f 2); which of them is seen from the content. In the last, N 1 creates \
      thread 1, T 1 makes the calls that follow its own (T 0 the main thread's), E 1 ends it; q asks for mallinfo2, S for malloc_stats, \
      I for malloc_info.

      The report tells the peaks and the end: the heap below the break, what is mapped, RSS beyond what the \
      program started with, live bytes as asked for and as usable, system calls, minor faults. Fragmentation is \
      the part of heap and mappings that no live byte lies in. With --mallopt or --tunables a second column \
      shows what would be.

      Exit status: 0; 1 for a trace that cannot be read; 2 when memsh was called wrongly; 128+n when the \
      replayed program died of signal n.
      """)

  @Flag(help: "Print one line for each operation, as the recordings of the real glibc have them.")
  var results = false

  @Flag(name: .customLong("emit-mem"), help: "Print the trace as a script that memsh runs.")
  var emitsScript = false

  @Flag(help: "Replay again and again, blocks unwritten, and print the processor's nanoseconds per call.")
  var time = false

  @Flag(help: "Print sizes in the report exactly, in bytes.")
  var bytes = false

  @Option(
    help: ArgumentHelp(
      "Call mallopt first: TRIM_THRESHOLD=0; may be given several times.", valueName: "NAME=VALUE"))
  var mallopt: [String] = []

  @Option(
    help: ArgumentHelp(
      "Set GLIBC_TUNABLES: glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0.", valueName: "TEXT"))
  var tunables: String?

  @Option(
    help: ArgumentHelp(
      "How much of each new block the program writes, where the trace does not tell: all, first (its first "
        + "byte) or none.", valueName: "WHAT"))
  var touch: ReplayOptions.BlockTouching = .all

  @Option(
    help: ArgumentHelp(
      "The C library: \(MachineConfiguration.glibcVersions.joined(separator: ", ")).", valueName: "VERSION"))
  var glibc: String?

  @Option(help: ArgumentHelp("The architecture: x86_64 or i386.", valueName: "NAME"))
  var arch: String?

  @Option(
    help: ArgumentHelp("Boot this machine: ram=2G,kernel=6.18.", valueName: "SETTINGS"))
  var machine: String?

  @Option(help: ArgumentHelp("Use colours: auto, always or never.", valueName: "WHEN"))
  var color: ColorChoice = .auto

  @Argument(help: ArgumentHelp("The trace, or - for standard input.", valueName: "FILE"), completion: .file())
  var file: String

  func validate() throws {
    if [results, emitsScript, time].count(where: { $0 }) > 1 {
      throw ValidationError("--results, --emit-mem and --time exclude each other.")
    }
    if results, !mallopt.isEmpty || tunables != nil {
      throw ValidationError("--results replays the trace as it is, without --mallopt and --tunables.")
    }
  }

  /// All that is said of the machine; an option of its own goes before the same setting in `--machine`.
  private var machineText: String? {
    let settings = [machine, arch.map { "arch=\($0)" }, glibc.map { "glibc=\($0)" }].compactMap { $0 }
    return settings.isEmpty ? nil : settings.joined(separator: ", ")
  }

  private var output: Invocation.Replay.Output {
    if results { return .results }
    if emitsScript { return .script }
    return time ? .timing : .report
  }

  /// The same as a plain value.
  var invocation: Invocation {
    .replay(
      Invocation.Replay(
        file: file, output: output, options: mallopt, tunables: tunables,
        touching: touch, machine: machineText, color: color, showsBytes: bytes))
  }
}

extension ReplayOptions.BlockTouching: ExpressibleByArgument {}
