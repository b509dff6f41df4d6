// The number of a simulated file.

/// Names a file of the simulated machine, as its inode number would.
public struct FileIdentifier: Hashable, Comparable, Sendable, Codable {
  /// The number.
  public let rawValue: Int

  /// Makes an identifier.
  public init(_ rawValue: Int) { self.rawValue = rawValue }

  /// Orders by number.
  public static func < (left: FileIdentifier, right: FileIdentifier) -> Bool {
    left.rawValue < right.rawValue
  }
}
