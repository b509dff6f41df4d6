// The simulated allocator in the conditions under which the real one is recorded.

import LinuxMemory
import MemScript

/// A simulated process that replays traces.
enum SimulatedGlibc {
  /// The machine on which it runs.
  private static let configuration = Result {
    try MachineConfiguration(settings: ReplayResultLines.machineSettings.map { (key: $0.0, value: $0.1) })
  }

  /// The same with 32 bits.
  private static let narrowConfiguration = Result {
    try MachineConfiguration(
      settings: [(key: "arch", value: "i386"), (key: "ram", value: "4G"), (key: "thp", value: "never")])
  }

  /// Replays a trace.
  ///
  /// - Parameters:
  ///   - detail: what the lines tell of arenas.
  ///   - isNarrow: whether words have 32 bits.
  ///   - glibc: the version of the C library.
  /// - Returns: One line for each operation, and the signal line if it ended that way.
  static func run(
    _ trace: String, detail: ArenaDetail = .none, isNarrow: Bool = false, glibc: String = "2.36"
  )
    throws -> [String]
  {
    var machine = try isNarrow ? narrowConfiguration.get() : configuration.get()
    machine.glibc = glibc
    return Array(try ReplayResultLines(of: reading(trace), on: machine, detail: detail))
  }

  /// Replays a trace call by call.
  ///
  /// - Parameter afterEach: Gets the number of the operation and the allocator after it.
  static func run(_ trace: String, afterEach: (Int, MallocState) throws -> Void) throws {
    let trace = try reading(trace)
    var machine = try Machine(configuration: configuration.get())
    let process = try machine.spawnRecordingProcess().get().process
    _ = machine.setMallocTunables(MallocTunables(environment: trace.environment), in: process)
    var replayer = TraceReplayer(trace, on: machine, in: process)
    while !replayer.isFinished {
      replayer.advance(by: 1)
      if let state = replayer.machine.process(process)?.malloc { try afterEach(replayer.position, state) }
    }
  }

  private static func reading(_ trace: String) throws -> AllocationTrace {
    try AllocationTrace(reading: SourceText(name: "trace", text: trace))
  }
}
