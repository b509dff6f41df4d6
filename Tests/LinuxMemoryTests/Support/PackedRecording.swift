// Reads a recording that is kept compressed.

import Foundation
import Testing

extension Recording {
  /// The lines of `Tests/LinuxMemoryTests/Recordings/PATH.gz` without empty ones and comments.
  static func packed(_ path: String, from source: String = #filePath) throws -> [String] {
    let tests = URL(fileURLWithPath: source).deletingLastPathComponent().deletingLastPathComponent()
    let unpacker = Process()
    unpacker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpacker.arguments = ["gzip", "-dc", tests.appendingPathComponent("Recordings/\(path).gz").path]
    let output = Pipe()
    unpacker.standardOutput = output
    try unpacker.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    unpacker.waitUntilExit()
    try #require(unpacker.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") }
  }
}
