// The simulated machine: the state of all layers in one value.

/// A simulated Linux machine. A copy is a snapshot.
///
/// Calls that a process makes are methods in `Machine+….swift` files in the folder of
/// their subject; this file only lists the state.
public struct Machine: Sendable, Equatable {
  /// What was booted.
  public internal(set) var configuration: MachineConfiguration
  /// Microseconds since boot; only sleep and usleep advance it.
  public internal(set) var clock: UInt64
  /// The page allocator's frames, and who holds them.
  package internal(set) var ledger: FrameLedger
  /// The pages in the order in which reclaim looks at them.
  package internal(set) var pageLists = PageLists()
  /// What reclaim counts and remembers.
  package internal(set) var reclaim = ReclaimState()
  /// What faults and locks count.
  public internal(set) var pageEvents = PageEventCounters()
  /// What compaction counts.
  package internal(set) var compaction = CompactionCounters()
  /// The simulated files and the page cache over them.
  package internal(set) var files: FileStore
  /// Pages that are in memory and in swap alike.
  package internal(set) var swapCache = SwapCache()
  /// The OOM killer, and whether it stopped the machine.
  package internal(set) var oomKiller = OOMKillerState()
  /// How many processes have ended since boot, plus one for a panic: while it stays, whoever ran still runs.
  package internal(set) var endingCount = 0
  /// The kernel's messages.
  public internal(set) var log = KernelLog()
  /// The slab caches.
  package internal(set) var slab: Slab
  /// The kernel's area for scattered pages and devices.
  package internal(set) var vmallocArea: VmallocArea
  /// Pages that the kernel holds outside slabs and mappings.
  package internal(set) var kernelPages: KernelPages
  /// The swap areas.
  package internal(set) var swap = SwapSpace()
  /// How much memory has been promised to processes.
  package internal(set) var commit = OvercommitAccounting()
  /// The values of `/proc/sys/vm`.
  public internal(set) var tunables: SystemTunables
  /// When transparent huge pages are given (`/sys/kernel/mm/transparent_hugepage/enabled`).
  public internal(set) var transparentHugePages: MachineConfiguration.TransparentHugePages
  /// The processes.
  public internal(set) var processes: ProcessTable
  /// The frames that several page-table entries point to.
  var sharedFrames = SharedFrames()
  /// The huge pages that are mapped page by page.
  var splitHugePages: SplitHugePages
  /// The memory behind shared mappings.
  var sharedMemory = SharedMemory()
  /// The huge page of zeros, once a process has read from an empty huge page.
  var hugeZeroPage: FrameNumber?
  /// The groups of processes.
  package internal(set) var controlGroups = ControlGroupTree()
  /// How long processes waited for memory.
  package internal(set) var pressure = PressureStall()
  /// The process that can never go on; nil while there is none.
  package internal(set) var stuckProcess: StuckProcess?
  /// The thread that looks for small pages to collect into huge ones.
  var hugePageCollector = HugePageCollector()
  /// In whose name the kernel works where a call names no process (the kernel's `current`); nil for its own threads.
  package var actor: ProcessID?
  /// Counts the work that is done, for a caller that wants to end it.
  package var work: WorkMeter
  /// Where what happens is told.
  public var events = EventPort()

  /// The zones and their free pages; what changes them goes through ``ledger``.
  package var pageAllocator: PageAllocator {
    @inline(__always) get { ledger.allocator }
  }
}
