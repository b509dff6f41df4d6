// glibc 2.31, the C library of Debian 11.

extension GlibcRelease {
  /// glibc 2.31 (malloc/malloc.c, malloc/arena.c, elf/dl-tunables.list of that version).
  package static let glibc231 = GlibcRelease(
    version: "2.31", isRecordedNarrow: false,
    defaults: MallocDefaults(),
    rules: MallocRules(
      keyIsStructure: true, protectsLinks: false, limitsMappingThreshold: true, startsWithHooks: true,
      freeKeepsErrorNumber: false, triesHeapTwice: true,
      noticesThreadsLate: true, allowsNegativeTunables: true, regions: .pages, heapNotesPageSize: false,
      hasWideInformation: false,
      discardsOwnStacks: true, copiesTunablesToHeap: true,
      processorCountStackPages: (1, 1), processorCountReadsStack: true, assertionWords: .programAndLine,
      assertionLines: MallocRules.AssertionLines(
        top: 2379, room: 2385, alignment: 2632, size: 4036, lastArena: 3839, nextArena: 3852, trim: 4781)),
    otherTunableParts: ["cpu", "elision", "mem", "pthread", "rtld", "tune"])
}
