// Reading the command line: the plain calls that do without the argument parser mean what it would say.

import Testing

@testable import memsh

@Suite struct InvocationTests {
  @Test func plainCallsMeanWhatTheParserSays() throws {
    #expect(try Invocation(arguments: []) == MemshCommand.parse([]).invocation)
    #expect(try Invocation(arguments: ["a.mem"]) == MemshCommand.parse(["a.mem"]).invocation)
    #expect(try Invocation(arguments: ["-c", ""]) == MemshCommand.parse(["-c", ""]).invocation)
    #expect(try Invocation(arguments: ["-c", "-1"]) == MemshCommand.parse(["-c", "-1"]).invocation)
  }

  @Test func readsEveryOption() throws {
    var run = Invocation.Run(source: .file("a.mem"))
    run.staysInteractive = true
    run.machine = "ram=2G,swap=0"
    run.traces = true
    run.color = .never
    #expect(
      try Invocation(arguments: [
        "-i", "--machine", "ram=2G,swap=0", "--trace", "--color", "never", "a.mem",
      ]) == .run(run))
  }

  @Test func readsCheck() throws {
    #expect(try Invocation(arguments: ["check", "a", "b"]) == .check(files: ["a", "b"], color: .auto))
    #expect(try Invocation(arguments: ["./check"]) == .run(.init(source: .file("./check"))))
  }
}
