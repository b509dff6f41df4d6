// memsh replay from the command line: reports, results, scripts, mistakes, the progress bar.

import Foundation
import Testing

@testable import memsh

@Suite struct ReplayTests {
  private static let trace = "m 1 100\nq\nf 1\n"

  @Test func readsItsOptions() throws {
    var replay = Invocation.Replay(file: "t")
    #expect(try Invocation(arguments: ["replay", "t"]) == .replay(replay))
    replay.options = ["TOP_PAD=1", "M_MXFAST=0"]
    replay.tunables = "glibc.malloc.mxfast=0"
    replay.touching = .first
    replay.machine = "ram=2G"
    replay.color = .never
    #expect(
      try Invocation(arguments: [
        "replay", "--mallopt", "TOP_PAD=1", "--mallopt", "M_MXFAST=0", "--tunables", "glibc.malloc.mxfast=0",
        "--touch", "first", "--machine", "ram=2G", "--color", "never", "t",
      ]) == .replay(replay))
    #expect(try Invocation(arguments: ["./replay"]) == .run(.init(source: .file("./replay"))))
  }

  @Test func reportsWhatATraceTakes() throws {
    let run = try Memsh.run(["replay", "-"], input: Self.trace)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("heap                132 KiB  132 KiB\n"))
  }

  @Test func comparesSettings() throws {
    let run = try Memsh.run(["replay", "--mallopt", "TOP_PAD=0", "-"], input: Self.trace)
    #expect(run.status == 0)
    #expect(run.output.contains("default              M_TOP_PAD=0\n"))
    #expect(run.output.contains("132 KiB  132 KiB       4 KiB    4 KiB\n"))
  }

  @Test func printsResults() throws {
    let run = try Memsh.run(["replay", "--results", "-"], input: "m 1 100\nK 1\nK 1\n")
    #expect(run.status == 0)
    #expect(
      run.output == """
        h2a0 104 b=21000 s=getrandom,brk0,brk+21000
        -
         s=abort="free(): double free detected in tcache 2"
        !signal 6 line 3

        """)
  }

  /// Kernels before 6.7 put large mappings right below the last one.
  @Test func resultsDependOnTheKernel() throws {
    // The first mapping takes the top of the area, the second one is 2 MiB long.
    let input = "m 1 200000\nm 2 2097120\n"
    let new = try Memsh.run(["replay", "--results", "-"], input: input)
    let old = try Memsh.run(["replay", "--results", "--machine", "kernel=6.1", "-"], input: input)
    #expect(new.output.hasSuffix("\nM400000+10:200000 2097136 s=mmap:200000@M400000\n"))
    #expect(old.output.hasSuffix("\nM231000+10:200000 2097136 s=mmap:200000@M231000\n"))
  }

  @Test func scriptsOfTracesRun() throws {
    let script = try Memsh.run(["replay", "--emit-mem", "-"], input: Self.trace)
    #expect(script.output.hasSuffix("p[1] = malloc(100)\nmallinfo2()\nfree(p[1]); p[1] = NULL\n"))
    let run = try Memsh.run(["-"], input: script.output + "print hex(int(sbrk(0)) - 0x4d2000)\n")
    #expect(run.status == 0)
    #expect(run.output == "0x21000\n")
  }

  @Test func theEndOfTheProgramIsTheStatus() throws {
    let run = try Memsh.run(["replay", "-"], input: "m 1 24\nf 1\nm 2 24\nK 2\nK 2\n")
    #expect(run.status == 134)
    #expect(
      run.output.hasSuffix("the program died in line 5: Aborted: free(): double free detected in tcache 2\n"))
  }

  @Test func mistakesInTracesAreDiagnostics() throws {
    let run = try Memsh.run(["replay", "-"], input: "m 1 100\nm 2\n")
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("<stdin>:2:1: error: SIZE is missing\n"))
  }

  @Test(arguments: [
    (["replay"], "Missing expected argument"), (["replay", "no-such-file"], "No such file"),
    (["replay", "--mallopt", "PAD=1", "-"], "M_TOP_PAD"),
    (["replay", "--touch", "most", "-"], "all"), (["replay", "--machine", "kernel=5.0", "-"], "6.18"),
    (["replay", "--results", "--emit-mem", "-"], "exclude"),
    (["replay", "--results", "--mallopt", "TOP_PAD=1", "-"], "--mallopt"),
  ])
  func wrongCallsSayWhatIsPossible(arguments: [String], part: String) throws {
    let run = try Memsh.run(arguments, input: Self.trace)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("memsh: "))
    #expect(run.errors.contains(part), "\(run.errors)")
  }

  @Test func tunablesWithoutEffectAreWarnedOf() throws {
    let run = try Memsh.run(["replay", "--tunables", "x=1", "-"], input: Self.trace)
    #expect(run.errors.hasPrefix("warning: GLIBC_TUNABLES: glibc 2.36 has no tunable 'x'"))
    #expect(run.status == 0)
    #expect(run.output.contains("132 KiB  132 KiB     132 KiB  132 KiB\n"))
  }

  @Test func helpExplains() throws {
    let run = try Memsh.run(["replay", "--help"])
    #expect(run.status == 0)
    #expect(run.output.contains("--mallopt"))
    #expect(run.output.contains("Fragmentation is"))
    #expect(try Memsh.run(["--help"]).output.contains("memsh replay"))
  }

  @Test func aBarShowsHowFarItIsOnATerminalOnly() throws {
    let folder = try TemporaryFolder()
    let trace = (1...20_000).map { "m \($0) 24\n" }.joined()
    let file = try folder.write(trace, to: "trace")
    let terminal = try Terminal(
      ["replay", file], environment: ["TERM": "xterm"], redirection: folder.url.path + "/report")
    try terminal.wait(for: "100 %")
    #expect(try terminal.end() == 0)
    #expect(try Memsh.run(["replay", file]).errors == "")
  }
}
