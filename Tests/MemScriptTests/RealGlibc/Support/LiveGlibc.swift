// The real allocator of the machine that the tests run on, if it is glibc 2.36 on x86_64.

import Foundation

/// The recording program, compiled on this machine.
struct LiveGlibc: Sendable {
  private let program: String

  /// The program, or nil where there is no gcc or another C library, kernel or architecture.
  static let shared = LiveGlibc()

  /// Where the recordings had the heap: alignments above a page depend on it.
  private static let heapStart: UInt64 = 0x5555_5555_c000

  private init?() {
    let tests = (1...3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let source = tests.appendingPathComponent("Recordings/glibc/oracle.c.txt").path
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "memsh-oracle-\(ProcessInfo.processInfo.processIdentifier)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      return nil
    }
    program = folder.appendingPathComponent("oracle").path
    let object = folder.appendingPathComponent("oracle.o").path
    guard Self.output(of: ["gcc", "-O1", "-w", "-c", "-o", object, "-x", "c", source]) != nil
    else { return nil }
    // The size of the program's data decides where its heap starts.
    for size in stride(from: 1, through: 16384, by: 1024) {
      let padding = folder.appendingPathComponent("padding.c").path
      _ = FileManager.default.createFile(atPath: padding, contents: Data("char padding[\(size)] = {1};".utf8))
      guard Self.output(of: ["gcc", "-o", program, object, padding]) != nil, let start = firstLine() else {
        return nil
      }
      guard start.contains("glibc 2.36 ") else { return nil }
      if start.contains("brk0=\(String(Self.heapStart, radix: 16)) ") { return }
    }
    return nil
  }

  private func firstLine() -> String? {
    Self.output(of: [program, "-v", "/dev/null"])?.split(separator: "\n").first.map(String.init)
  }

  /// Replays a trace.
  ///
  /// - Returns: One line for each operation, and the signal line if it ended that way.
  func run(_ trace: String, tunables: String = "") -> [String]? {
    let file = program + "-\(UInt64.random(in: 0 ... .max)).trace"
    _ = FileManager.default.createFile(atPath: file, contents: Data(trace.utf8))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let environment = tunables.isEmpty ? [:] : ["GLIBC_TUNABLES": tunables]
    guard let text = Self.output(of: [program, file], environment, mayFail: true) else { return nil }
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// What a program writes; nil when it cannot be run or, unless that `mayFail`, does not succeed.
  private static func output(
    of command: [String], _ environment: [String: String] = [:], mayFail: Bool = false
  ) -> String? {
    let process = Process()
    // Not by way of env, which would meet the tunables itself.
    let isPath = command[0].hasPrefix("/")
    process.executableURL = URL(fileURLWithPath: isPath ? command[0] : "/usr/bin/env")
    process.arguments = isPath ? Array(command.dropFirst()) : command
    process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return mayFail || process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
