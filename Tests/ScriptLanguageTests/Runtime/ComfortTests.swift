// Maps, pairs, defaults, errors that are caught, and other comforts of scripts.

import Testing

@testable import ScriptLanguage

@Suite struct ComfortTests {
  @Test(
    "maps",
    arguments: [
      ("m = {\"a\": 1, 2: \"b\"}; print m, len(m), m[\"a\"], m[2]", ["{\"a\": 1, 2: \"b\"} 2 1 b"]),
      (
        "m = {}; m[\"x\"] = 5; m[\"x\"] += 1; m[\"y\"] = 1; print m, contains(m, \"x\"), contains(m, \"z\")",
        ["{\"x\": 6, \"y\": 1} true false"]
      ),
      (
        "m = {\"a\": 1, \"b\": 2}; print remove(m, \"a\"), m; m[\"a\"] = 3; print keys(m), values(m)",
        ["1 {\"b\": 2}", "[\"b\", \"a\"] [2, 3]"]
      ),
      ("m = {\"a\": 1, \"b\": 2}; for k, v in m { print k, v }", ["a 1", "b 2"]),
      ("m = {\"a\": 1}; for k in m { print k }", ["a"]),
      ("for i, x in [\"p\", \"q\"] { print i, x }", ["0 p", "1 q"]),
      ("m = {\"a\": 1}; for k, v in m { m[k + \"x\"] = 2 }; print m", ["{\"a\": 1, \"ax\": 2}"]),
      (
        "print {\"a\": [1], \"b\": {}} == {\"b\": {}, \"a\": [1]}, {\"a\": 1} == {\"a\": 2}, {} == {}",
        ["true false true"]
      ),
      ("if {} { print 1 } else { print 0 }", ["0"]),
      (
        "m = {}; for i in 0..<1000 { m[i] = i; m[\"k{i}\"] = -i }; s = 0; for k, v in m { s += v }; print s, len(m), m[999], m[\"k7\"]",
        ["0 2000 999 -7"]
      ),
      (
        "m = {}; for i in 0..<1000 { m[i] = 1; if i > 9 { remove(m, i - 10) } }; print keys(m)",
        ["[990, 991, 992, 993, 994, 995, 996, 997, 998, 999]"]
      ),
    ])
  func maps(script: String, expected: [String]) { #expect(Session().lines(script) == expected) }

  @Test("a map against a naive one", arguments: 0..<6)
  func mapModel(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var model: [(key: String, value: Int)] = []
    var script = "m = {}\n"
    for step in 0..<300 {
      let key = "k\(Int.random(in: 0..<40, using: &random))"
      if Int.random(in: 0..<3, using: &random) > 0 {
        script += "m[\"\(key)\"] = \(step)\n"
        if let place = model.firstIndex(where: { $0.key == key }) {
          model[place].value = step
        } else {
          model.append((key, step))
        }
      } else {
        script += "if contains(m, \"\(key)\") { remove(m, \"\(key)\") }\n"
        model.removeAll { $0.key == key }
      }
    }
    let expected = "{" + model.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
    #expect(Session().lines(script + "print m") == [expected], "seed \(seed)")
  }

  @Test("maps survive collections, snapshots and their way to the host")
  func mapsPersist() throws {
    let session = Session()
    session.run("m = {\"a\": [1, 2]}; n = m")
    let snapshot = session.engine.snapshot()
    session.run("m[\"a\"] = 0; m[\"b\"] = 1; t = \"\"; for i in 0..<100000 { t = \"{i}\" }")
    session.engine.restore(snapshot)
    #expect(session.lines("n[\"c\"] = 3; print m") == ["{\"a\": [1, 2], \"c\": 3}"])
    #expect(
      try session.engine.value(ofGlobal: "m")
        == .map([
          ScriptValue.MapEntry(key: .string("a"), value: .list([.integer(1), .integer(2)])),
          ScriptValue.MapEntry(key: .string("c"), value: .integer(3)),
        ]))
  }

