// Finds mistakes in scripts without running them, and names that nobody uses.
// Usage: mem-lint [--json] [--fix] FILE ...

import Foundation
import MemScript
import ScriptLanguage

@main
struct Lint {
  static func main() throws {
    var files = Array(CommandLine.arguments.dropFirst())
    let options = Set(files.filter { $0.hasPrefix("--") })
    files.removeAll { $0.hasPrefix("--") }
    guard !files.isEmpty, options.isSubset(of: ["--json", "--fix"]) else {
      FileHandle.standardError.write(Data("usage: mem-lint [--json] [--fix] FILE ...\n".utf8))
      exit(2)
    }
    let session = try Session()
    session.includeLoader = { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
    var hasErrors = false
    for file in files {
      var source = SourceText(name: file, bytes: Array(try Data(contentsOf: URL(fileURLWithPath: file))))
      if options.contains("--fix") {
        source = fixed(source, session)
        try Data(source.bytes).write(to: URL(fileURLWithPath: file))
      }
      let analysis = session.analyze(source)
      for diagnostic in analysis.diagnostics + unused(analysis) {
        hasErrors = hasErrors || diagnostic.severity == .error
        try report(diagnostic, asJSON: options.contains("--json"))
      }
    }
    exit(hasErrors ? 1 : 0)
  }

  static func report(_ diagnostic: Diagnostic, asJSON: Bool) throws {
    if asJSON {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(diagnostic), as: UTF8.self))
      return
    }
    let place = "\(diagnostic.location.file):\(diagnostic.location.line):\(diagnostic.location.column)"
    print("\(place): \(diagnostic.severity.rawValue): \(diagnostic.message) [\(diagnostic.kind.code)]")
    for fix in diagnostic.fixIts { print("  \(fix.title)") }
  }

  /// Variables that get a value and are never read.
  static func unused(_ analysis: ScriptAnalysis) -> [Diagnostic] {
    analysis.symbols.compactMap { symbol in
      guard symbol.kind == .variable || symbol.kind == .parameter, let place = symbol.definition,
        symbol.occurrences.allSatisfy(\.isDefinition)
      else { return nil }
      return Diagnostic(
        "`\(symbol.name)` is never used", kind: .name(symbol.name), severity: .warning, range: place,
        in: analysis.source)
    }
  }

  /// The text with the first fix of each mistake, from the last to the first.
  static func fixed(_ source: SourceText, _ session: Session) -> SourceText {
    var source = source
    for diagnostic in session.analyze(source).diagnostics.reversed() {
      guard let fix = diagnostic.fixIts.first, diagnostic.location.file == source.name else { continue }
      source.bytes.replaceSubrange(fix.start.offset..<fix.end.offset, with: Array(fix.replacement.utf8))
    }
    return source
  }
}
