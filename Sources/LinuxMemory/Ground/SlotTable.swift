// Values that keep their place, found by handles that know whether the value is still there.

/// Names a value of a ``SlotTable`` for as long as it is in there.
struct SlotHandle: Hashable, Sendable, Codable {
  fileprivate let slot: Int
  fileprivate let generation: UInt32
}

/// A table whose values stay where they are while others come and go.
///
/// Invariants: a slot is either in use or in `free`; its generation grows when its value goes, so that no handle of
/// the old value is taken for one of the next.
struct SlotTable<Value: Sendable>: Sendable {
  /// The values; what a free slot holds is a remnant that nobody may ask for.
  private var values: [Value] = []
  private var generations: [UInt32] = []
  private var free: [Int] = []

  /// How many slots there are, the free ones included.
  var capacity: Int { values.count }

  /// Puts a value into a free slot.
  mutating func insert(_ value: Value) -> SlotHandle {
    if let slot = free.popLast() {
      values[slot] = value
      return SlotHandle(slot: slot, generation: generations[slot])
    }
    values.append(value)
    generations.append(0)
    return SlotHandle(slot: values.count - 1, generation: 0)
  }

  /// Ends the life of a handle; its slot can be used again.
  mutating func remove(_ handle: SlotHandle) {
    assert(contains(handle), "a value is removed twice")
    guard contains(handle) else { return }
    generations[handle.slot] &+= 1
    free.append(handle.slot)
  }

  /// Whether the value that a handle was made for is still in the table.
  @inline(__always)
  func contains(_ handle: SlotHandle) -> Bool {
    handle.slot < generations.count && generations[handle.slot] == handle.generation
  }

  /// The value of a handle that is still valid, for reading and changing in place.
  subscript(handle: SlotHandle) -> Value {
    // Not _read: a large part taken out of what it yields is read late by the compiler (6.3.1), after the
    // values have changed.
    @inline(__always) get {
      assert(contains(handle), "a handle outlived its value")
      return values[handle.slot]
    }
    @inline(__always) _modify {
      assert(contains(handle), "a handle outlived its value")
      yield &values[handle.slot]
    }
  }

  /// How the table's own lists contradict each other, in words; empty for a sound table.
  func invariantViolations(inUse: Int) -> [String] {
    var found: [String] = []
    if Set(free).count != free.count { found.append("a slot is free twice") }
    if free.contains(where: { !values.indices.contains($0) }) {
      found.append("a slot that does not exist is free")
    }
    if values.count - free.count != inUse {
      found.append("\(values.count - free.count) slots are in use, \(inUse) values are known")
    }
    return found
  }
}

extension SlotTable: Codable where Value: Codable {
  private enum CodingKeys: String, CodingKey {
    case values, generations, free
  }

  /// Reads a table.
  ///
  /// - Throws: `DecodingError` for lists that contradict each other.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    values = try container.decode([Value].self, forKey: .values)
    generations = try container.decode([UInt32].self, forKey: .generations)
    free = try container.decode([Int].self, forKey: .free)
    guard generations.count == values.count, Set(free).count == free.count,
      free.allSatisfy(values.indices.contains)
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .free, in: container, debugDescription: "the lists of a table contradict each other")
    }
  }

  /// Writes the table with its free slots.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(values, forKey: .values)
    try container.encode(generations, forKey: .generations)
    try container.encode(free, forKey: .free)
  }
}
