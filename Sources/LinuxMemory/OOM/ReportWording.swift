// In which words a kernel reports about memory.

/// What differs between kernels in the reports about requests that failed.
struct ReportWording: Sendable {
  /// What is logged when memory is not promised (`__vm_enough_memory`, mm/util.c).
  enum Refusal: Sendable {
    /// Nothing; before Linux 5.6.
    case nothing
    /// Who asked.
    case asker
    /// Who asked for how many bytes; since Linux 6.10.
    case askerAndBytes
  }

  /// How the table of tasks is written.
  enum TaskTable: Sendable {
    /// Bytes of page tables; since Linux 4.15.
    case pages
    /// The same with resident pages by kind; since Linux 6.8.
    case pagesByKind
    /// Page tables by number.
    case tablesByNumber
  }

  /// How the flags of a request are printed.
  let flags: GFPFlags.ReportStyle
  /// Whether the state of memory is described; otherwise a line says that it is not modelled.
  let describesMemory: Bool
  /// Whether a line sums the verdict up for machines to read.
  let namesConstraint: Bool
  /// Whether the head of a failed allocation names memory policy and cpuset.
  let namesPolicy: Bool
  /// How the table of tasks is written.
  let tasks: TaskTable
  /// What is logged when memory is not promised.
  let refusal: Refusal
  /// Whether a kill by hand is told in the words of Linux before 4.6: as a request for a page.
  let hasOldManualKill: Bool
  /// Whether the statistics of a group are one message, of which the end is lost; until Linux 6.1.
  let cutsGroupStatistics: Bool
  /// Whether the dump of the stack names the user; since Linux 6.12.
  let namesUser: Bool
  /// Whether a blank stands behind the colons of huge pages; until Linux 6.12.
  let padsHugePages: Bool
  /// Whether `writeback_tmp` is counted.
  let countsTemporaryWriteback: Bool
  /// Whether balloons, free pages for atomic requests and compressed swap are counted; later than 6.1.
  let countsNewerPages: Bool
}
