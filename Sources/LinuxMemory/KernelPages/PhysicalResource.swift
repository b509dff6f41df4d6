// The physical address space by name.

/// A range of physical addresses with a name (`struct resource`, `/proc/iomem`).
public struct PhysicalResource: Sendable, Equatable {
  /// The first address.
  public let start: UInt64
  /// The last address.
  public let end: UInt64
  /// The name.
  public let name: String
  /// How deep it is nested: 0 for the outermost.
  public let depth: Int

  /// Whether it is memory that the kernel uses.
  public var isRAM: Bool { name == "System RAM" }
}
