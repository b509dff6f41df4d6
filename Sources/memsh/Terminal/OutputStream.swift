// One stream of output: how it is buffered, and what happens when nobody reads it.

import Glibc

/// Standard output or standard error.
///
/// On a terminal each text appears at once; into a file or a pipe it is collected and written in large
/// pieces.
struct OutputStream {
  private let descriptor: Int32
  private let collects: Bool
  private var buffer: [UInt8] = []
  /// Whether what was printed last ended its line.
  private(set) var isAtLineStart = true
  private static let bufferSize = 1 << 16

  /// Makes a stream.
  ///
  /// - Parameters:
  ///   - descriptor: the open file to write to.
  ///   - collects: whether texts may wait for more; nil means unless the file is a terminal.
  init(descriptor: Int32, collects: Bool? = nil) {
    self.descriptor = descriptor
    self.collects = collects ?? (isatty(descriptor) != 1)
  }

  /// Prints a text as it is.
  mutating func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    if let last = text.utf8.last { isAtLineStart = last == UInt8(ascii: "\n") }
    if !collects || buffer.count >= Self.bufferSize { flush() }
  }

  /// Writes out what was collected.
  ///
  /// A closed pipe ends memsh without a word, as it ends every filter: by `SIGPIPE`, or, where that signal
  /// is ignored, with the status that a shell reports for it. Any other failure ends it with a message.
  mutating func flush() {
    var start = 0
    while start < buffer.count {
      let written = buffer.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
      }
      if written >= 0 {
        start += written
      } else if errno == EAGAIN {
        // Somebody made the file non-blocking: wait until it takes more.
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&room, 1, -1)
      } else if errno != EINTR {
        Self.giveUp(errno)
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes out what was collected and closes the file.
  mutating func close() {
    flush()
    Glibc.close(descriptor)
  }

  private static func giveUp(_ error: Int32) -> Never {
    if error == EPIPE { exit(ExitStatus.signal(SIGPIPE)) }
    _ = "memsh: write error: \(String(cString: strerror(error)))\n".withCString { text in
      Glibc.write(STDERR_FILENO, text, strlen(text))
    }
    exit(ExitStatus.failure)
  }
}
