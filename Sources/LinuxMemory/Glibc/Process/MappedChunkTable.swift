// The mapped chunks by their pages, for questions about an address.

/// Where the live mapped chunks are.
struct MappedChunkTable: Equatable, Sendable, Codable {
  /// A mapping and the chunk in it.
  struct Entry: ExtentValue, Codable {
    /// Where the mapping begins.
    var start: UInt64
    /// Its length in bytes.
    var length: UInt64
    /// The chunk, further in when an alignment was asked for.
    var chunk: UInt64

    /// Every page of a mapping has the same entry.
    func advanced(by distance: UInt64) -> Entry { self }
  }

  /// By page number: a change costs the same with many mappings as with a few.
  private var pages = ExtentMap<Entry>()

  /// The entries in order of address.
  var entries: [Entry] { pages.all.map(\.value) }

  /// The entry whose mapping contains an address.
  func entry(containing address: UInt64) -> Entry? { pages.extent(containing: address >> 12)?.value }

  /// Adds a mapping.
  mutating func insert(start: UInt64, length: UInt64, chunk: UInt64) {
    pages.set(Self.pages(start, length), to: Entry(start: start, length: length, chunk: chunk))
  }

  /// Removes the mapping that begins at an address.
  mutating func remove(start: UInt64) {
    guard let entry = entry(containing: start), entry.start == start else { return }
    pages.remove(Self.pages(start, entry.length))
  }

  /// Notes that the chunk of the mapping around an address begins further in.
  mutating func moveChunk(to chunk: UInt64) {
    guard let entry = entry(containing: chunk) else { return }
    insert(start: entry.start, length: entry.length, chunk: chunk)
  }

  /// The page numbers of a mapping, which has at least one page.
  private static func pages(_ start: UInt64, _ length: UInt64) -> Range<UInt64> {
    start >> 12..<start >> 12 + max(length >> 12, 1)
  }
}
