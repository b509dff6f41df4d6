// Reads the extracts of recordings of real kernels that lie in Recordings/.

import Foundation

/// An extract of a recording, as text.
struct Recording {
  /// Its lines without line ends.
  let lines: [String]

  /// Reads a file of `Tests/LinuxMemoryTests/Recordings`.
  init(_ name: String, from path: String = #filePath) throws {
    let tests = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appendingPathComponent("Recordings").appendingPathComponent(name)
    let text = try String(contentsOf: file, encoding: .utf8)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The integers behind `name=` in a line, by name.
  static func fields(_ line: String) -> [String: Int] {
    var fields: [String: Int] = [:]
    for word in line.split(whereSeparator: { $0 == " " || $0 == "|" }) {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2, let value = Int(parts[1]) { fields[String(parts[0])] = value }
    }
    return fields
  }
}
