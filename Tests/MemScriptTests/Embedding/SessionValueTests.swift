// What a host evaluates, calls, sets and reads.

import Foundation
import MemScript
import Testing

struct SessionValueTests {
  private let session: Session

  init() throws { session = try Session() }

  @Test("a text has the value of its expression, of its last statement, or of what it assigns")
  func evaluates() throws {
    #expect(try session.evaluate("12 * 3 + 1") == 37)
    #expect(try session.evaluate("x = 5\ny = x + 1") == 6)
    #expect(try session.evaluate("x = 1; [x, \"a\", NULL]") == [1, "a", nil])
    #expect(
      try session.evaluate("{\"a\": 1, 2: 1.5}")
        == .map([
          .init(key: "a", value: 1), .init(key: 2, value: 1.5),
        ]))
    #expect(try session.evaluate("-5") == -5)
    #expect(try session.evaluate("true") == true)
    #expect(try session.evaluate("1 << 3", as: Int.self) == 8)
    #expect(try session.evaluate("-1UL") == .unsigned(.max))
    #expect(try session.evaluate("if x > 0 { y = 9 }") == nil)
    #expect(try session.evaluate("") == nil)
    #expect(try session.evaluate("malloc(10)").pointerValue ?? 0 > 4096)
    #expect(try session.evaluate("\"{x + 1}\"", as: String.self) == "2")
  }

  @Test("a word that is a command of the shell is run")
  func shellWord() throws {
    var said = ""
    let session = try Session { said += $1 }
    #expect(try session.evaluate("nproc") == nil)
    #expect(said == "1\n")
    #expect(try session.evaluate("$(nproc)") == "1")
  }

  @Test("functions are called with values, and with what they need of them")
  func calls() throws {
    session.run(
      "func area(w, h = 2) { return w * h }\nint half(int x) { return x / 2; }\nfunc none() { a = 1 }")
    #expect(try session.call("area", arguments: [4]) == 8)
    #expect(try session.call("area", arguments: [4, 0.5]) == 2.0)
    #expect(try session.call("half", arguments: [7.9], as: Int.self) == 3)
    #expect(try session.call("none") == nil)
    #expect(session.functionNames == ["area", "half", "none"])
    // Long texts and lists live through the making of the others.
    session.run("func glue(a, b, c) { return a + b + c[0] }")
    let long = String(repeating: "x", count: 3 << 20)
    let glued = try session.call("glue", arguments: [.string(long), .string(long), [.string(long)]])
    #expect(glued.stringValue?.utf8.count == 9 << 20)
  }

  @Test("a wrong call says what is wrong, and leaves the session as it was")
  func refusesCalls() throws {
    session.run("func area(w, h = 2) { return w * h }")
    let cases: [(String, [ScriptValue], FailureKind)] = [
      ("aera", [1], .name("aera")), ("area", [], .type), ("area", [1, 2, 3], .type), ("area", [[1]], .type),
    ]
    for (name, arguments, kind) in cases {
      #expect { try session.call(name, arguments: arguments) } throws: {
        ($0 as? ScriptFailure)?.kind == kind
      }
    }
    #expect(try session.call("area", arguments: [3]) == 6)
  }

  @Test("an error inside a called function tells the chain of calls up to the host")
  func callChain() throws {
    session.run("func inner(x) { return [1][x] }\nfunc outer(x) { return inner(x) }", name: "lib.mem")
    let failure = #expect(throws: ScriptFailure.self) { try session.call("outer", arguments: [7]) }
    let diagnostic = try #require(failure?.diagnostics.first)
    #expect(diagnostic.location.file == "lib.mem")
    #expect(diagnostic.notes.map(\.message) == ["in `inner`, called here", "in `outer`, called by the host"])
  }

  @Test("variables are set from values and from types of Swift, and read as both")
  func variables() throws {
    struct Plan: Codable, Equatable {
      var name: String
      var sizes: [UInt64]
      var note: String?
      var nested: [String: Bool]
    }
    let plan = Plan(name: "web", sizes: [1, 1 << 63], note: nil, nested: ["on": true])
    try session.setValue(plan, of: "plan")
    #expect(
      session.run("plan[\"sizes\"][0] = 7; n = plan[\"sizes\"][1]; plan[\"note\"] = \"set\"") == .finished)
    var changed = plan
    (changed.sizes[0], changed.note) = (7, "set")
    #expect(try session.value(of: "plan", as: Plan.self) == changed)
    #expect(try session.value(of: "n", as: UInt64.self) == 1 << 63)
    #expect(try session.value(of: "nobody") == nil)
    try session.setValue(3.5, of: "x")
    #expect(try session.evaluate("x * 2") == 7.0)
    session.run("unsigned char c = 1")
    try session.setValue(257, of: "c")
    #expect(try session.value(of: "c") == 1)
    #expect(session.variableNames == ["c", "n", "plan", "x"])
  }

  @Test(
    "names that no variable can have are refused",
    arguments: ["", "a b", "if", "malloc", "status", "errno", "LIMIT", "hog", "9x", "a\0"])
  func refusesNames(name: String) throws {
    session.run("#define LIMIT 5\nprocess hog { }")
    #expect(throws: ScriptError.self) { try session.setValue(1, of: name) }
    #expect(session.run("print LIMIT") == .finished)
  }

  @Test("a value that does not fit says where")
  func mismatches() throws {
    try session.setValue(["a": ["b": [1, "x"]]] as ScriptValue, of: "v")
    let error = #expect(throws: DecodingError.self) {
      try session.value(of: "v", as: [String: [String: [Int]]].self)
    }
    guard case .typeMismatch(_, let context)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.codingPath.map(\.stringValue) == ["a", "b", "1"])
    #expect(throws: DecodingError.self) { try session.evaluate("300", as: UInt8.self) }
    #expect(throws: DecodingError.self) { try session.evaluate("-1", as: UInt.self) }
  }

  @Test("values go through JSON and back")
  func json() throws {
    let value: ScriptValue = ["a": 1, "b": [true, nil, 2.5, "x"], "c": .unsigned(.max), "d": [:]]
    let data = try JSONEncoder().encode(value)
    #expect(try JSONDecoder().decode(ScriptValue.self, from: data) == value)
    #expect(throws: EncodingError.self) { try JSONEncoder().encode(ScriptValue.object(HostObject(1))) }
  }

  @Test("accessors give the types of Swift, and nil for anything else")
  func accessors() throws {
    let values: [ScriptValue] = [nil, true, 5, .unsigned(.max), 2.5, .pointer(16), "t", [1], ["k": 2]]
    #expect(values.map(\.isNull) == [true] + Array(repeating: false, count: 8))
    #expect(values.map(\.boolValue) == [nil, true, nil, nil, nil, nil, nil, nil, nil])
    #expect(values.map(\.intValue) == [nil, nil, 5, nil, nil, nil, nil, nil, nil])
    #expect(values.map(\.uint64Value) == [nil, nil, 5, .max, nil, 16, nil, nil, nil])
    #expect(values.map(\.doubleValue) == [nil, nil, 5, 0x1p64, 2.5, nil, nil, nil, nil])
    #expect(values.map(\.pointerValue) == [0, nil, nil, nil, nil, 16, nil, nil, nil])
    #expect(values.map(\.stringValue) == [nil, nil, nil, nil, nil, nil, "t", nil, nil])
    #expect(values.map(\.listValue) == [nil, nil, nil, nil, nil, nil, nil, [1], nil])
    #expect(values[8].dictionaryValue == ["k": 2] && values[8]["k"] == 2 && values[8]["l"] == nil)
    #expect(values[7][0] == 1 && values[7][1] == nil && values[7][-1] == nil && values[6][0] == nil)
    let object = HostObject(1)
    #expect(ScriptValue.object(object).objectValue == object && values[0].objectValue == nil)
  }

  @Test("a list that contains itself is an error, not a crash")
  func cycle() throws {
    session.run("l = [1]; push(l, l)")
    #expect(throws: ScriptError.self) { try session.value(of: "l") }
    #expect(throws: ScriptFailure.self) { try session.evaluate("l") }
  }

  @Test("files of the simulated system are read by path, as the acting process sees them")
  func files() throws {
    session.run("process web { p = malloc 1M; write p }\necho hello > /tmp/note; cd /tmp")
    #expect(try session.contents(ofFile: "/proc/meminfo").hasPrefix("MemTotal:         983756 kB\n"))
    #expect(try session.contents(ofFile: "/proc/self/comm") == "main\n")
    #expect(try session.contents(ofFile: "/proc/\(session.evaluate("$web"))/comm") == "web\n")
    #expect(try session.contents(ofFile: "note") == "hello\n")
    #expect(throws: ErrorNumber.ENOENT) { try session.contents(ofFile: "/proc/nowhere") }
    #expect(throws: ErrorNumber.EISDIR) { try session.contents(ofFile: "/proc") }
  }

  @Test("the machine is read layer by layer without its mechanisms")
  func reading() throws {
    session.run("process web { p = malloc 1M; q = malloc 24; write q }\nmkswap /s; swapon /swapfile")
    let machine = session.machine
    let web = try #require(machine.processes.live.first { $0.name == "web" })
    #expect(web.mappings.count > 5 && web.mappings.contains { $0.length > 1 << 20 })
    #expect(web.heapRuns.contains { $0.first.size == 32 && $0.first.state == .inUse })
    #expect(machine.zones.filter(\.isPopulated).map(\.kind.name) == ["DMA", "DMA32"])
    #expect(machine.slabCache(named: "kmalloc-32")?.objectSize == 32)
    #expect(machine.slabCaches.count > 50)
    #expect(machine.swapAreas.isEmpty && machine.usedSwapPages == 0)
    #expect(machine.oomVerdicts.isEmpty && machine.panic == nil)
    #expect(machine.cachedPages == 0)
  }
}
