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
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: blockSize)
    defer { block.deallocate() }
    while true {
      let length = read(descriptor, block, blockSize)
      if length < 0, errno == EINTR { continue }
      guard length >= 0 else { throw HostFileError(path: path, reason: String(cString: strerror(errno))) }
      if length == 0 { break }
      reader.feed(UnsafeBufferPointer(start: block, count: length)).forEach(body)
    }
    reader.finish().forEach(body)
  }
}
