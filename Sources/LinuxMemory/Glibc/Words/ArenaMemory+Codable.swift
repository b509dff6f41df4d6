// The words of an allocator in other formats.

/// A region's words as they are written: for each page its number, when it was last seen, where chunks begin, and its
/// words that are not zero with their places.
struct RegionRecord: Codable {
  var base: UInt64
  var length: UInt64
  var isPresent: Bool
  var key: UInt64
  var pages: [[UInt64]]

  /// How many numbers stand before the words of a page.
  static let headLength = 6
}

extension PagedWords {
  /// The words as they are written.
  var record: RegionRecord {
    var pages: [[UInt64]] = []
    forEachSlot { number, slot in
      guard slot.page != nil || slot.seen != .max else { return }
      var page: [UInt64] = [number, slot.seen]
      page += slot.page?.takeUnretainedValue().startBits ?? [0, 0, 0, 0]
      visit(number << 12, length: MallocLayout.pageSize) { offset, value in page += [offset & 4095, value] }
      pages.append(page)
    }
    return RegionRecord(base: base, length: length, isPresent: isPresent, key: key, pages: pages)
  }

  /// Takes over words that were read.
  ///
  /// - Returns: nil for pages that there cannot be.
  init?(_ record: RegionRecord, layout: MallocLayout, owner: UInt64) {
    self.init(
      base: record.base, length: record.length, layout: layout, owner: owner, key: record.key,
      isPresent: record.isPresent)
    guard base == record.base, length == record.length else { return nil }
    for page in record.pages {
      guard page.count >= RegionRecord.headLength, page.count % 2 == 0, page[0] <= length >> 12 else {
        return nil
      }
      guard restore(page) else { return nil }
    }
  }
}

extension ArenaMemory: Codable {
  private enum CodingKeys: String, CodingKey {
    case layout, areas, distantWords, hasForeignWords
  }

  /// Reads the words.
  ///
  /// - Throws: `DecodingError` for pages that there cannot be.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(layout: try values.decode(MallocLayout.self, forKey: .layout))
    hasForeignWords = try values.decode(Bool.self, forKey: .hasForeignWords)
    for pair in try values.decode([[UInt64]].self, forKey: .distantWords) where pair.count == 2 {
      distantWords[pair[0]] = pair[1]
    }
    let records = try values.decode([RegionRecord].self, forKey: .areas)
    guard records.count >= 2, restore(records) else {
      throw DecodingError.dataCorruptedError(
        forKey: .areas, in: values, debugDescription: "the words of a heap lie where there cannot be any")
    }
  }

  /// Writes the words.
  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(layout, forKey: .layout)
    try values.encode(areas.map(\.record), forKey: .areas)
    let words = distantWords.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
    try values.encode(words, forKey: .distantWords)
    try values.encode(hasForeignWords, forKey: .hasForeignWords)
  }
}
