// The list of all commands: one line for each.

/// Every command of the language, in the order of the reference.
package enum Catalogue {
  /// All entries.
  package static let all: [CatalogueEntry] =
    cLibrary + systemCalls + touching + kernel + ShellCommands.all + simulation

  /// All of them as sessions dispatch to them.
  static let bound = all.map(BoundCommand.init)

  private static let cLibrary: [CatalogueEntry] = [
    .malloc,
    .calloc,
    .realloc,
    .reallocarray,
    .memalign,
    .alignedAlloc,
    .posixMemalign,
    .valloc,
    .pvalloc,
    .free,
    .mallocUsableSize,
    .mallocTrim,
    .mallopt,
    .mallinfo2,
    .mallocStats,
    .mallocInfo,
    .heapAround,
    .heap,
    .bins,
    .printf,
    .fprintf,
    .puts,
    .fputs,
    .putchar,
    .fflush,
    .strerror,
    .perror,
    .rand,
    .srand,
    .join,
    .pthreadExit,
  ]

  private static let systemCalls: [CatalogueEntry] = [
    .brk,
    .sbrk,
    .mmap,
    .munmap,
    .mremap,
    .mprotect,
    .madvise,
    .mincore,
    .mlock,
    .mlock2,
    .munlock,
    .mlockall,
    .munlockall,
    .fork,
    .exit,
    .getpid,
    .gettid,
    .getppid,
    .getuid,
    .setuid,
    .getrusage,
    .getrlimit,
    .setrlimit,
    .prctl,
    .pause,
    .time,
  ]

  private static let touching: [CatalogueEntry] = [
    .write,
    .read,
    .memset,
    .memcpy,
    .strcpy,
    .poke,
    .peek,
  ]

  private static let kernel: [CatalogueEntry] = [
    .kmalloc,
    .kzalloc,
    .kcalloc,
    .krealloc,
    .kfree,
    .ksize,
    .kmemCacheCreate,
    .kmemCacheCreateUsercopy,
    .kmemCacheAlloc,
    .kmemCacheFree,
    .kmemCacheShrink,
    .kmemCacheDestroy,
    .allocPages,
    .getFreePages,
    .freePages,
    .virtToPhys,
    .pageToPFN,
    .vmalloc,
    .vzalloc,
    .vfree,
    .kvmalloc,
    .kvfree,
    .ioremap,
    .iounmap,
    .kmap,
    .kunmap,
  ]

  private static let simulation: [CatalogueEntry] = [
    .usleep,
    .sleep,
  ]
}
