// The number that names a process.

/// A process identifier, as in `/proc/PID`.
public struct ProcessID: Hashable, Comparable, Sendable, CustomStringConvertible, Codable {
  /// The number.
  public let rawValue: Int32

  /// Makes an identifier from a number.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }

  /// Orders by number.
  public static func < (left: ProcessID, right: ProcessID) -> Bool { left.rawValue < right.rawValue }

  /// The number in decimal.
  public var description: String { String(rawValue) }
}
