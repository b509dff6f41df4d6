// An architecture's facts in other formats: which architecture it is.

extension ArchitectureProfile: Codable {
  /// Reads which architecture it is.
  package init(from decoder: any Decoder) throws { self = try Architecture(from: decoder).profile }

  /// Writes which architecture it is.
  package func encode(to encoder: any Encoder) throws {
    try (isWide ? Architecture.x8664 : .i386).encode(to: encoder)
  }
}
