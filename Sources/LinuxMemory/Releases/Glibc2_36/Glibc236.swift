// glibc 2.36, the C library of Debian 12.

extension GlibcRelease {
  /// glibc 2.36 (malloc/malloc.c, elf/dl-tunables.list of that version).
  package static let glibc236 = GlibcRelease(
    version: "2.36", isRecordedNarrow: true,
    defaults: MallocDefaults(),
    rules: MallocRules(),
    otherTunableParts: ["cpu", "elision", "mem", "pthread", "rtld"])
}
