// What groups are charged for the kernel's objects of a process.

/// The bytes of the kernel's objects for a process that groups were charged for, and for whom the rest was taken.
struct ObjectCharges: Equatable, Sendable, Codable {
  /// How many objects of each kind the process has had charged or found uncharged.
  struct Counts: Equatable, Sendable, Codable {
    /// `vm_area_struct`.
    var areas = 0
    /// `anon_vma`.
    var anonymous = 0
    /// `anon_vma_chain`.
    var chains = 0
  }

  /// The objects that exist.
  var counts = Counts()
  /// Bytes by group in the order in which they were charged; what nobody is charged for is the root's.
  private(set) var bytes: [Share] = []

  /// What one group was charged.
  struct Share: Equatable, Sendable, Codable {
    let group: MemoryGroup
    var bytes: Int
  }

  /// Notes that a group was charged for an object.
  mutating func add(_ size: Int, to group: MemoryGroup) {
    if let last = bytes.last, last.group == group {
      bytes[bytes.count - 1].bytes += size
    } else {
      bytes.append(Share(group: group, bytes: size))
    }
  }

  /// Takes the bytes of objects that went off, the last charged first.
  ///
  /// - Returns: whose they were.
  mutating func remove(_ size: Int) -> [Share] {
    var removed: [Share] = []
    var left = size
    while left > 0, let last = bytes.last {
      let part = min(left, last.bytes)
      removed.append(Share(group: last.group, bytes: part))
      left -= part
      bytes[bytes.count - 1].bytes -= part
      if last.bytes == part { bytes.removeLast() }
    }
    return removed
  }

  /// Lets another group be charged in the place of one.
  mutating func pass(from group: MemoryGroup, to other: MemoryGroup) {
    guard bytes.contains(where: { $0.group == group }) else { return }
    bytes = bytes.map { Share(group: $0.group == group ? other : $0.group, bytes: $0.bytes) }
  }

  /// Takes all off.
  mutating func removeAll() -> [Share] {
    defer { self = ObjectCharges() }
    return bytes
  }
}
