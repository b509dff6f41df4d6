// Nothing that a text contains may crash, hang or bloat the host.

import Foundation
import Testing

@testable import ScriptLanguage

@Suite struct HostileInputTests {
  /// Runs a script on a thread with a small stack.
  private func runOnSmallStack(_ bytes: [UInt8]) async -> RunOutcome {
    await withCheckedContinuation { continuation in
      let thread = Thread {
        let session = Session(limits: ScriptLimits(steps: 100_000, heapBytes: 16 << 20))
        continuation.resume(returning: session.engine.run(SourceText(name: "t", bytes: bytes)))
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
  }

  private static func nest(_ open: String, _ middle: String, _ close: String, _ count: Int = 100_000)
    -> String
  {
    String(repeating: open, count: count) + middle + String(repeating: close, count: count)
  }

  /// Shapes of source text that go deep.
  static let deep: [(name: String, text: String)] = [
    ("parentheses", "x = " + nest("(", "1", ")")), ("open parentheses", "x = " + nest("(", "", "")),
    ("lists", "x = " + nest("[", "1", "]")), ("minus signs", "x = " + nest("- ", "1", "")),
    ("blocks", nest("if 1 {", "", "}")), ("open blocks", nest("while 1 {\n", "", "")),
    ("calls", "x = " + nest("len(", "1", ")")), ("conditionals", "x = " + nest("1 ? 2 : ", "3", "")),
    ("indexes", "x = a" + nest("[0]", "", "")), ("interpolations", "x = " + nest("\"{", "1", "}\"", 20_000)),
    ("else if", "if 1 { }" + nest(" else if 1 { }", "", "", 2_000)),
    ("precedence", "x = " + nest("1 || 2 && 3 | 4 ^ 5 & 6 == 7 < 8 << 9 + 10 * (", "1", ")")),
    ("sizeof", "x = " + nest("sizeof ", "x", "")), ("C's loops", nest("for (;;) {", "", "}")),
    ("shell conditions", nest("if true; then ", "", "fi; ")), ("commands", "x = " + nest("$(fork ", "", ")")),
    ("casts", "x = " + nest("(int) ", "1", "")), ("open braces", nest("{", "", "")),
    ("closing braces", nest("}", "", "")),
    ("functions", nest("func f() {", "", "}")), ("processes", nest("process a {", "", "}")),
  ]

  @Test("Deep nesting is a diagnostic on a stack of 512 KiB", arguments: deep.map(\.name))
  func nesting(name: String) async throws {
    let text = try #require(Self.deep.first { $0.name == name }?.text)
    let outcome = await runOnSmallStack(Array(text.utf8))
    if name == "else if" {
      #expect(outcome == .finished)
    } else if case .failed = outcome {
    } else {
      Issue.record("\(name) gave \(outcome)")
    }
  }

  @Test("The deepest nesting that is allowed compiles on a stack of 512 KiB", arguments: [0, 1, 2, 3, 4])
  func allowedNesting(shape: Int) async {
    let depth = ScriptLimits().nestingDepth / 2 - 3
    let texts = [
      "x = " + Self.nest("(", "1", ")", depth), "x = " + Self.nest("[", "1", "]", depth),
      Self.nest("if 1 {", "", "}", depth),
      "x = " + Self.nest("len([", "1", "])", depth / 2), "x = " + Self.nest("1 + 2 * (", "1", ")", depth / 2),
    ]
    let outcome = await runOnSmallStack(Array(texts[shape].utf8))
    #expect(outcome == .finished)
  }

  @Test("Bytes that are no text are diagnostics")
  func bytes() async {
    let texts: [[UInt8]] = [
      [0], [0xFF, 0xFE], Array("x = \"".utf8) + [0xC3] + Array("\"".utf8), Array("x = 1".utf8) + [0, 0],
      [0xED, 0xA0, 0x80],
      Array("# comment ".utf8) + [0x80],
    ]
    for text in texts {
      guard let diagnostics = (await runOnSmallStack(text)).failure?.diagnostics else {
        Issue.record("\(text) ran")
        continue
      }
      #expect(!DiagnosticRenderer().render(diagnostics).isEmpty)
    }
  }

  @Test("A line of a megabyte parses, and its errors show a window of it")
  func longLine() throws {
    let session = Session(limits: ScriptLimits(sourceBytes: 4 << 20))
    let sum = "x = 1" + String(repeating: " + 1", count: 250_000)
    #expect(session.run(sum) == .finished)
    #expect(try session.engine.value(ofGlobal: "x") == .integer(250_001))
    guard let diagnostics = session.run(sum + " + )").failure?.diagnostics else { return }
    #expect(DiagnosticRenderer().render(diagnostics).utf8.count < 1000)
    #expect(diagnostics.first?.location.column == sum.utf8.count + 4)
  }

  @Test("Infinite recursion, self-containing lists and endless texts end")
  func endless() async {
    let scripts = [
      "func f(n) { return f(n + 1) }\nf(0)", "l = []; push(l, l); print l, l == l; x = \"{l}\"; sort(l)",
      "l = [1]; m = l; for i in 0..<60 { m = [m, m] }; print m == m, m",
      "a = []; b = []; push(a, b); push(b, a); print a == b",
      "s = \"x\"; for i in 0..<100 { s = \"{s}{s}\" }", "l = [0]; for x in l { push(l, x) }",
      "repeat 9223372036854775807 { }",
      "for i in -9223372036854775808...9223372036854775807 { }",
      "x = range(-9223372036854775807, 9223372036854775807, 9223372036854775807)",
      "print join(fill(1000000, \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"), \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\")",
      "x = split(join(fill(400000, \"a\"), \",\"), \",\")",
    ]
    for script in scripts {
      let outcome = await runOnSmallStack(Array(script.utf8))
      #expect(outcome != .interrupted, "\(script)")
    }
  }

  @Test("Random programs of tokens never crash the compiler or the machine", arguments: 0..<8)
  func randomPrograms(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed) &+ 1000)
    let words = [
      "x", "y", "l", "f", "(", ")", "[", "]", "{", "}", "=", "+=", "+", "-", "*", "/", "%", "<<", ">>", "&",
      "|", "^", "~", "!",
      "&&", "||", "?", ":", "==", "<", "0", "1", "-1", "63", "64", "0xffffffffffffffff",
      "9223372036854775807", "NULL", "true",
      "\"a{x}\"", "\"\"", "[]", "[1, 2]", "if 1 {", "while x {", "for x in l {", "for y in 0..<3 {",
      "repeat 2 {", "}", "\n", "\n", ";",
      "push(l, ", "pop(l)", "len(", "sort(l)", "slice(l, ", ",", "func f(x) {", "return", "break", "x = ",
      "l = [1, 2, 3]\n",
      "process p {", "die \"p\"\n", "echo $x", "print", "malloc 5\n", "expect", "l[0] = ", "x++\n",
      "global x\n", "f(1)\n", "0..<3",
    ]
    for _ in 0..<400 {
      var text = "x = 1; y = 2; l = [3, 4]\nfunc f(a) { return a }\n".replacingOccurrences(
        of: "func f(a) { return a }\n", with: "")
      for _ in 0..<Int.random(in: 1...25, using: &random) {
        text += (words.randomElement(using: &random) ?? "") + " "
      }
      let session = Session(limits: ScriptLimits(steps: 5_000, callDepth: 200, heapBytes: 1 << 20))
      if let diagnostics = session.run(text).failure?.diagnostics {
        #expect(!diagnostics.isEmpty, "seed \(seed)")
      }
      _ = session.engine.parse(SourceText(name: "t", text: text + "\n"))
    }
  }
}
