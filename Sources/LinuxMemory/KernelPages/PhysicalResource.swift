// The physical address space by name.

/// A range of physical addresses with a name (`struct resource`, `/proc/iomem`).
package struct PhysicalResource: Sendable, Equatable, Codable {
  /// The first address.
  package let start: UInt64
  /// The last address.
  package let end: UInt64
  /// The name.
  package let name: String
  /// How deep it is nested: 0 for the outermost.
  package let depth: Int

  /// Whether it is memory that the kernel uses.
  package var isRAM: Bool { name == "System RAM" }
}
