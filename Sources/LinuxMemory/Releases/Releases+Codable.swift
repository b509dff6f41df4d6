// Releases in other formats: their versions.

extension KernelRelease: Codable {
  /// Reads the release of a version.
  ///
  /// - Throws: `DecodingError` for a version that is not modelled.
  public init(from decoder: any Decoder) throws {
    let version = try String(from: decoder)
    guard let release = KernelRelease.all.first(where: { $0.version == version }) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "Linux \(version) is not modelled"))
    }
    self = release
  }

  /// Writes the version.
  public func encode(to encoder: any Encoder) throws { try version.encode(to: encoder) }
}

extension GlibcRelease: Codable {
  /// Reads the release of a version.
  ///
  /// - Throws: `DecodingError` for a version that is not modelled.
  package init(from decoder: any Decoder) throws {
    let version = try String(from: decoder)
    guard let release = GlibcRelease.all.first(where: { $0.version == version }) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "glibc \(version) is not modelled"))
    }
    self = release
  }

  /// Writes the version.
  package func encode(to encoder: any Encoder) throws { try version.encode(to: encoder) }
}
