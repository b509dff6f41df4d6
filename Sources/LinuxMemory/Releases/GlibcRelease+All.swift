// The C libraries that a machine can have.

extension GlibcRelease {
  /// The versions that can be asked for.
  package static let all = [glibc236]
}
