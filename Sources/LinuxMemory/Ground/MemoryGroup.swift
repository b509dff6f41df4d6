// Groups of processes whose memory is counted and reclaimed together.

/// A group of processes in whose name frames are charged and pages stand on reclaim's lists (the kernel's
/// `struct mem_cgroup`).
package struct MemoryGroup: Hashable, Sendable, Codable {
  /// Its number; groups are numbered from 0 on.
  package let number: Int

  /// Names a group.
  ///
  /// - Parameter number: its number, not negative.
  package init(_ number: Int) { self.number = number }

  /// The group of everything that is in no other.
  package static let root = MemoryGroup(0)
}
