// Reads packed recordings of the real allocator.

import Foundation
import Testing

/// A trace with the results of the real glibc 2.36.
struct RecordedTrace: CustomTestStringConvertible {
  let name: String
  let trace: String
  let results: [String]

  var testDescription: String { name }

  /// Unpacks `Recordings/glibc/NAME.txt.gz`: sections of `=== NAME`, the trace, `---`, the results.
  static func all(_ file: String) throws -> [RecordedTrace] {
    let tests = (1...3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let unpack = Process()
    unpack.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpack.arguments = ["gzip", "-dc", tests.appendingPathComponent("Recordings/glibc/\(file).txt.gz").path]
    let pipe = Pipe()
    unpack.standardOutput = pipe
    try unpack.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    unpack.waitUntilExit()
    return String(decoding: data, as: UTF8.self).components(separatedBy: "=== ").dropFirst().map { section in
      let halves = section.components(separatedBy: "\n---\n")
      let lineEnd = halves[0].firstIndex(of: "\n") ?? halves[0].endIndex
      return RecordedTrace(
        name: String(halves[0][..<lineEnd]), trace: String(halves[0][lineEnd...].dropFirst()),
        results: halves[1].split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
          String.init))
    }
  }
}
