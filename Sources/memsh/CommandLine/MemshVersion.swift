// The version that `memsh --version` prints.

/// The version of this package, as in `CHANGELOG.md`.
enum MemshVersion {
  /// Major, minor and patch, after Semantic Versioning.
  static let current = "0.2.0"
}
