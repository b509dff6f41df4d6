// What a version of the C library brings along for its allocator.

/// A version of glibc: everything about its malloc that is no rule but a number or a choice.
///
/// A release has a folder of its own in `Releases/`; code asks for the named fact, never for the version.
package struct GlibcRelease: Sendable {
  /// The version as written in `machine glibc=…`.
  package let version: String
  /// Whether its build for 32 bits was recorded too.
  let isRecordedNarrow: Bool
  /// What can be adjusted, as a program finds it.
  let defaults: MallocDefaults
  /// What it does otherwise than other versions.
  let rules: MallocRules
  /// The parts of the library other than malloc that have tunables.
  let otherTunableParts: [String]

  /// The geometry of chunks on an architecture.
  func layout(isWide: Bool) -> MallocLayout { isWide ? .x86_64 : .i386 }
}

/// The values of `struct malloc_par` before anybody sets one, in bytes where they are sizes; unless said otherwise those of
/// glibc 2.26 to 2.41.
struct MallocDefaults: Sendable {
  /// M_TRIM_THRESHOLD.
  var trimThreshold: UInt64 = 128 << 10
  /// M_TOP_PAD.
  var topPadding: UInt64 = 128 << 10
  /// M_MMAP_THRESHOLD.
  var mappingThreshold: UInt64 = 128 << 10
  /// M_MMAP_MAX.
  var largestMappingCount: Int32 = 65_536
  /// M_MXFAST, as so many words of a chunk.
  var largestFastWords: UInt64 = 16
  /// M_ARENA_TEST with words of 64 bits and of 32.
  var arenaTest: (wide: UInt64, narrow: UInt64) = (8, 2)
  /// How many bins of the thread cache are in use.
  var threadCacheBins: Int = 64
  /// How many chunks a bin of the thread cache may hold.
  var threadCacheDepth: UInt64 = 7
}

extension GlibcRelease: Equatable {
  /// Versions are told apart by their names.
  package static func == (left: GlibcRelease, right: GlibcRelease) -> Bool { left.version == right.version }
}
