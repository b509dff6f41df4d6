// What tools ask about a text: tree, names, mistakes, cursors; also of texts that are not whole.

import Foundation
import ScriptLanguage
import Testing

struct AnalysisTests {
  private let session = Session()

  private func analyze(_ text: String) -> ScriptAnalysis {
    session.engine.analyze(SourceText(name: "a.mem", text: text))
  }

  private static let text = """
    #define LIMIT 5
    func area(w, h = 2) {
      total = w * h
      return total
    }
    x = area(3)
    process hog { p = malloc(x) }
    for i in 0..<LIMIT { print "{x} $i" }
    echo $x
    """

  @Test("the tree has statements with those in them")
  func tree() {
    let statements = analyze(Self.text).statements
    #expect(
      statements.map { "\($0.kind.rawValue) \($0.name ?? "-")" } == [
        "constant LIMIT", "function area", "assignment x", "process hog", "loop i", "shell-command echo",
      ])
    #expect(statements[1].children.map(\.kind) == [.assignment, .jump])
    #expect(statements[3].children.map(\.name) == ["p"])
  }

  @Test("the element at a place is the innermost")
  func element() {
    let analysis = analyze(Self.text)
    func path(_ part: String) -> [String] {
      let offset =
        Self.text.utf8.count - Self.text.range(of: part).map { Self.text[$0.lowerBound...].utf8.count }!
      return analysis.path(at: offset).map { "\($0.kind.rawValue) \($0.name ?? "-")" }
    }
    #expect(path("w * h") == ["function area", "assignment total", "binary -", "name w"])
    #expect(path("malloc(x)") == ["process hog", "assignment p", "call malloc"])
    #expect(path("x} $i").suffix(2) == ["text -", "name x"])
    #expect(path("total = w").suffix(2) == ["assignment total", "name total"])
  }

  @Test("names have their definitions and all their places, by the function that they belong to")
  func symbols() {
    let symbols = analyze(Self.text).symbols
    let lines = symbols.map { symbol in
      "\(symbol.kind.rawValue) \(symbol.function.map { $0 + "." } ?? "")\(symbol.name) "
        + symbol.occurrences.map { ($0.isDefinition ? "=" : "") + "\($0.range.lowerBound)" }.joined(
          separator: " ")
    }
    #expect(
      lines == [
        "constant LIMIT =8 126", "function area =21 75", "parameter area.w =26 48", "parameter area.h =29 52",
        "variable area.total =40 63", "variable x =71 108 142 157", "process hog =91", "variable p =97",
        "function malloc 101", "variable i =117 146",
      ])
    let analysis = analyze(Self.text)
    #expect(analysis.symbol(at: 108)?.definition == 71..<72)
    #expect(analysis.symbol(at: 64)?.function == "area")
    #expect(analysis.symbol(at: 0) == nil)
  }

  @Test("a text with mistakes keeps the rest of its tree")
  func survives() {
    let analysis = analyze("a = 1\nb = (2 +\nfunc f(x) { return x }\nc = f(a) + \nd = a")
    #expect(!analysis.diagnostics.isEmpty)
    #expect(analysis.statements.contains { $0.name == "a" } && analysis.symbols.contains { $0.name == "d" })
    #expect(analyze("while true {").isIncomplete && !analyze("x = 1").isIncomplete)
  }

  @Test("the call around a cursor is known, whether or not it is whole")
  func signatures() {
    session.run("func before(a, b) { return a }")
    let cases: [(String, String?, Int)] = [
      ("p = malloc(", "malloc(size)", 0), ("write(p, ", "write(p[, length])", 1),
      ("func g(x, y) { return x }\ng(1, ", "g(x, y)", 1), ("before(", "before(a, b)", 0),
      ("len(", "len(list)", 0), ("nobody(", nil, 0), ("x = 1", nil, 0),
      ("malloc(before(1, 2), ", "malloc(size)", 1),
    ]
    for (text, usage, parameter) in cases {
      let signature = analyze(text).signature(at: text.utf8.count)
      #expect(
        usage == nil ? signature == nil : signature?.usage.hasPrefix(usage!.prefix(5)) == true, "\(text)")
      if signature != nil { #expect(signature?.activeParameter == parameter, "\(text)") }
    }
  }

  @Test("completions are the names that mean something there")
  func completions() {
    func words(_ text: String) -> [String] {
      analyze(text).completions(at: text.utf8.count).completions.map(\.text)
    }
    #expect(words("func area(width) {\n  w").contains("write"))
    #expect(words("alpha = 1; beta = 2\nprint al") == ["alpha"])
    let inside = "func area(width) {\n  x = wi\n  y = 1 }"
    let offset = 27
    #expect(analyze(inside).completions(at: offset).completions.map(\.text) == ["width"])
    #expect(words("print wi") == [])
    #expect(words("mal") == ["malloc", "mallopt"])
    #expect(words("print M_TR") == ["M_TRIM_THRESHOLD"])
    #expect(words("whi") == ["while"] && words("x = whi") == [])
    #expect(analyze("alpha = 1; print $al").completions(at: 20).start == 18)
  }

  @Test("a text of 2,000 lines is looked at in one go, and however deep")
  func large() {
    let text = (0..<2000).map { "v\($0 % 50) = malloc(\($0)) + \($0 % 7)" }.joined(separator: "\n")
    let analysis = analyze(text)
    #expect(analysis.diagnostics.isEmpty && analysis.statements.count == 2000)
    #expect(analysis.symbols.filter { $0.kind == .variable }.count == 50)
    let sum = "x = 1" + String(repeating: " + 1", count: 200_000)
    #expect(analyze(sum).element(at: 4)?.kind == .literal)
    #expect(analyze(String(repeating: "(", count: 5000)).path(at: 2).isEmpty)
  }

  @Test("random edits give what the text gives from scratch, and never a trap")
  func edits() {
    let seed = UInt64.random(in: 0...999_999)
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "x", "y = 1\n", "{", "}", "(", ")", "\"", "'", "malloc(", "func f(a) { return a }\n", "$(", "`",
      "for i in 0..<3 ",
      "é", "😀", "\0", "\n", " ", "process p {", "#define N 5\n", "/*", "*/", "// c\n", "echo $x | cat > f\n",
      "0x", "1.5e",
      "switch x { case 1: break }", "[1, 2]", "{\"a\": 1}", "&&", "$", "\\", "global x\n", "return\n",
      "include \"q\"\n",
    ]
    var text = Self.text
    for round in 0..<10_000 {
      let scalars = Array(text.unicodeScalars)
      let start = Int.random(in: 0...scalars.count, using: &random)
      let end = min(scalars.count, start + Int.random(in: 0...12, using: &random))
      var edited = String.UnicodeScalarView()
      edited.append(contentsOf: scalars[..<start])
      edited.append(contentsOf: pieces.randomElement(using: &random)!.unicodeScalars)
      edited.append(contentsOf: scalars[end...])
      text = String(edited)
      if text.utf8.count > 600 { text = Self.text }
      let source = SourceText(name: "a.mem", text: text)
      let analysis = session.engine.analyze(source)
      let bytes = 0...text.utf8.count
      let place = Int.random(in: bytes, using: &random)
      for symbol in analysis.symbols {
        for occurrence in symbol.occurrences {
          #expect(occurrence.range.upperBound <= text.utf8.count, "seed \(seed), round \(round)")
        }
      }
      for element in analysis.path(at: place) {
        #expect(element.range.lowerBound <= place && place <= element.range.upperBound, "seed \(seed)")
      }
      _ = (analysis.completions(at: place), analysis.signature(at: place), analysis.statements)
      guard round % 50 == 0 else { continue }
      let fresh = Session().engine.analyze(source)
      #expect(fresh.diagnostics == analysis.diagnostics, "seed \(seed), round \(round)")
      #expect(fresh.symbols == analysis.symbols && fresh.statements == analysis.statements, "seed \(seed)")
    }
  }
}
