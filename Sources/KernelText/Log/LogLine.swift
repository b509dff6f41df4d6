// One line of a log, as it stands in the file.

/// A line of a log with its place.
public struct LogLine: Sendable, Equatable {
  /// The number of the line in the log, from 1.
  public var number: Int
  /// Its bytes, without the end of line.
  public var bytes: [UInt8]

  /// Makes a line.
  public init(number: Int, bytes: [UInt8]) {
    self.number = number
    self.bytes = bytes
  }
}
