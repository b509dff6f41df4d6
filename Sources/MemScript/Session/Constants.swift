// The C constants that scripts write, with the values of the Linux headers for x86.

import LinuxMemory
import ScriptLanguage

/// The named numbers of `<malloc.h>`, `<stdio.h>`, `<sys/mman.h>`, `<sys/resource.h>`, `<sys/prctl.h>`, `<signal.h>`,
/// `<errno.h>` and the kernel's `gfp.h` and `slab.h`.
enum Constants {
  /// The value of a constant, or nil.
  static func value(of name: String) -> ScriptValue? {
    if let number = numbers[name] { return .integer(number) }
    if let number = unsignedNumbers[name] { return .unsigned(number) }
    return ErrorNumber(named: name).map { .integer(Int64($0.rawValue)) }
  }

  /// All names, sorted.
  static let names =
    (Array(numbers.keys) + Array(unsignedNumbers.keys)
    + (1...133).map { ErrorNumber($0).name }.filter { $0.hasPrefix("E") })
    .sorted()

  private static let numbers: [String: Int64] = [
    // mallopt(3)
    "M_MXFAST": 1, "M_TRIM_THRESHOLD": -1, "M_TOP_PAD": -2, "M_MMAP_THRESHOLD": -3, "M_MMAP_MAX": -4,
    "M_CHECK_ACTION": -5, "M_PERTURB": -6, "M_ARENA_TEST": -7, "M_ARENA_MAX": -8,
    // mmap(2), mprotect(2)
    "PROT_NONE": 0, "PROT_READ": 1, "PROT_WRITE": 2, "PROT_EXEC": 4,
    "MAP_SHARED": 0x1, "MAP_PRIVATE": 0x2, "MAP_SHARED_VALIDATE": 0x3, "MAP_32BIT": 0x40, "MAP_FIXED": 0x10,
    "MAP_ANONYMOUS": 0x20, "MAP_ANON": 0x20,
    "MAP_GROWSDOWN": 0x100, "MAP_LOCKED": 0x2000, "MAP_NORESERVE": 0x4000, "MAP_POPULATE": 0x8000,
    "MAP_NONBLOCK": 0x10000, "MAP_STACK": 0x20000, "MAP_HUGETLB": 0x40000,
    "MAP_FIXED_NOREPLACE": 0x100000, "MAP_FAILED": -1,
    "MREMAP_MAYMOVE": 1, "MREMAP_FIXED": 2, "MREMAP_DONTUNMAP": 4,
    // madvise(2)
    "MADV_NORMAL": 0, "MADV_RANDOM": 1, "MADV_SEQUENTIAL": 2, "MADV_WILLNEED": 3, "MADV_DONTNEED": 4,
    "MADV_FREE": 8, "MADV_REMOVE": 9, "MADV_DONTFORK": 10, "MADV_DOFORK": 11, "MADV_MERGEABLE": 12,
    "MADV_UNMERGEABLE": 13, "MADV_HUGEPAGE": 14,
    "MADV_NOHUGEPAGE": 15, "MADV_DONTDUMP": 16, "MADV_DODUMP": 17, "MADV_WIPEONFORK": 18,
    "MADV_KEEPONFORK": 19,
    "MADV_COLD": 20, "MADV_PAGEOUT": 21,
    "MADV_POPULATE_READ": 22, "MADV_POPULATE_WRITE": 23, "MADV_DONTNEED_LOCKED": 24, "MADV_COLLAPSE": 25,
    "MADV_GUARD_INSTALL": 102, "MADV_GUARD_REMOVE": 103,
    // mlockall(2), mlock2(2)
    "MCL_CURRENT": 1, "MCL_FUTURE": 2, "MCL_ONFAULT": 4, "MLOCK_ONFAULT": 1,
    // getrlimit(2), getrusage(2)
    "RLIMIT_DATA": 2, "RLIMIT_STACK": 3, "RLIMIT_RSS": 5, "RLIMIT_NPROC": 6, "RLIMIT_MEMLOCK": 8,
    "RLIMIT_AS": 9, "RLIM_INFINITY": -1, "RUSAGE_SELF": 0, "RUSAGE_CHILDREN": -1,
    // prctl(2)
    "PR_SET_THP_DISABLE": 41, "PR_GET_THP_DISABLE": 42, "PR_SET_NAME": 15, "PR_GET_NAME": 16,
    // signal(7)
    "SIGHUP": 1, "SIGINT": 2, "SIGQUIT": 3, "SIGILL": 4, "SIGABRT": 6, "SIGBUS": 7, "SIGKILL": 9,
    "SIGUSR1": 10, "SIGSEGV": 11, "SIGUSR2": 12, "SIGPIPE": 13, "SIGTERM": 15, "SIGCHLD": 17, "SIGCONT": 18,
    "SIGSTOP": 19,
    // gfp.h of Linux 6.1
    "GFP_ATOMIC": 0xa20, "GFP_KERNEL": 0xcc0, "GFP_KERNEL_ACCOUNT": 0x400cc0, "GFP_NOWAIT": 0x800,
    "GFP_NOIO": 0xc00, "GFP_NOFS": 0xc40, "GFP_USER": 0x100cc0, "GFP_DMA": 0x1, "GFP_DMA32": 0x4,
    "GFP_HIGHUSER": 0x100cc2, "GFP_HIGHUSER_MOVABLE": 0x108cca,
    "__GFP_DMA": 0x1, "__GFP_HIGHMEM": 0x2, "__GFP_DMA32": 0x4, "__GFP_MOVABLE": 0x8,
    "__GFP_RECLAIMABLE": 0x10, "__GFP_HIGH": 0x20, "__GFP_IO": 0x40, "__GFP_FS": 0x80, "__GFP_ZERO": 0x100,
    "__GFP_ATOMIC": 0x200, "__GFP_DIRECT_RECLAIM": 0x400, "__GFP_KSWAPD_RECLAIM": 0x800,
    "__GFP_NOWARN": 0x2000, "__GFP_RETRY_MAYFAIL": 0x4000, "__GFP_NOFAIL": 0x8000, "__GFP_NORETRY": 0x10000,
    "__GFP_MEMALLOC": 0x20000, "__GFP_COMP": 0x40000, "__GFP_NOMEMALLOC": 0x80000,
    "__GFP_HARDWALL": 0x100000, "__GFP_ACCOUNT": 0x400000,
    // slab.h of Linux 6.1
    "SLAB_HWCACHE_ALIGN": 0x2000, "SLAB_CACHE_DMA": 0x4000, "SLAB_CACHE_DMA32": 0x8000,
    "SLAB_PANIC": 0x40000, "SLAB_RECLAIM_ACCOUNT": 0x20000, "SLAB_ACCOUNT": 0x4000000,
    "SLAB_TYPESAFE_BY_RCU": 0x80000, "SLAB_CONSISTENCY_CHECKS": 0x100, "SLAB_RED_ZONE": 0x400,
    "SLAB_POISON": 0x800, "SLAB_STORE_USER": 0x10000, "SLAB_MEM_SPREAD": 0x100000, "SLAB_TRACE": 0x200000,
    "SLAB_NOLEAKTRACE": 0x800000, "SLAB_NO_USER_FLAGS": 0x1000_0000,
    // The streams of stdio.h, by their file descriptors
    "stdout": 1, "stderr": 2,
    // Sizes
    "PAGE_SIZE": 4096, "EOF": -1, "EXIT_SUCCESS": 0, "EXIT_FAILURE": 1, "RAND_MAX": 0x7fff_ffff,
    // limits.h
    "CHAR_BIT": 8, "INT_MAX": 0x7fff_ffff, "INT_MIN": -0x8000_0000, "UINT_MAX": 0xffff_ffff,
    "SHRT_MAX": 0x7fff,
    "SHRT_MIN": -0x8000, "USHRT_MAX": 0xffff, "CHAR_MAX": 127, "CHAR_MIN": -128, "UCHAR_MAX": 255,
    "SCHAR_MAX": 127,
    "SCHAR_MIN": -128,
    "LLONG_MAX": .max, "LLONG_MIN": .min, "INT32_MAX": 0x7fff_ffff, "INT32_MIN": -0x8000_0000,
    "UINT32_MAX": 0xffff_ffff, "INT64_MAX": .max, "INT64_MIN": .min, "INT8_MAX": 127, "UINT8_MAX": 255,
    "INT16_MAX": 0x7fff, "UINT16_MAX": 0xffff,
  ]

  private static let unsignedNumbers: [String: UInt64] = ["ULLONG_MAX": .max, "UINT64_MAX": .max]

  /// The numbers that depend on the machine's word: SIZE_MAX and its kin.
  static func wordValue(of name: String, word: Int) -> ScriptValue? {
    switch name {
    case "SIZE_MAX", "ULONG_MAX", "UINTPTR_MAX": word == 8 ? .unsigned(.max) : .integer(0xffff_ffff)
    case "LONG_MAX", "SSIZE_MAX", "INTPTR_MAX": .integer(word == 8 ? .max : 0x7fff_ffff)
    case "LONG_MIN", "INTPTR_MIN": .integer(word == 8 ? .min : -0x8000_0000)
    default: nil
    }
  }

  /// Their names.
  static let wordNames = [
    "SIZE_MAX", "ULONG_MAX", "UINTPTR_MAX", "LONG_MAX", "SSIZE_MAX", "INTPTR_MAX", "LONG_MIN", "INTPTR_MIN",
  ]
}
