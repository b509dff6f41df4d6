// The areas of an address space in other formats: the list of them, in order.

extension AreaList: Codable {
  /// Reads the areas.
  ///
  /// - Throws: `DecodingError` for areas that are empty, overlap, or stand in another order.
  package init(from decoder: any Decoder) throws {
    let areas = try [VirtualMemoryArea](from: decoder)
    var end: UInt64 = 0
    for area in areas {
      guard area.start >= end, area.start < area.end else {
        throw DecodingError.dataCorrupted(
          DecodingError.Context(
            codingPath: decoder.codingPath, debugDescription: "mappings overlap or are in disorder"))
      }
      end = area.end
    }
    self.init()
    append(contentsOf: areas)
  }

  /// Writes the areas.
  package func encode(to encoder: any Encoder) throws { try Array(self).encode(to: encoder) }
}
