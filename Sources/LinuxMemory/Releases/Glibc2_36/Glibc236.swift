// glibc 2.36, the C library of Debian 12.

extension GlibcRelease {
  /// glibc 2.36 (malloc/malloc.c, elf/dl-tunables.list of that version).
  package static let glibc236 = GlibcRelease(
    version: "2.36", isRecordedNarrow: true,
    defaults: MallocDefaults(
      trimThreshold: 128 << 10, topPadding: 128 << 10, mappingThreshold: 128 << 10,
      largestMappingCount: 65_536,
      largestFastWords: 16, arenaTest: (wide: 8, narrow: 2), threadCacheBins: 64, threadCacheDepth: 7),
    rules: MallocRules(),
    otherTunableParts: ["cpu", "elision", "mem", "pthread", "rtld"])
}
