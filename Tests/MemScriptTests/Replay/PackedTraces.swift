// Reads packed traces and recordings.

import Foundation
import Testing

/// Files that lie packed in `Recordings`.
enum PackedFile {
  /// The content of `Recordings/PATH.gz` of a target's tests.
  static func unpack(_ path: String, of target: String = "MemScriptTests") throws -> Data {
    let tests = (1...3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let unpacker = Process()
    unpacker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpacker.arguments = [
      "gzip", "-dc", tests.appendingPathComponent("\(target)/Recordings/\(path).gz").path,
    ]
    let pipe = Pipe()
    unpacker.standardOutput = pipe
    try unpacker.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    unpacker.waitUntilExit()
    return data
  }
}

/// A trace with the results of the real glibc 2.36.
struct RecordedTrace: CustomTestStringConvertible {
  let name: String
  let trace: String
  let results: [String]

  var testDescription: String { name }

  /// The recordings of a packed file: sections of `=== NAME`, the trace, `---`, the results.
  static func all(_ file: String) throws -> [RecordedTrace] {
    let text = String(
      decoding: try PackedFile.unpack("glibc/\(file).txt", of: "LinuxMemoryTests"), as: UTF8.self)
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
