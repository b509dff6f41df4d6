// The state of a process as somebody has read it.

/// A process at one moment, told from outside. Amounts are pages of 4 KiB.
public struct ProcessState: Sendable, Equatable {
  /// One of its mappings.
  public struct Mapping: Sendable, Equatable {
    /// What lies behind it.
    public enum Backing: Sendable, Equatable {
      /// Memory of the process's own; also the heap and the stack.
      case anonymous
      /// A file, by its path and where in it the mapping begins, in pages; `isTemporary` for shared memory and tmpfs.
      case file(path: String, firstPage: UInt64, isTemporary: Bool)
      /// A mapping that the kernel makes itself, such as `vdso`.
      case special(name: String)
    }

    /// Its addresses, multiples of 4096.
    public var range: Range<UInt64>
    /// What may be done with it.
    public var permissions: MemoryPermissions
    /// Its other properties; ``VirtualMemoryArea/Flags/shared`` among them.
    public var flags: VirtualMemoryArea.Flags
    /// What lies behind it.
    public var backing: Backing
    /// Whether it is the process's heap, which brk moves.
    public var isHeap = false
    /// Memory of its own, huge pages included.
    public var anonymous = 0
    /// The part of ``anonymous`` in huge pages.
    public var huge = 0
    /// The part of ``anonymous`` that other processes map too, because one was forked from the other.
    public var sharedAnonymous = 0
    /// Pages in swap.
    public var swapped = 0
    /// Pages of the file that other processes map too.
    public var sharedFile = 0
    /// Pages of the file that nobody else maps.
    public var privateFile = 0

    /// Describes a mapping without pages.
    public init(
      range: Range<UInt64>, permissions: MemoryPermissions, flags: VirtualMemoryArea.Flags, backing: Backing
    ) {
      self.range = range
      self.permissions = permissions
      self.flags = flags
      self.backing = backing
    }

    /// How many pages it has.
    var pageCount: Int { Int((range.upperBound - range.lowerBound) >> pageShift) }
  }

  /// Its number.
  public var id: ProcessID
  /// The process that waits for it.
  public var parent = ProcessID(1)
  /// Its name, of which 15 bytes count.
  public var name: String
  /// The user it runs as.
  public var userID: UInt32 = 0
  /// `/proc/PID/oom_score_adj`.
  public var oomScoreAdjustment = 0
  /// When it started, in microseconds after boot.
  public var startTime: UInt64 = 0
  /// The numbers of its threads beside the main one.
  public var threads: [ProcessID] = []
  /// The path of its control group.
  public var group = "/"
  /// Its mappings in ascending order.
  public var mappings: [Mapping] = []
  /// Faults that needed no disk, and those that did.
  public var faults: (minor: UInt64, major: UInt64) = (0, 0)
  /// The largest sizes so far: virtual and resident (VmPeak, VmHWM).
  public var peaks: (virtual: Int, resident: Int) = (0, 0)

  /// Describes a process.
  public init(id: ProcessID, name: String) {
    self.id = id
    self.name = name
  }

  /// Compares all that is told.
  public static func == (left: Self, right: Self) -> Bool {
    left.id == right.id && left.parent == right.parent && left.name == right.name
      && left.userID == right.userID
      && left.oomScoreAdjustment == right.oomScoreAdjustment && left.startTime == right.startTime
      && left.threads == right.threads && left.group == right.group && left.mappings == right.mappings
      && left.faults == right.faults && left.peaks == right.peaks
  }
}
