// Commands of the host's own: types, presets, any number of arguments, shell style, objects, errors.

import MemScript
import Testing

struct HostCommandTests {
  private var transcript: Transcript
  private var session: Session { transcript.session }

  init() throws { transcript = try Transcript() }

  private func said(_ script: String) -> String { transcript.run(script).said }

  @Test("arguments come as the types of Swift, and so go results")
  func types() throws {
    try session.addCommand("all", ["i", "u", "d", "b", "s", "p", "l", "m", "v"]) {
      (
        i: Int, u: UInt64, d: Double, b: Bool, s: String, p: ScriptPointer, l: [Int], m: [String: Double],
        v: ScriptValue
      ) in
      [
        "\(i) \(u) \(d) \(b) \(s) \(p.address) \(l) \(m.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value)" }) \(v)"
      ]
    }
    #expect(
      said("print all(-1, -1, 1, true, \"t\", NULL, [1, 2], {\"k\": 0.5}, [NULL])[0]")
        == "-1 18446744073709551615 1.0 true t 0 [1, 2] [\"k0.5\"] [NULL]\n")
    try session.addCommand("back", ["which"]) { (which: Int) -> ScriptValue in
      [1, "a", 2.5, true, nil, ScriptPointer(16).scriptValue, [Int?.none].scriptValue, "none"][which]
    }
    #expect(
      said("for i in 0..<8 { print back(i) }") == "1\na\n2.5\ntrue\nNULL\n0x10\n[NULL]\nnone\n")
  }

  @Test("parameters may be left out, have a value then, or be as many as there are")
  func optional() throws {
    try session.addCommand("opt", ["x"]) { (x: Int?) in x.map(String.init) ?? "none" }
    try session.addCommand("scale", ["x", .init("by", default: 3)]) { (x: Int, by: Int) in x * by }
    try session.addCommand("joined", ["sep", "parts"]) { (sep: String, parts: Variadic<String>) in
      parts.values.joined(separator: sep)
    }
    #expect(said("print opt(), opt(NULL), opt(4), scale(4), scale(4, 4)") == "none none 4 12 16\n")
    #expect(
      said("print joined(\"-\"), joined(\"-\", \"a\"), joined(\"-\", \"a\", \"b\", \"c\")") == " a a-b-c\n")
    #expect(said("print scale()").contains("`scale` takes 1 to 2 arguments, not 0"))
    #expect(said("print joined(\"-\", \"a\", 5)").contains("expected a string, found an integer"))
    #expect(session.help("scale")?.contains("scale(x[, by])") == true)
    #expect(session.help("joined")?.contains("joined(sep[, parts], ...)") == true)
  }

  @Test("a wrong argument is underlined in the script")
  func place() throws {
    try session.addCommand("f", ["a", "b"]) { (a: Int, b: [UInt32]) in a + b.count }
    let (outcome, _) = transcript.run("x = f(1, [2, \"three\"])")
    let diagnostic = try #require(outcome.failure?.diagnostics.first)
    #expect(diagnostic.kind == .type)
    #expect(diagnostic.location.column == 10 && diagnostic.location.end.column == 22)
    #expect(transcript.run("x = f(1, [-1])").outcome.failure?.kind == .value)
  }

  @Test("the session is given to a command that wants it, and its machine can be used")
  func sessionArgument() throws {
    try session.addCommand("wait_us", ["n"]) { (session: Session, n: UInt64) in
      session.machine.sleep(microseconds: n)
    }
    let before = session.machine.clock
    #expect(transcript.run("wait_us(250)").outcome == .finished)
    #expect(session.machine.clock == before + 250)
    try session.addCommand("again") { (session: Session) in session.run("print 1").exitStatus }
    let (outcome, said) = transcript.run("print again()")
    #expect(outcome == .finished && said == "1\n")
    try session.addCommand("inner") { (session: Session) in try session.evaluate("1") }
    #expect(transcript.run("inner()").outcome.failure.map { "\($0.kind)" }?.contains("host") == true)
  }

  private struct Mine: Error, Equatable { var code = 42 }

  @Test("the host's own error is inside the failure")
  func hostError() throws {
    try session.addCommand("boom") { () throws -> Int in throw Mine() }
    guard case .host(let error)? = transcript.run("process p { boom() }").outcome.failure?.kind else {
      Issue.record("another kind")
      return
    }
    #expect(error as? Mine == Mine())
    try session.addCommand("wrong") { () throws -> Int in throw ScriptError("no", hint: "yes") }
    #expect(transcript.run("try { wrong() } catch e { print e }").said == "no\n")
    #expect(transcript.run("try { boom() } catch e { print \"caught\" }").outcome.exitStatus == 1)
  }

  @Test("names and parameters are judged when a command is added")
  func validation() throws {
    let bad: [(String, CommandError)] = [
      ("a b", .invalidName("a b")), ("if", .invalidName("if")), ("", .invalidName("")),
      ("status", .invalidName("status")), ("malloc", .alreadyExists("malloc")),
    ]
    for (name, error) in bad { #expect(throws: error) { try session.addCommand(name) { 1 } } }
    #expect(throws: CommandError.alreadyExists("ls")) { try session.addShellCommand("ls") { _ in } }
    #expect(throws: CommandError.parameterCount(names: 0, parameters: 1)) {
      try session.addCommand("g") { (_: Int) in 1 }
    }
    #expect(throws: CommandError.parameterCount(names: 2, parameters: 1)) {
      try session.addCommand("g", ["a", "b"]) { (_: Int) in 1 }
    }
    #expect(throws: CommandError.invalidParameterName("a")) {
      try session.addCommand("g", ["a", "a"]) { (_: Int, _: Int) in 1 }
    }
    #expect(throws: CommandError.requiredAfterOptional("b")) {
      try session.addCommand("g", ["a", "b"]) { (_: Int?, _: Int) in 1 }
    }
    #expect(throws: CommandError.invalidPreset("a")) {
      try session.addCommand("g", [.init("a", default: "three")]) { (_: Int) in 1 }
    }
    #expect(throws: CommandError.variadicNotLast("a")) {
      try session.addCommand("g", ["a", "b"]) { (_: Variadic<Int>, _: Int?) in 1 }
    }
    try session.addCommand("malloc", ["n"], replacing: true) { (n: Int) in n + 1 }
    #expect(said("print malloc(1)") == "2\n")
  }

  @Test("a function that was defined before sees the command that takes another's place")
  func replacing() throws {
    session.run("func f() { return getpid() }")
    try session.addCommand("getpid", replacing: true) { 7 }
    #expect(try session.call("f") == 7)
  }

  @Test("shell commands get words and what is piped, and write where they are redirected")
  func shell() throws {
    try session.addShellCommand("shout", usage: "WORD...", summary: "Shouts.") { run in
      guard !run.arguments.isEmpty || run.input != nil else {
        run.printError("shout: nothing to say\n")
        run.status = 3
        return
      }
      run.print((run.arguments.joined(separator: " ") + (run.input ?? "")).uppercased() + "\n")
    }
    #expect(said("n = 2; shout hi \"a b\" $n") == "HI A B 2\n")
    #expect(said("echo -n x | shout | wc -c") == "2\n")
    #expect(said("shout 2> /dev/null || print status") == "3\n")
    #expect(said("x = $(shout y); shout z > /tmp/f; print x; cat /tmp/f") == "Y\nZ\n")
    #expect(session.help("shout")?.contains("shout WORD...") == true)
  }

  @Test("objects of the host go through scripts as they are")
  func objects() throws {
    final class Counter: Sendable { let start = 5 }
    let (one, other) = (HostObject(Counter()), HostObject(Counter(), name: "other"))
    try session.addCommand("object", ["first"]) { (first: Bool) in first ? one : other }
    try session.addCommand("start", ["of"]) { (of: HostObject) in (of.value as? Counter)?.start }
    #expect(
      said("o = object(true); l = [o, object(false)]; m = {\"o\": o}; print o, l, type(o), start(l[1]), !o")
        == "<Counter> [<Counter>, <other>] object 5 false\n")
    #expect(
      said("print o == object(true), o == l[1], l[0] == m[\"o\"], [o] == [object(true)]")
        == "true false true true\n")
    #expect(try session.value(of: "o") == .object(one))
    #expect(said("print o + 1").contains("does not work on an object of the host"))
    #expect(said("print start(5)").contains("expected an object of the host, found an integer"))
    let snapshot = session.snapshot()
    session.run("o = 0; l = 0; m = 0")
    session.restore(snapshot)
    #expect(try session.value(of: "m") == ["o": .object(one)])
  }

  @Test("an object is let go once no script holds it")
  func objectIsFreed() throws {
    final class Large: Sendable {}
    weak var seen: Large?
    do {
      let made = Large()
      seen = made
      try session.setValue(.object(HostObject(made)), of: "o")
    }
    #expect(seen != nil)
    session.run("o = 0\nfor i in 0..<200000 { t = \"some text that is collected {i}\" }")
    #expect(seen == nil)
  }
}
