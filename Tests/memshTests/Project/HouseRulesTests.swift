// The house rules that a machine can check; see CONTRIBUTING.md.

import Foundation
import Glibc
import Testing

@Suite struct HouseRulesTests {
  /// One Swift file of the package.
  struct SourceFile {
    /// Its path below the package's folder.
    let path: String
    /// Its lines.
    let lines: [String]

    /// The numbers of the lines on which a regular expression matches outside comments and literals.
    ///
    /// - Parameters:
    ///   - words: the lines to look at have one of these; expressions cost too much to try on every line.
    ///   - pattern: what to find.
    func lines(with words: [String], matching pattern: Regex<some Any>) -> [Int] {
      lines.indices.filter { index in
        guard words.contains(where: lines[index].utf8Contains) else { return false }
        let code = lines[index].replacing(/"(\\.|[^"\\])*"/, with: "\"\"").replacing(/\/\/.*/, with: "")
        return code.contains(pattern)
      }.map { $0 + 1 }
    }

    /// The target it belongs to.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    var isSource: Bool { path.hasPrefix("Sources/") }
  }

  static let files: [SourceFile] = {
    let folder = Memsh.package
    var files: [SourceFile] = []
    for part in ["Sources", "Tests", "scripts"] {
      let names = FileManager.default.enumerator(atPath: folder.appendingPathComponent(part).path)
      for case let name as String in names ?? .init()
      where name.hasSuffix(".swift") && !name.contains(".build") {
        let path = "\(part)/\(name)"
        guard let text = try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8) else {
          Issue.record("\(path) is not UTF-8")
          continue
        }
        files.append(SourceFile(path: path, lines: text.components(separatedBy: "\n")))
      }
    }
    return files.sorted { $0.path < $1.path }
  }()

  /// What each target may import.
  static let imports: [String: Set<String>] = [
    "KernelText": [],
    "LinuxMemory": ["DequeModule", "KernelText", "Synchronization"],
    "ScriptLanguage": ["Synchronization"],
    "MemScript": ["KernelText", "LinuxMemory", "ScriptLanguage", "Synchronization"],
    "memsh": [
      "MemScript", "LinuxMemory", "ScriptLanguage", "ArgumentParser", "CReadline", "Glibc", "Synchronization",
    ],
  ]

  @Test func everyFileSaysWhatItIs() {
    #expect(Self.files.count > 20)
    for file in Self.files {
      #expect(file.lines.first?.hasPrefix("// ") == true, "\(file.path) does not begin with a comment")
    }
  }

  @Test func filesAreSmall() {
    for file in Self.files {
      #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count - 1) lines; 400 are the most")
    }
  }

  @Test func targetsImportOnlyWhatTheirLayerAllows() {
    for file in Self.files where file.isSource {
      let allowed = Self.imports[file.target] ?? []
      for line in file.lines where line.utf8Contains("import ") {
        let pattern = /^\s*(@\w+ )*((public|internal|private) )?import (\w+ )?(\w+)/
        guard let match = line.firstMatch(of: pattern) else { continue }
        #expect(allowed.contains(String(match.5)), "\(file.path) imports \(match.5)")
      }
    }
  }

  @Test func nothingTrapsOnPurpose() {
    for file in Self.files where file.isSource {
      for line in file.lines(
        with: ["try!", "as!", "fatalError"], matching: /\btry!|\bas!|\bfatalError\(/)
      {
        Issue.record("\(file.path):\(line) can end the host")
      }
    }
  }

  @Test func onlyMemshPrints() {
    for file in Self.files where file.isSource && file.target != "memsh" {
      for line in file.lines(
        with: ["print(", "debugPrint(", "puts("],
        matching: /^(?!.*(func|case) print\().*(^|[^.\w])(print|debugPrint|fputs|puts)\(/)
      {
        Issue.record("\(file.path):\(line) prints past the session's output")
      }
    }
  }

  @Test func nothingIsLeftForLater() {
    for file in Self.files where !file.path.hasSuffix("HouseRulesTests.swift") {
      for (index, line) in file.lines.enumerated() {
        let isUnfinished = ["TODO", "FIXME"].contains(where: line.utf8Contains)
        if isUnfinished { Issue.record("\(file.path):\(index + 1) is unfinished") }
      }
    }
  }
}

extension String {
  /// Whether the bytes of another string occur in this one.
  fileprivate func utf8Contains(_ other: String) -> Bool {
    withCString { text in strstr(text, other) != nil }
  }
}
