// Extents in other formats: the list of them, in order.

extension ExtentMap: Codable where Value: Codable {
  /// Reads the extents.
  ///
  /// - Throws: `DecodingError` for extents that are empty, overlap, or stand in another order.
  init(from decoder: any Decoder) throws {
    let entries = try [Entry](from: decoder)
    var end: UInt64 = 0
    for entry in entries {
      guard entry.start >= end, entry.start < entry.end else {
        throw DecodingError.dataCorrupted(
          DecodingError.Context(
            codingPath: decoder.codingPath, debugDescription: "extents overlap or are in disorder"))
      }
      end = entry.end
    }
    let start = position(endingAfter: 0)
    splice(from: start, to: start, with: entries)
  }

  /// Writes the extents.
  func encode(to encoder: any Encoder) throws { try Array(chunks.joined()).encode(to: encoder) }
}
