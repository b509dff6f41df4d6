// The extracts of recordings that lie in Tests/MemScriptTests/Recordings.

import Foundation

/// What a booted Linux 6.1 printed (see Recordings/README.md), by file.
struct Recording {
  private let lines: [String]

  /// The recordings there are, by the name of the machine.
  static let machines = ["amd64-1024", "amd64-4096-4", "i386-1024", "i386-2048"]

  /// The recordings of every boot; some have only the files that differ by the size of the machine.
  static let all =
    machines + [
      "amd64-256", "amd64-2048", "amd64-3584", "amd64-16384-4", "i386-256", "i386-2048-4", "i386-4096",
    ]

  /// Reads the recording of a machine.
  init(_ machine: String) throws { try self.init(file: "boot-\(machine)") }

  /// Reads a file of recordings, named without its extension.
  init(file name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appendingPathComponent("Recordings/\(name).txt")
    lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
  }

  /// The content of a recorded file, every line with its newline.
  func content(of path: String) -> String {
    guard let start = lines.firstIndex(of: "===== \(path) =====") else { return "" }
    let rest = lines[(start + 1)...]
    let end = rest.firstIndex { $0.hasPrefix("===== ") } ?? lines.endIndex - 1
    var content = rest[..<end]
    // Some were set apart by an empty line.
    while content.last == "" { content.removeLast() }
    return content.map { $0 + "\n" }.joined()
  }
}

extension StringProtocol {
  /// The parts between blanks.
  var fields: [String] { split(whereSeparator: { $0 == " " || $0 == "\t" }).map { String($0) } }
  /// The lines without their newlines.
  var lines: [String] {
    var lines = split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
