// The parts of which reports about memory consist.

/// A request for memory that led to a report.
public struct MemoryRequest: Sendable, Equatable {
  /// What became of it.
  public enum Outcome: String, Sendable {
    /// The OOM killer was called.
    case oomKiller
    /// It failed.
    case failure
    /// It waited for long.
    case stall
  }

  /// What became of it.
  public var outcome: Outcome
  /// The name of who asked; nil where the line is damaged.
  public var name: String?
  /// The flags (`gfp_mask`), whose bits depend on the release; nil where the line is damaged.
  public var flags: UInt64?
  /// The flags in that release's words; nil before Linux 4.6.
  public var flagNames: String?
  /// 2 to the power of this many pages in one piece; −1 when somebody asked by hand; nil where the line is damaged.
  public var order: Int?
  /// `oom_score_adj` of who asked; nil where it is not told.
  public var adjustment: Int?

  /// Makes a request.
  public init(
    outcome: Outcome, name: String?, flags: UInt64? = nil, flagNames: String? = nil, order: Int? = nil,
    adjustment: Int? = nil
  ) {
    self.outcome = outcome
    self.name = name
    self.flags = flags
    self.flagNames = flagNames
    self.order = order
    self.adjustment = adjustment
  }
}

/// Where a processor stood when a report was written.
public struct ReportProcessor: Sendable, Equatable {
  /// The number of the task: a thread's own, where it is one.
  public var task: Int?
  /// Its name.
  public var name: String?
  /// The release of the kernel, as `uname -r` tells it.
  public var release: String?
}

/// A zone in a report; sizes in KiB.
public struct ReportZone: Sendable, Equatable {
  /// Its node.
  public var node: Int
  /// `DMA`, `DMA32`, `Normal`, `HighMem`, `Movable`.
  public var name: String
  /// Its sizes in KiB, under the kernel's names.
  public var sizes: [NamedValue]
  /// Pages that requests for higher zones must leave here.
  public var reserve: [Int] = []
  /// Its free blocks; nil where the line is missing.
  public var freeBlocks: FreeBlockCounts?
}

/// The free blocks of a zone.
public struct FreeBlockCounts: Sendable, Equatable {
  /// The zone's node.
  public var node: Int
  /// The zone's name.
  public var zone: String
  /// Blocks of each size, smallest first; sizes in KiB.
  public var blocks: [(count: Int, size: Int)]
  /// The sum as printed, in KiB; nil where the line is cut.
  public var total: Int?

  public static func == (left: FreeBlockCounts, right: FreeBlockCounts) -> Bool {
    left.node == right.node && left.zone == right.zone && left.total == right.total
      && left.blocks.elementsEqual(right.blocks, by: ==)
  }
}

/// The huge pages of one size in a node.
public struct HugePageCounts: Sendable, Equatable {
  /// The node.
  public var node: Int
  /// Pages in the pool.
  public var total: Int
  /// Of these, those in nobody's use.
  public var free: Int
  /// The size of one, in KiB.
  public var size: Int
}

/// Use and limit of a group of one kind; KiB.
public struct GroupLimit: Sendable, Equatable {
  /// Of what.
  public enum Kind: Sendable {
    /// Memory.
    case memory
    /// Swap (cgroup v2).
    case swap
    /// Memory and swap together (cgroup v1).
    case memoryAndSwap
    /// The kernel's memory (cgroup v1).
    case kernel
  }

  /// What is used, in KiB.
  public var usage: Int
  /// The limit, in KiB; nil where the line is cut.
  public var limit: Int?
  /// How often a charge was refused.
  public var refusals: Int?
}

/// The table of tasks.
public struct TaskTable: Sendable, Equatable {
  /// One task; counts in pages.
  public struct Row: Sendable, Equatable {
    /// The number of the process.
    public var process: Int
    /// The number of its user.
    public var user: Int
    /// Its name.
    public var name: String
    /// Pages of its address space.
    public var virtualPages: Int
    /// Resident pages.
    public var residentPages: Int
    /// Resident pages of files and shared memory; nil before Linux 6.8.
    public var residentFilePages: Int?
    /// Pages in swap; nil where the table does not tell.
    public var swapPages: Int?
    /// Bytes of page tables since 4.15, pages before; nil where the table does not tell.
    public var pageTableBytes: Int?
    /// `oom_score_adj`; nil where the table has only `oom_adj`, or neither.
    public var adjustment: Int?
  }

  /// The names of the columns, as printed.
  public var columns: [String] = []
  /// The tasks in the order of the table.
  public var rows: [Row] = []
  /// Lines of the table that could not be read.
  public var damagedRows = 0
  /// Whether something followed the table, so that its end is here.
  public var isEnded = false
}

/// The line that sums up why somebody was chosen, since Linux 5.0.
public struct ReportVerdict: Sendable, Equatable {
  /// `CONSTRAINT_NONE` and others.
  public var constraint: String
  /// The nodes of the memory policy, as printed; nil where none.
  public var nodes: String?
  /// The nodes that the asker's cpuset allows, as printed.
  public var allowedNodes: String?
  /// The group without room; nil when the machine has none.
  public var limitGroup: String?
  /// The victim's group.
  public var taskGroup: String?
  /// The victim's name.
  public var name: String?
  /// The victim.
  public var process: Int?
}

/// A line about a kill.
public struct ReportKill: Sendable, Equatable {
  /// Who.
  public var process: Int
  /// The name.
  public var name: String?
  /// The score, where the line prints one (before Linux 5.1).
  public var score: Int?
  /// Whether a group had no room.
  public var isGroup: Bool
  /// Whether it announces and does not report: `Kill process 12 (a) score 5 or sacrifice child`.
  public var isAnnouncement: Bool
  /// What stands in brackets behind "Out of memory", such as `oom_kill_allocating_task`.
  public var reason: String?
  /// Sizes in KiB: `total-vm`, `anon-rss`, `file-rss`, `shmem-rss`, `pgtables`.
  public var sizes: [NamedValue]
}
