// A build's geometry in other formats: the size of its words.

extension MallocLayout: Codable {
  /// Reads the size of a word.
  ///
  /// - Throws: `DecodingError` for any but 4 and 8.
  package init(from decoder: any Decoder) throws {
    switch try UInt64(from: decoder) {
    case 8: self = .x86_64
    case 4: self = .i386
    default:
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "words have 4 or 8 bytes"))
    }
  }

  /// Writes the size of a word.
  package func encode(to encoder: any Encoder) throws { try wordSize.encode(to: encoder) }
}
