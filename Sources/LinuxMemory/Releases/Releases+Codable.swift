// Releases in other formats: their versions.

extension KernelRelease: Codable {
  /// Reads the release of a version.
  ///
  /// - Throws: `DecodingError` for a version that is not modelled.
  public init(from decoder: any Decoder) throws {
    self = try decoder.release(of: "Linux", among: Self.all, version: \.version)
  }

  /// Writes the version.
  public func encode(to encoder: any Encoder) throws { try version.encode(to: encoder) }
}

extension GlibcRelease: Codable {
  /// Reads the release of a version.
  ///
  /// - Throws: `DecodingError` for a version that is not modelled.
  package init(from decoder: any Decoder) throws {
    self = try decoder.release(of: "glibc", among: Self.all, version: \.version)
  }

  /// Writes the version.
  package func encode(to encoder: any Encoder) throws { try version.encode(to: encoder) }
}

extension Decoder {
  fileprivate func release<Release>(
    of program: String, among all: [Release], version: (Release) -> String
  ) throws -> Release {
    let wanted = try String(from: self)
    guard let release = all.first(where: { version($0) == wanted }) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: codingPath, debugDescription: "\(program) \(wanted) is not modelled"))
    }
    return release
  }
}