  @Test(
    "default arguments, negative indexes, repetition, messages, caught errors",
    arguments: [
      (
        "func f(a, b = 5, c = a + b) { return [a, b, c] }\nprint f(1), f(1, 2), f(1, 2, 9)",
        ["[1, 5, 6] [1, 2, 3] [1, 2, 9]"]
      ),
      (
        "l = [1, 2, 3]; print l[-1], slice(l, -2), \"abc\"[-1]; l[-1] = 9; print l",
        ["3 [2, 3] c", "[1, 2, 9]"]
      ),
      ("print \"-\" * 5, 2 * \"ab\", \"x\" * 0", ["----- abab "]),
      (
        "try { x = 1 / 0; print 1 } catch e { print \"caught\", e }; print 2",
        ["caught division by zero", "2"]
      ),
      (
        "func f(n) { if n == 0 { return [1][5] }; return f(n - 1) }\ntry { f(5) } catch e { print e }",
        ["index 5 is outside this list of 1 element"]
      ),
      (
        "for i in 0..<3 { try { if i == 1 { continue }; if i == 2 { break }; print i } catch { print \"no\" } }; try { y = 1 / 0 } catch e { print e }",
        ["0", "division by zero"]
      ),
      (
        "func f() { try { return 7 } catch e { } }\nprint f(); try { y = 1 % 0 } catch e { print e }",
        ["7", "division by zero"]
      ),
      (
        "try { try { a = 1 / 0 } catch e { b = [][0] } } catch e { print e }",
        ["index 0 is outside this list of 0 elements"]
      ),
      ("x = y = 3; print x, y, (z = 4) + z, z++ + ++z", ["3 3 8 10"]),
      ("i = 5; print i--, --i, i; l = [1]; l[0]++; print l[0]++, l", ["5 3 3", "2 [3]"]),
      ("do { i = 1 } while (i > 5); print i", ["1"]),
      (
        "switch 3 { case 1: print 1\ncase 2, 3: print 23\ncase 4: print 4; break\ndefault: print 9 }",
        ["23", "4"]
      ),
      (
        "switch \"b\" { case \"a\": print 1; break; case \"b\": print 2; break }; switch 7 { case 5 ... 8: print 58; break; default: print 0 }",
        ["2", "58"]
      ),
      (
        "print 1.5 + 1, 7 / 2.0, 1e3, 0.1 + 0.2, 3.0, -2.5, 1.5 < 2, 2.0 == 2, double(3), int(3.9)",
        ["2.5 3.5 1000.0 0.30000000000000004 3.0 -2.5 true true 3.0 3"]
      ),
      (
        "print 1.0 / 0, floor(2.7), ceil(2.1), round(2.5), sqrt(16), sum([1.5, 2]), sort([2.5, 1, 3]), max(1, 2.5)",
        ["inf 2.0 3.0 3.0 4.0 3.5 [1, 2.5, 3] 2.5"]
      ),
      (
        "print lines(\"a\\nb\\n\"), split(\" a  b \"), int(\" 42 \"), int(\"-007\"), double(\"2.5\")",
        ["[\"a\", \"b\"] [\"a\", \"b\"] 42 -7 2.5"]
      ),
      ("name = \"x\"; print \"$name ${name}y \\$name \\{name} 5$ a{1}\"", ["x xy $name {name} 5$ a{1}"]),
      ("#define N 10\n#define MASK (N * 2)\nfunc f() { return MASK }\nprint N, f()", ["10 20"]),
      ("func max(a, b) { return 99 }\nprint max(1, 2), min(1, 2)", ["99 1"]),
    ])
  func comforts(script: String, expected: [String]) {
    #expect(Session().lines(script) == expected, "\(script)")
  }

  @Test(
    "what C's types do to values",
    arguments: [
      ("unsigned char c = 300; char d = 200; unsigned u = -1; print c, d, u", ["44 -56 4294967295"]),
      ("unsigned int a = 3; if (a - 5 > 0) { print 1 } else { print 0 }", ["1"]),
      (
        "uint64_t x = 1; x <<= 63; x *= 3; print x, -1UL, ~0UL + 1, 18446744073709551615U",
        ["9223372036854775808 18446744073709551615 0 18446744073709551615"]
      ),
      (
        "int x = 3.9; double y = 7; bool b = 5; print x, y / 2, b, (int)-2.7, (unsigned char)257",
        ["3 3.5 true -2 1"]
      ),
      (
        "int *p = (int *)4096; p++; p += 2; print p, p + 1, sizeof(int), sizeof p, sizeof *p",
        ["0x100c 0x1010 4 8 4"]
      ),
      ("int f(int a, unsigned b) { return a + b; }\nprint f(1.9, -1)", ["0"]),
      (
        "int g = 1;\nvoid bump(void) { g++; int g = 50; { int g = 7; g++; } print g }\nbump(); print g",
        ["50", "2"]
      ),
    ])
  func types(script: String, expected: [String]) { #expect(Session().lines(script) == expected, "\(script)") }

  @Test(
    "mistakes of the new forms",
    arguments: [
      ("m = {\"a\": 1}; print m[\"b\"]", "1:21 there is no key \"b\" in this map"),
      ("m = {}; m[[1]] = 2", "1:9 a key is a string or an integer, not a list"),
      (
        "int x = 2147483647; x++",
        "1:24 2147483648 does not fit `int`: signed arithmetic has no result beyond its type"
      ),
      ("int x = \"a\"", "1:9 a string cannot be stored as `int`"),
      ("#define N 1\nN = 2", "2:1 `N` is a constant of `#define` and cannot be assigned"),
      ("#define F(x) x", "1:9 a macro with parameters is not supported"),
      ("func f(a = 1, b) { }", "1:15 a parameter without a value cannot follow one that has one"),
      ("func f(a, b = 1) { }\nf()", "2:1 `f` takes 1 to 2 arguments, not 0"),
      ("x = sizeof y; y = 1", "1:5 the size of this is not known: it has no C type"),
      ("print 2 ** 3", "1:9 there is no operator `**`"),
      ("p = NULL; p->next", "1:12 there are no structs and no `->`"),
      ("def f(x): pass", "1:1 a function is `func name(a, b) { ... }`"),
      ("let x = 5", "1:1 variables need no word before them"),
      ("expect 1 == 2, \"because {1 + 1}\"", "1:8 because 2: expected 2, got 1"),
      ("continue", "1:1 `continue` stands only in a loop"),
      ("switch 1 { case 1: continue }", "1:20 `continue` stands only in a loop"),
    ])
  func mistakes(script: String, message: String) {
    #expect(Session().messages(script).first == message, "\(script)")
  }
}
