// Reads packed files of Recordings.

import Foundation

/// Files that lie packed in `Recordings`.
enum PackedFile {
  /// The content of `Recordings/PATH.gz`.
  static func unpack(_ path: String) throws -> Data {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let unpacker = Process()
    unpacker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpacker.arguments = ["gzip", "-dc", tests.appendingPathComponent("Recordings/\(path).gz").path]
    let pipe = Pipe()
    unpacker.standardOutput = pipe
    try unpacker.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    unpacker.waitUntilExit()
    return data
  }
}
