// Running the built memsh from a test.

import Foundation
import Glibc

/// The executable under test and one finished run of it.
struct Memsh {
  /// The exit status as a shell reports it: 128 + n after a signal.
  var status: Int32
  /// Everything printed on standard output.
  var output: String
  /// Everything printed on standard error.
  var errors: String

  /// The folder of built products: the tests' own executable lies in it.
  static let products: URL = {
    let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: executable).deletingLastPathComponent()
  }()

  /// The executable.
  static var executable: URL { products.appendingPathComponent("memsh") }

  /// The folder of the package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Runs memsh to its end.
  ///
  /// - Parameters:
  ///   - arguments: what stands behind its name.
  ///   - input: what it finds on standard input, which is not a terminal.
  ///   - environment: variables to set; nil removes one.
  ///   - directory: the current directory.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String?] = [:], directory: URL? = nil
  ) throws -> Memsh {
    try run(
      executable, arguments, input: Data(input.utf8), environment: environment, directory: directory)
  }

  /// Runs any program to its end.
  static func run(
    _ program: URL, _ arguments: [String], input: Data = Data(), environment: [String: String?] = [:],
    directory: URL? = nil
  ) throws -> Memsh {
    let folder = try TemporaryFolder()
    let files = ["input", "output", "errors"].map { folder.url.appendingPathComponent($0) }
    try input.write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment.compactMapValues { $0 }) { $1 }
      .filter { environment[$0.key] != .some(nil) }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    let died = process.terminationReason == .uncaughtSignal
    return Memsh(
      status: died ? 128 + process.terminationStatus : process.terminationStatus,
      output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }

  /// Runs a line of `sh` in which `$memsh` is the executable.
  static func shell(_ line: String, directory: URL? = nil) throws -> Memsh {
    try run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", line], environment: ["memsh": executable.path],
      directory: directory)
  }
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
  /// Where it is.
  let url: URL

  /// Makes an empty one.
  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("memsh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file into it and returns its path.
  func write(_ text: String, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }
}
