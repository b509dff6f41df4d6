// A report of the kernel about memory, with what of it was found.

/// What a kernel wrote when memory ran out, or when a request failed: each part that was found, and none invented.
///
/// Read from logs by ``KernelReport/reports(in:)``. A part that is missing or damaged is nil or empty.
public struct KernelReport: Sendable {
  /// The numbers of its first and last line in the log.
  public var lines: ClosedRange<Int>
  /// The time of its first line, as written.
  public var time: String?
  /// The host or printk caller that the log names.
  public var source = ""
  /// Who asked for memory.
  public var request: MemoryRequest?
  /// Whether somebody asked for a kill by hand (sysrq-f).
  public var isManual = false
  /// Where the processor stood.
  public var processor: ReportProcessor?
  /// The nodes that the asker's cpuset allows, as printed; before Linux 5.0, since then the verdict tells them.
  public var allowedNodes: String?
  /// The functions of the call trace, innermost first.
  public var trace: [String] = []
  /// Whether the state of memory is told.
  public var hasMemory = false
  /// Counts of pages of the whole machine: `active_anon`, `free`, `shmem` and so on.
  public var counts: [NamedValue] = []
  /// Sizes of each node in KiB, since Linux 4.8.
  public var nodes: [(node: Int, sizes: [NamedValue])] = []
  /// The zones that a request of this kind may use.
  public var zones: [ReportZone] = []
  /// Slab caches that cannot be reclaimed, in KiB; since Linux 4.15, where they are much.
  public var slabCaches: [NamedValue] = []
  /// Huge pages.
  public var hugePages: [HugePageCounts] = []
  /// Pages of the page cache.
  public var pageCachePages: Int?
  /// Pages in the swap cache.
  public var swapCachePages: Int?
  /// Free swap in KiB; can be below 0 while swap is being turned off.
  public var freeSwap: Int?
  /// All swap in KiB.
  public var totalSwap: Int?
  /// Pages of RAM.
  public var ramPages: Int?
  /// Of these, pages of high memory.
  public var highMemoryPages: Int?
  /// Pages that the kernel keeps for itself.
  public var reservedPages: Int?
  /// Use and limits of the group that has no room.
  public var groupLimits: [(kind: GroupLimit.Kind, limit: GroupLimit)] = []
  /// The group whose statistics are told.
  public var groupPath: String?
  /// The statistics of the group: bytes, as in `memory.stat`.
  public var groupStatistics: [NamedValue] = []
  /// The group that has no room, in words before Linux 5.0.
  public var shortGroup: String?
  /// The processes.
  public var tasks: TaskTable?
  /// Why the victim was chosen.
  public var verdict: KillVerdict?
  /// Who was killed, in order.
  public var kills: [KillLine] = []
  /// The group that dies as a whole (`memory.oom.group`).
  public var killedGroup: String?
  /// Whether the kernel says that nobody may be killed.
  public var hasNoKillable = false
  /// The words of the panic.
  public var panic: String?
  /// Whether lines are known to be lost or unreadable.
  public var isDamaged = false
  /// Whether the log told before that swap lies compressed in RAM (zram).
  public var compressesSwap = false
  /// Swap that the log told of before, in KiB.
  public var addedSwap: Int?

  /// A report that begins at a line.
  init(line: Int) { lines = line...line }
}
