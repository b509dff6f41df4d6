// glibc 2.41, the C library of Debian 13.

extension GlibcRelease {
  /// glibc 2.41 (malloc/malloc.c, malloc/arena.c, elf/dl-tunables.list of that version).
  package static let glibc241 = GlibcRelease(
    version: "2.41", isRecordedNarrow: false,
    defaults: MallocDefaults(),
    rules: MallocRules(
      callocAsksThreadCache: true, alignedAsksThreadCache: true, alignedChecksSizeFirst: true,
      alignmentTrims: .merge,
      sortsSmallChunksAtOnce: true, reallocKeeps: .slackAndMappedPage, reservesHeapsFreely: false,
      parsesTunablesStrictly: true,
      cutsIntegerTunables: true, regions: .pages,
      alignedAllocChecks: true,
      printsFromStack: false,
      assertionWords: .lineAndFunction,
      assertionLines: MallocRules.AssertionLines(
        top: 2601, room: 2607, alignment: 2849, size: 4434, lastArena: 4237, nextArena: 4250, trim: 5234)),
    otherTunableParts: ["cpu", "elision", "gmon", "mem", "pthread", "rtld"])
}
