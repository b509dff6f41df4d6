// The engine as a host uses it: persistence, snapshots, limits, interruption.

import Testing

@testable import ScriptLanguage

@Suite struct EngineTests {
  @Test("Globals and functions persist; a failed compilation leaves no trace")
  func persistence() throws {
    let session = Session()
    session.run("x = [1, 2]; func f(a) { return a + len(x) }")
    session.run("func f(a) { return 0 }; z = ; y = 5")
    session.run("func f(a) { return 0 }; y = undefinedThing")
    #expect(session.lines("push(x, 3); print f(10)") == ["13"])
    #expect(session.engine.globalNames == ["x"])
    #expect(try session.engine.value(ofGlobal: "x") == .list([.integer(1), .integer(2), .integer(3)]))
    #expect(try session.engine.value(ofGlobal: "y") == nil)
    #expect(session.engine.functionNames == ["f"])
  }

  @Test("A snapshot brings back values, shared lists, cycles and functions")
  func snapshots() {
    let session = Session()
    session.run("a = [1]; b = a; push(a, a); s = \"text\"; func f() { return 1 }")
    let snapshot = session.engine.snapshot()
    session.run("a = 0; b[0] = 9; c = 3; s = \"other\"; func f() { return 2 }; func g() { return 3 }")
    session.engine.restore(snapshot)
    #expect(session.lines("print a[0], s, f(); a[0] = 5; print b[0], a[1][0]") == ["1 text 1", "5 5"])
    #expect(session.engine.globalNames == ["a", "b", "s"])
    #expect(session.messages("g()") == ["1:1 unknown function `g`"])
  }

  @Test("check reports and remembers nothing")
  func check() {
    let session = Session()
    #expect(session.engine.check(SourceText(name: "t", text: "x = 1\ny = \nprint z")).count == 2)
    #expect(session.engine.check(SourceText(name: "t", text: "x = 1\ny = z +\nprint z")).count == 1)
    #expect(session.engine.check(SourceText(name: "t", text: "x = 1; print x")).isEmpty)
    #expect(session.engine.globalNames.isEmpty)
  }

  @Test(
    "Input that only needs more lines",
    arguments: [
      ("if x {", true), ("f(1,", true), ("x = [1,\n2", true), ("/* note", true),
      ("func f() {\n  x = 1", true),
      ("x = 1", false), ("x = ", false), ("print \"open", false), ("}", false), ("x = )\nif y {", false),
      ("x = 1 +", true), ("", false), ("for i in 1 2; do", true), ("for i in 1 2 3", true),
      ("while true; do\nfork a", true), ("if fork a; then", true), ("if [ 1 = 1 ]", true),
      ("for i in 1 2; do fork a; done", false),
    ])
  func incomplete(text: String, expected: Bool) {
    let session = Session()
    let script = session.engine.parse(SourceText(name: "t", text: text + "\n"))
    #expect(script.isIncomplete == expected, "\(text)")
  }

  @Test(
    "Which part is open",
    arguments: [
      ("if x {", "if"), ("for i in 0..<3 {\n  if i {\n    x = 1\n  }", "for"), ("if x {\n} else {", "else"),
      ("f(1,\n2,", "f"), ("y = 1 +", "y"), ("/* note\n\n", "/"), ("{\n\n", "{"),
      ("  process b {\n\n  x = 1", "process"),
      ("for i in 1 2; do\nfork a", "for"), ("x = 1", nil), ("", nil), ("\n \n", nil), ("x = )\nif y {", nil),
    ] as [(String, String?)])
  func openWords(text: String, expected: String?) {
    let session = Session()
    let script = session.engine.parse(SourceText(name: "t", text: text))
    #expect(script.openWord == expected, "\(text)")
    #expect(script.isIncomplete == (expected != nil), "\(text)")
  }

  @Test("Limits end a script with their name")
  func limits() {
    func hint(_ text: String, _ limits: ScriptLimits) -> String? {
      guard let diagnostics = Session(limits: limits).run(text).failure?.diagnostics else { return nil }
      return diagnostics.last?.hint
    }
    #expect(hint("while true { }", ScriptLimits(steps: 10_000)) == "the limit is `ScriptLimits.steps`")
    #expect(
      hint("func f() { return f() }\nf()", ScriptLimits(callDepth: 50))
        == "the limit is `ScriptLimits.callDepth`")
    let small = ScriptLimits(heapBytes: 2 << 20)
    #expect(hint("s = \"ab\"; while true { s = s + s }", small) == "the limit is `ScriptLimits.heapBytes`")
    #expect(hint("l = []; while true { push(l, l) }", small) == "the limit is `ScriptLimits.heapBytes`")
    #expect(hint("x = 0..<1000000000000", small) == "the limit is `ScriptLimits.heapBytes`")
    #expect(hint("x = fill(9223372036854775807, 0)", small) == "the limit is `ScriptLimits.heapBytes`")
    #expect(hint("x = 1", ScriptLimits(sourceBytes: 3)) == "the limit is `ScriptLimits.sourceBytes`")
    #expect(Session(limits: small).run("while len(\"\") < 5 { s = \"a{1}\"; i = 0; break }") == .finished)
  }

  @Test("Garbage is collected within the limit")
  func garbage() {
    let session = Session(limits: ScriptLimits(heapBytes: 8 << 20))
    #expect(
      session.lines("for i in 0..<300000 { s = \"text {i}\"; l = [s, s] }; print l") == [
        "[\"text 299999\", \"text 299999\"]"
      ])
  }

  @Test("An interrupt stops loops and calls")
  func interruption() {
    let session = Session()
    session.host.interruptAfter = (1000, session.engine.interruption)
    #expect(session.run("while true { nop() }") == .interrupted)
    session.engine.interruption.clear()
    session.host.interruptAfter = (0, session.engine.interruption)
    #expect(session.run("nop(); while true { }") == .interrupted)
    // The request stays until it is taken back: one that comes just before a run is not lost.
    #expect(session.run("print 1") == .interrupted)
    session.engine.interruption.clear()
    #expect(session.run("print 1") == .finished)
  }

  @Test("Values cross the border both ways")
  func border() {
    let session = Session()
    #expect(
      session.lines("x = echoed([1, \"a\", [NULL, true]]); print x, echoed(\"é\")") == [
        "[1, \"a\", [NULL, true]] é"
      ])
    #expect(session.messages("l = []; push(l, l); echoed(l)").count == 1)
    #expect(session.messages("malloc(\"a\")") == ["1:8 expected an integer, found a string"])
  }
}
