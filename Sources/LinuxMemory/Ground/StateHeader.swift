// What a saved state begins with: the name and version of its format, and the checksum of what follows.

package struct StateHeader: Codable {
  private enum CodingKeys: String, CodingKey { case format, version, checksum }

  private var format: String
  private var version: Int
  private var checksum: UInt64

  package init(_ format: String, version: Int, of state: some Encodable) throws {
    self.format = format
    self.version = version
    checksum = try ChecksumEncoder.checksum(of: state)
  }

  /// Throws `DecodingError` unless the state is of a format and version that can be read.
  package func requireFormat(_ format: String, version: Int, path: [any CodingKey]) throws {
    if (self.format, self.version) != (format, version) {
      throw damage("\(self.format) \(self.version) cannot be read, only \(format) \(version)", at: path)
    }
  }

  /// Throws `DecodingError` unless `state` has the checksum that was written.
  package func requireChecksum(of state: some Encodable, path: [any CodingKey]) throws {
    if try ChecksumEncoder.checksum(of: state) != checksum {
      throw damage("the state is not the one that was written", at: path)
    }
  }

  private func damage(_ text: String, at path: [any CodingKey]) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: path, debugDescription: text))
  }
}
