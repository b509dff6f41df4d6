// The kernel's message buffer, as dmesg prints it.

import DequeModule

/// The messages of the simulated kernel, oldest first, each stamped with the simulated clock.
///
/// Bounded like the kernel's own ring buffer: when it is full the oldest lines go
/// (`CONFIG_LOG_BUF_SHIFT`, kernel/printk/printk.c).
public struct KernelLog: Sendable, Equatable, Codable {
  /// How grave a message is, in the order of the kernel's log levels (syslog(2)).
  public enum Level: UInt8, Sendable, Codable {
    /// The system is unusable (a panic).
    case emergency = 0
    /// A condition that needs action.
    case critical = 2
    /// An error.
    case error = 3
    /// A warning.
    case warning = 4
    /// Information.
    case information = 6
  }

  /// One line of the log.
  public struct Line: Sendable, Equatable, Codable {
    /// Microseconds since boot.
    public let time: UInt64
    /// How grave it is.
    public let level: Level
    /// The text, without a stamp and without a newline.
    public let text: String

    /// The line as dmesg prints it: `[   12.345678] text`.
    public var formatted: String {
      let seconds = String(time / 1_000_000)
      let fraction = String(time % 1_000_000)
      let padding = String(repeating: " ", count: max(0, 5 - seconds.utf8.count))
      let zeros = String(repeating: "0", count: 6 - fraction.utf8.count)
      return "[\(padding)\(seconds).\(zeros)\(fraction)] \(text)"
    }
  }

  /// The lines still in the buffer, oldest first.
  public private(set) var lines: Deque<Line> = []
  /// How many bytes of text the buffer keeps.
  public let capacity: Int
  /// How many lines were ever written.
  public private(set) var writtenLines = 0
  /// What has happened so far that every stack dump tells.
  package internal(set) var taint: KernelTaint = []
  /// The warnings that are given once and were given.
  @InElementOrder var givenWarnings: Set<KernelWarning> = []
  /// Whether the notice was given, or is due no more, that locks are not checked any longer.
  var isLockCheckingOff = false
  /// How often the kernel died in a process and went on.
  var deaths = 0
  private var bytes = 0

  /// How many bytes of a line are kept (`LOG_LINE_MAX` without its zero byte, kernel/printk/printk.c).
  private static let longestLine = 991

  /// Makes an empty log.
  ///
  /// - Parameter capacity: bytes of text to keep; the default is Debian's 128 KiB (2^17).
  public init(capacity: Int = 1 << 17) { self.capacity = max(capacity, 1) }

  /// Writes a message; each of its lines gets the same stamp, as in the kernel.
  ///
  /// - Parameters:
  ///   - text: one or more lines, separated by newlines.
  ///   - time: microseconds since boot.
  ///   - level: how grave it is.
  public mutating func append(_ text: String, at time: UInt64, level: Level = .warning) {
    for whole in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let part = whole.utf8.count > Self.longestLine ? Substring(whole.utf8.prefix(Self.longestLine)) : whole
      lines.append(Line(time: time, level: level, text: String(part)))
      bytes += part.utf8.count
      writtenLines += 1
    }
    // The ring has a descriptor for every 32 bytes of text (`PRB_AVGBITS`).
    while bytes > capacity || lines.count > max(capacity / 32, 1), lines.count > 1,
      let oldest = lines.popFirst()
    {
      bytes -= oldest.text.utf8.count
    }
  }

  /// Empties the buffer (`dmesg -C`).
  public mutating func clear() {
    lines.removeAll()
    bytes = 0
  }
}
