// The mapped chunks in order of address, for questions about an address.

/// Where the live mapped chunks are.
struct MappedChunkTable: Equatable, Sendable {
  /// A mapping and the chunk in it.
  struct Entry: Equatable, Sendable {
    /// Where the mapping begins.
    var start: UInt64
    /// Its length in bytes.
    var length: UInt64
    /// The chunk, further in when an alignment was asked for.
    var chunk: UInt64
  }

  /// The entries from the highest address down: the kernel places mappings top-down, so that a new one
  /// usually goes to the end.
  private(set) var entries: ContiguousArray<Entry> = []

  /// The first entry that begins at or below an address.
  private func index(atOrBelow address: UInt64) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].start > address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The entry whose mapping contains an address.
  func entry(containing address: UInt64) -> Entry? {
    let index = index(atOrBelow: address)
    guard index < entries.count, address - entries[index].start < entries[index].length else { return nil }
    return entries[index]
  }

  /// Adds a mapping whose chunk has no lead beyond the one given.
  mutating func insert(start: UInt64, length: UInt64, chunk: UInt64) {
    entries.insert(Entry(start: start, length: length, chunk: chunk), at: index(atOrBelow: start))
  }

  /// Removes the mapping that begins at an address.
  mutating func remove(start: UInt64) {
    let index = index(atOrBelow: start)
    if index < entries.count, entries[index].start == start { entries.remove(at: index) }
  }

  /// Notes that the chunk of the mapping around an address begins further in.
  mutating func moveChunk(to chunk: UInt64) {
    let index = index(atOrBelow: chunk)
    if index < entries.count { entries[index].chunk = chunk }
  }
}
