// The parts of which reports about memory consist.

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
