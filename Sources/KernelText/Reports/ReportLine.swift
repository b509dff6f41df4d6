// What single lines of reports about memory say.

/// One line of a report, understood by its own words, whatever stands around it.
enum ReportLine: Sendable, Equatable {
  /// Somebody asked for memory and the OOM killer came.
  case request(MemoryRequest)
  /// `sysrq: Manual OOM execution`.
  case manualRequest
  /// Where a processor stood: process, name and release.
  case processor(ReportProcessor)
  /// A function in a call trace.
  case function(String)
  /// `java cpuset=docker mems_allowed=0`: the nodes that the asker may use, before Linux 5.0.
  case allowedNodes(String)
  /// `Mem-Info:`.
  case memoryHead
  /// Counts of pages: `active_anon:500 inactive_anon:106609`.
  case counts([NamedValue])
  /// The sizes of a node in KiB.
  case node(Int, [NamedValue])
  /// The sizes of a zone in KiB.
  case zone(node: Int, name: String, [NamedValue])
  /// Sizes in KiB whose line began elsewhere.
  case sizes([NamedValue])
  /// Pages that requests for higher zones leave in the zone above.
  case reserve([Int])
  /// Free blocks of a zone by order.
  case freeBlocks(node: Int, zone: String, FreeBlockCounts)
  /// Huge pages of a node.
  case hugePages(HugePageCounts)
  /// A number with a name of its own.
  case amount(ReportAmount, Int)
  /// Use and limit of a group.
  case groupLimit(GroupLimit.Kind, GroupLimit)
  /// `Memory cgroup stats for /app:`, in old words with values behind.
  case groupHead(String, [NamedValue])
  /// One line of a group's statistics.
  case statistic(NamedValue)
  /// `Task in /a killed as a result of limit of /b`.
  case groupShortage(task: String, limit: String)
  /// The head of the table of tasks.
  case tableHead([String])
  /// A row of the table: the process and what follows, whose columns the head of the table names.
  case row(process: Int, ArraySlice<UInt8>)
  /// A slab cache that cannot be reclaimed, with all it holds in KiB.
  case slabCache(NamedValue)
  /// `oom-kill:constraint=…`.
  case verdict(KillVerdict)
  /// Somebody was killed.
  case kill(KillLine)
  /// `Tasks in /app are going to be killed due to memory.oom.group set`.
  case groupKill(String)
  /// `Out of memory and no killable processes...`.
  case noKillable(isGroup: Bool)
  /// The kernel gave up.
  case panic(String)
  /// Swap was added: KiB, and whether it lies compressed in RAM.
  case swapAdded(Int, isCompressed: Bool)
  /// The kernel says that it lost lines.
  case lost
  /// Anything else.
  case other

  /// Where in a report the line stands, of those that each report has once; nil for all others.
  var place: Int? {
    switch self {
    case .request: 0
    case .memoryHead, .groupLimit(.memory, _): 1
    case .amount(.ram, _), .groupHead: 2
    case .tableHead: 3
    case .row: 4
    case .verdict: 5
    case .kill: 6
    default: nil
    }
  }

  /// Whether the line begins something, so that it does not go on the line before.
  var isBeginning: Bool {
    switch self {
    case .other, .sizes, .statistic, .function: false
    default: true
    }
  }
}

/// Numbers that have a line of their own in a report.
enum ReportAmount: Sendable, Equatable, CaseIterable {
  case pageCache, swapCache, freeSwap, totalSwap, ram, highMemory, reserved, contiguous, poisoned

  /// The words behind the number, or before it for swap.
  var words: StaticString {
    switch self {
    case .pageCache: "total pagecache pages"
    case .swapCache: "pages in swap cache"
    case .freeSwap: "Free swap"
    case .totalSwap: "Total swap"
    case .ram: "pages RAM"
    case .highMemory: "pages HighMem"
    case .reserved: "pages reserved"
    case .contiguous: "pages cma reserved"
    case .poisoned: "pages hwpoisoned"
    }
  }
}
