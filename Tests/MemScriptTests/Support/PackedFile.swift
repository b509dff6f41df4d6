// Reads packed files of Recordings.

import Foundation

/// Files that lie packed in `Recordings`.
enum PackedFile {
  /// The folder `Recordings`.
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Recordings")

  /// The content of `Recordings/PATH.gz`.
  static func unpack(_ path: String) throws -> Data {
    let unpacker = Process()
    unpacker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpacker.arguments = ["gzip", "-dc", folder.appendingPathComponent("\(path).gz").path]
    let pipe = Pipe()
    unpacker.standardOutput = pipe
    try unpacker.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    unpacker.waitUntilExit()
    return data
  }
}
