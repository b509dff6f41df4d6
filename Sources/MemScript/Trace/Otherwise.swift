// Which setting or call would have made a step go another way.

import LinuxMemory

/// The facts of a machine on which advice depends, as they are behind a statement.
struct OtherwiseContext {
  /// `transparent_hugepage/enabled`.
  var hugePages: MachineConfiguration.TransparentHugePages
  /// `vm.swappiness`.
  var swappiness: Int
  /// Pages of swap in all.
  var swapTotal: Int
  /// The path of the control group for whose limit the OOM killer killed last; nil where the machine had no memory.
  var fullGroup: String?
  /// The zones, the highest first, with their free pages and low marks.
  var zones: [(name: String, free: Int, low: Int)]

  init(_ machine: Machine) {
    hugePages = machine.transparentHugePages
    swappiness = machine.tunables.swappiness
    swapTotal = machine.swap.totalSlots
    fullGroup = machine.oomKiller.history.verdicts.last?.group?.path
    zones = machine.pageAllocator.zones.reversed().filter(\.isPopulated).map {
      ($0.name, $0.freePages, $0.lowWatermark + $0.watermarkBoost)
    }
  }
}

extension TraceStory.Entry {
  /// What would have decided otherwise, in a sentence; nil where nothing would.
  func otherwise(_ context: OtherwiseContext) -> String? {
    switch first {
    case .glibc(let event): event.otherwise
    case .fault(let event): faultAdvice(event, context)
    case .overcommit(.refused(_, let mode, let asked, let limit, let committed)):
      mode == .never
        ? "overcommit_memory=1 or 0 would grant it; or a limit higher by "
          + "\(pagesText(max(committed + asked - limit, 0))): more swap, or a larger overcommit_ratio"
        : "overcommit_memory=1 would grant it (the pages are only needed when they are touched); so would "
          + "\(pagesText(max(asked - limit, 0))) more RAM or swap"
    case .reclaim(.kswapdWoke), .reclaim(.kswapdStopped):
      "vm.min_free_kbytes and vm.watermark_scale_factor set the marks: higher ones wake kswapd earlier"
    case .reclaim(.directReclaim):
      "higher marks (vm.watermark_scale_factor) would have had kswapd make room before"
    case .reclaim(.swappedOut):
      "mlock keeps pages in memory; vm.swappiness (\(context.swappiness)) weighs swapping against dropping files"
    case .outOfMemory(.killed), .outOfMemory(.ranked):
      killAdvice(context)
    case .slab(.slabAdded): "as long as a slab of the cache has a free object, no page is taken"
    case .pageAllocator(.refused):
      "a smaller order, or compaction first: echo 1 > /proc/sys/vm/compact_memory"
    case .pageAllocator(.stolen): "a free block of the own type, so that page blocks do not mix"
    default: nil
    }
  }

  private func killAdvice(_ context: OtherwiseContext) -> String {
    let swap = context.swapTotal > 0
    if let group = context.fullGroup {
      return
        "a higher memory.max of \(group), or \(swap ? "room in its memory.swap.max" : "swap"): the machine's free "
        + "memory does not count; 'why_oom' tells what filled the group"
    }
    return swap
      ? "'why_oom' tells from which oom_score_adj on somebody else dies"
      : "swap, a smaller hog, or another oom_score_adj: 'why_oom' tells from which value on somebody else dies"
  }

  private func faultAdvice(_ event: FaultEvent, _ context: OtherwiseContext) -> String? {
    switch event {
    case .demandZero where pages >= 512:
      switch context.hugePages {
      case .madvise: return "madvise(p, n, MADV_HUGEPAGE) first would take huge pages: one fault for 2 MiB"
      case .never:
        return "machine thp=always, or thp=madvise with MADV_HUGEPAGE, would take one fault for 2 MiB"
      case .always: return "mlock or MADV_POPULATE_WRITE would have brought the pages in one call"
      }
    case .hugePage:
      return "madvise(p, n, MADV_NOHUGEPAGE) would take pages of 4 KiB, only those that are touched"
    case .copied: return "without the fork, or after the other process has ended, nothing would be copied"
    case .swappedIn: return "mlock keeps pages in memory"
    case .refused(_, _, 11, let permissions?):
      return
        "mprotect(p, n, \(permissions.contains(.read) ? "PROT_READ | PROT_WRITE" : "PROT_READ")) allows it"
    case .refused(_, _, 11, nil):
      return "a pointer into what malloc, mmap or brk gave; 'maps' shows what is mapped"
    default: return nil
    }
  }
}

extension GlibcEvent {
  fileprivate var otherwise: String? {
    switch self {
    case .mapped(_, let length, _):
      "mallopt(M_MMAP_THRESHOLD, n) with n above \(length), or M_MMAP_MAX 0: from the heap"
    case .topSplit: "a freed chunk that fits would be used first: tcache, fastbins, bins, and only then top"
    case .heapGrown(_, let padding):
      padding == 0
        ? "mallopt(M_TOP_PAD, n) asks for n bytes more at once, so that fewer calls reach the kernel"
        : "mallopt(M_TOP_PAD, 0) asks for no reserve"
    case .threadCachePut:
      "with 7 of the size in the tcache, or tcache_count=0, it would go to a fastbin or the unsorted bin"
    case .fastBinPut: "mallopt(M_MXFAST, 0): it would be merged with its neighbours at once"
    case .topKept(let top, _):
      "mallopt(M_TRIM_THRESHOLD, n) with n of at most \(top), or malloc_trim(0), gives memory back"
    case .trimLeavesPadding: "mallopt(M_TOP_PAD, 0) leaves nothing, malloc_trim(0) neither"
    case .trimmed:
      "mallopt(M_TRIM_THRESHOLD, -1) keeps the heap as it is: a real-time program pays no fault again"
    case .thresholdRaised:
      "setting any of M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX keeps both as they are"
    case .unmapped: "from the heap (a smaller block, or M_MMAP_MAX 0) it would stay with the process"
    case .mappingLimitReached: "mallopt(M_MMAP_MAX, n) with a larger n"
    case .mappingRefused, .breakRefused, .outOfMemory:
      "'ulimit -v', overcommit_memory and the machine's size decide that"
    case .merged(_, true, _):
      "a block in use behind it would keep it in the bins, and the heap from shrinking"
    case .binFit: "a chunk of exactly the size would be used whole"
    case .zeroed(let bytes, _) where bytes > 0: "malloc would not clear it"
    default: nil
    }
  }
}
