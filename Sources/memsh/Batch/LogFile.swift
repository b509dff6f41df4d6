// Logs of the host, of any length.

import Glibc
import MemScript

/// Reading logs for the kernel's reports in them.
enum LogFile {
  /// Bytes that are read at once.
  private static let blockSize = 1 << 18

  /// Explains the reports of a log while it is read.
  ///
  /// - Parameters:
  ///   - path: the log; `-` is standard input.
  ///   - body: takes each explanation, in the order of the log.
  /// - Throws: why the log cannot be read.
  static func explain(_ path: String, _ body: (ReportExplanation) -> Void) throws(HostFileError) {
    let isStandardInput = path == ScriptFile.standardInput
    let descriptor = isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw HostFileError(path: path, reason: String(cString: strerror(errno))) }
    defer { if !isStandardInput { close(descriptor) } }
    var reader = ReportExplanation.Reader()
    var isFirst = true
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: blockSize)
    defer { block.deallocate() }
    while true {
      let length = read(descriptor, block, blockSize)
      if length < 0, errno == EINTR { continue }
      guard length >= 0 else { throw HostFileError(path: path, reason: String(cString: strerror(errno))) }
      if length == 0 { break }
      let bytes = UnsafeBufferPointer(start: block, count: length)
      if isFirst, let tool = unpacker(of: bytes) {
        throw HostFileError(path: path, reason: "it is packed; \(tool) \(path) | memsh explain - reads it")
      }
      isFirst = false
      reader.feed(bytes).forEach(body)
    }
    reader.finish().forEach(body)
  }

  /// Whether a file, which is not standard input, is a log with a report in it.
  static func hasReport(_ path: String) -> Bool {
    // Devices and pipes may have no end.
    var status = stat()
    guard path != ScriptFile.standardInput, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG
    else {
      return false
    }
    var hasReport = false
    try? explain(path) { _ in hasReport = true }
    return hasReport
  }

  /// The program that unpacks a log with such a beginning; nil for one that is not packed.
  private static func unpacker(of bytes: UnsafeBufferPointer<UInt8>) -> String? {
    let magics: [(bytes: [UInt8], tool: String)] = [
      ([0x1f, 0x8b], "zcat"), ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "xzcat"),
      ([0x28, 0xb5, 0x2f, 0xfd], "zstdcat"),
      ([0x42, 0x5a, 0x68], "bzcat"),
    ]
    return magics.first { bytes.starts(with: $0.bytes) }?.tool
  }
}
