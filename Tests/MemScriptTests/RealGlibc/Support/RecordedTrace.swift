// Traces with what the real allocator made of them.

import Foundation
import Testing

/// A trace with the results of the real glibc.
struct RecordedTrace: CustomTestStringConvertible {
  let name: String
  let trace: String
  let results: [String]

  var testDescription: String { name }

  /// The recordings of `Recordings/glibc/FILE.txt.gz`: sections of `=== NAME`, the trace, `---`, the results.
  static func all(_ file: String) throws -> [RecordedTrace] {
    let text = String(decoding: try PackedFile.unpack("glibc/\(file).txt"), as: UTF8.self)
    return text.components(separatedBy: "=== ").dropFirst().map { section in
      let halves = section.components(separatedBy: "\n---\n")
      let lineEnd = halves[0].firstIndex(of: "\n") ?? halves[0].endIndex
      let results = halves[1].split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      return RecordedTrace(
        name: String(halves[0][..<lineEnd]), trace: String(halves[0][lineEnd...].dropFirst()),
        results: results.map(String.init))
    }
  }
}
