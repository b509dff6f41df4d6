// What a process may do with a range of its memory.

/// The access permissions of a mapping, with the values of mmap(2)'s PROT_ constants.
public struct MemoryPermissions: OptionSet, Hashable, Sendable, Codable {
  /// The bits.
  public let rawValue: UInt8

  /// Makes permissions from bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Reading (PROT_READ).
  public static let read = MemoryPermissions(rawValue: 1)
  /// Writing (PROT_WRITE).
  public static let write = MemoryPermissions(rawValue: 2)
  /// Executing (PROT_EXEC).
  public static let execute = MemoryPermissions(rawValue: 4)
}
