// The house rules that a machine can check; see CONTRIBUTING.md.

import Foundation
import Testing

@Suite struct HouseRulesTests {
  /// One Swift file of the package.
  struct SourceFile {
    /// Its path below the package's folder.
    let path: String
    /// Its lines.
    let lines: [String]

    /// The lines without what stands in comments and in string literals on one line.
    var code: [String] {
      lines.map { line in
        line.replacing(/"(\\.|[^"\\])*"/, with: "\"\"").replacing(/\/\/.*/, with: "")
      }
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
    "LinuxMemory": ["DequeModule"],
    "ScriptLanguage": ["Synchronization"],
    "MemScript": ["LinuxMemory", "ScriptLanguage"],
    "memsh": ["MemScript", "ArgumentParser", "CReadline", "Glibc", "Synchronization"],
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
      for line in file.code {
        guard let match = line.firstMatch(of: /^\s*(@\w+ )*(public |internal |private )?import (\w+ )?(\w+)/)
        else {
          continue
        }
        #expect(allowed.contains(String(match.4)), "\(file.path) imports \(match.4)")
      }
    }
  }

  @Test func nothingTrapsOnPurpose() {
    for file in Self.files where file.isSource {
      for (index, line) in file.code.enumerated() {
        #expect(
          !line.contains(/\btry!|\bas!|\bfatalError\(/), "\(file.path):\(index + 1) can end the host")
      }
    }
  }

  @Test func onlyMemshPrints() {
    for file in Self.files where file.isSource && file.target != "memsh" {
      for (index, line) in file.code.enumerated() {
        #expect(
          !line.contains(/(^|[^.\w])(print|debugPrint|fputs|puts)\(/) || line.contains("func print("),
          "\(file.path):\(index + 1) prints past the session's output")
      }
    }
  }

  @Test func nothingIsLeftForLater() {
    for file in Self.files where !file.path.hasSuffix("HouseRulesTests.swift") {
      for (index, line) in file.lines.enumerated() {
        #expect(!line.contains(/\b(TODO|FIXME|XXX)\b/), "\(file.path):\(index + 1) is unfinished")
      }
    }
  }
}
