// glibc 2.43, the C library of Debian sid.

extension GlibcRelease {
  /// glibc 2.43 (malloc/malloc.c, malloc/arena.c, elf/dl-tunables.list of that version).
  package static let glibc243 = GlibcRelease(
    version: "2.43", isRecordedNarrow: false,
    defaults: MallocDefaults(largestFastWords: 0, threadCacheDepth: 16),
    rules: MallocRules(
      hasFastBins: false, largeThreadCacheBins: 12, asksThreadCacheFirst: true, countsFreeSlots: true,
      callocAsksThreadCache: true, alignedAsksThreadCache: true, alignsMappedClosely: true,
      alignmentTrims: .mergeWholeChunks,
      sortsSmallChunksAtOnce: true, internalFreesSkipThreadCache: true, reallocKeeps: .slack,
      mappedSizeExcludesHeader: true, reservesHeapsFreely: false, parsesTunablesStrictly: true,
      cutsIntegerTunables: true, regions: .requestAlone, startsBeforeMain: true,
      pvallocRounds: true, alignedAllocChecks: true, checksSizeListAtItsEnd: true, marksStackGuards: true,
      printsFromStack: false,
      assertionWords: .lineAndFunction,
      assertionLines: MallocRules.AssertionLines(
        top: 2371, room: 2377, alignment: 2624, size: 4241, lastArena: 4044, nextArena: 4060, trim: 4782)),
    otherTunableParts: ["cpu", "elision", "gmon", "mem", "pthread", "rtld"])
}
