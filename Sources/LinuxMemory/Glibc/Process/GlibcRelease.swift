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

/// The values of `struct malloc_par` before anybody sets one, in bytes where they are sizes.
struct MallocDefaults: Sendable {
  /// M_TRIM_THRESHOLD.
  let trimThreshold: UInt64
  /// M_TOP_PAD.
  let topPadding: UInt64
  /// M_MMAP_THRESHOLD.
  let mappingThreshold: UInt64
  /// M_MMAP_MAX.
  let largestMappingCount: Int32
  /// M_MXFAST, as so many words of a chunk.
  let largestFastWords: UInt64
  /// M_ARENA_TEST with words of 64 bits and of 32.
  let arenaTest: (wide: UInt64, narrow: UInt64)
  /// How many bins of the thread cache are in use.
  let threadCacheBins: Int
  /// How many chunks a bin of the thread cache may hold.
  let threadCacheDepth: UInt64
}

extension GlibcRelease: Equatable {
  /// Versions are told apart by their names.
  package static func == (left: GlibcRelease, right: GlibcRelease) -> Bool { left.version == right.version }
}
