// Scripts that are compiled once and run often, whatever happens between.

import Testing

@testable import MemScript

struct CompiledScriptTests {
  @Test("what is wrong with a text is thrown when it is compiled")
  func errors() throws {
    let session = try Session()
    let failure = #expect(throws: ScriptFailure.self) { try session.compile("x = \ny = nope", name: "a.mem") }
    #expect(failure?.diagnostics.map(\.location.line) == [1, 2])
    #expect(session.variableNames == [])
  }

  @Test("runs in turn with others keep their own state")
  func turns() throws {
    let session = try Session()
    session.run("n = 0; func twice(x) { return 2 * x }")
    let step = try session.compile("n = n + 1; q = twice(n)")
    let other = try session.compile("extra = n; r = twice(extra)")
    for round in 1...20 {
      #expect(session.run(step) == .finished)
      #expect(session.run(other) == .finished)
      #expect(try session.value(of: "q") == .integer(Int64(2 * round)))
      #expect(try session.value(of: "r") == .integer(Int64(2 * round)))
    }
    // New names push temporaries aside, a new function takes another's place, a command is added.
    session.run("z1 = 1; z2 = 2; z3 = 3; func twice(x) { return 3 * x }")
    try session.addCommand("late") { 1 }
    #expect(session.run(step) == .finished)
    #expect(try session.value(of: "q") == 63)
    #expect(try session.evaluate("z1 + z2 + z3") == 6)
  }

  @Test("a state that is restored has what it had, and loses what it had not")
  func restored() throws {
    let session = try Session()
    let before = session.snapshot()
    session.run("x = 5")
    let read = try session.compile("y = x")
    #expect(session.run(read) == .finished)
    session.restore(before)
    #expect(session.run(read).failure?.kind == .name("x"))
    session.run("x = 6")
    #expect(session.run(read) == .finished)
    #expect(try session.value(of: "y") == 6)
  }

  @Test("another session compiles it for itself")
  func otherSession() throws {
    let (one, two) = (try Session(), try Session())
    one.run("x = 1; w = 9")
    two.run("a = 1; b = 2; x = 100")
    let script = try one.compile("x += 1")
    for session in [one, two, one, two] { #expect(session.run(script) == .finished) }
    #expect(try one.value(of: "x") == 3)
    #expect(try two.value(of: "x") == 102)
  }

  @Test("sources of old runs are let go")
  func sources() throws {
    let session = try Session()
    let padding = String(repeating: "# a comment that nobody needs later\n", count: 300)
    session.run("n = 0")
    let kept = try session.compile("n += 1\n" + padding)
    let size = session.stateByteCount()
    for round in 0..<200 {
      session.run("n += \(round)\n" + padding)
      session.run(kept)
    }
    #expect(session.stateByteCount() - size < 20_000)
    let failing = try session.compile("l = [1]\nprint l[n]\n")
    for _ in 0..<3 {
      #expect(session.run(failing).failure?.diagnostics.first?.location.excerpt == "print l[n]")
      session.run("func g() { return 1 }")
    }
  }
}
