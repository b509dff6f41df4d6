// The values of /proc/sys/vm that can be read and set.

/// The `vm.*` settings of the machine (Documentation/admin-guide/sysctl/vm.rst). What they are as booted, and which files
/// there are, is the release's.
///
/// This is only the values; what a write does beyond storing its number (new watermarks, dropped caches) is
/// done by `Machine.writeTunable(_:text:by:)`.
public struct SystemTunables: Sendable, Equatable, Codable {
  /// KiB that overcommit mode 2 keeps for the administrator.
  public var adminReserveKilobytes: UInt64 = 0
  /// Whether compaction may move unevictable pages.
  public var compactUnevictableAllowed = 0
  /// How eagerly compaction runs in the background, 0 … 100.
  public var compactionProactiveness = 0
  /// Bytes of dirty memory at which background writing begins; 0 to use the ratio.
  public var dirtyBackgroundBytes: UInt64 = 0
  /// Percent of memory that may be dirty before background writing begins.
  public var dirtyBackgroundRatio = 0
  /// Bytes of dirty memory at which a writer must write itself; 0 to use the ratio.
  public var dirtyBytes: UInt64 = 0
  /// Age in 1/100 s at which dirty data is written.
  public var dirtyExpireCentiseconds = 0
  /// Percent of memory that may be dirty before a writer must write itself.
  public var dirtyRatio = 0
  /// How often in 1/100 s the flusher wakes.
  public var dirtyWritebackCentiseconds = 0
  /// Seconds after which a lazily updated inode time is written.
  public var dirtytimeExpireSeconds = 0
  /// The fragmentation index above which the kernel compacts rather than reclaims.
  public var externalFragmentationThreshold = 0
  /// Laptop mode in seconds.
  public var laptopMode = 0
  /// Whether mmap places mappings bottom-up as old kernels did.
  public var legacyAddressLayout = 0
  /// For each zone but the last, the divisor of what higher allocations must leave free in it.
  public var lowmemReserveRatio: [Int]
  /// The most mappings a process may have.
  public var maxMapCount = 0
  /// KiB the kernel keeps free; the watermarks come from it.
  public var minFreeKilobytes: Int
  /// What was last written to `min_free_kbytes`; `nil` while nobody did (`user_min_free_kbytes`).
  public internal(set) var writtenMinFreeKilobytes: Int?
  /// The lowest address mmap gives out, in bytes.
  public var mmapMinimumAddress: UInt64 = 0
  /// Whether an OOM report lists the processes.
  public var oomDumpTasks = 0
  /// Whether the OOM killer takes the process that asked instead of the worst.
  public var oomKillAllocatingTask = 0
  /// KiB of RAM that count towards the commit limit; 0 to use the ratio.
  public var overcommitKilobytes: UInt64 = 0
  /// How memory is promised: 0, 1 or 2, see ``OvercommitMode``.
  public var overcommitMemory = 0
  /// Percent of RAM that counts towards the commit limit.
  public var overcommitRatio = 0
  /// The logarithm of how many pages are read from swap at once.
  public var pageCluster = 0
  /// 1: panic instead of an OOM kill; 2: also for constrained allocations.
  public var panicOnOOM = 0
  /// The divisor of memory for the per-CPU lists; 0 for the kernel's own choice.
  public var perCPUPageListHighFraction = 0
  /// How often in seconds the statistics are brought up to date.
  public var statInterval = 0
  /// How anonymous memory compares with page cache in reclaim, 0 … 200.
  public var swappiness = 0
  /// KiB that overcommit mode 2 keeps for a user.
  public var userReserveKilobytes: UInt64
  /// How eagerly inode and dentry caches are reclaimed.
  public var vfsCachePressure = 0
  /// How far an external fragmentation raises the watermarks, in 1/10000.
  public var watermarkBoostFactor = 0
  /// The distance between the watermarks in 1/10000 of a zone.
  public var watermarkScaleFactor = 0
  /// Whether zones are reclaimed before other nodes are tried.
  public var zoneReclaimMode = 0

  /// The settings of the release.
  var table: [Tunable] = []
  /// Bits of the kernel's `unsigned long`: 64 or 32.
  let wordBits: Int

  /// The values; the table is that of the machine's kernel.
  private enum CodingKeys: String, CodingKey {
    case adminReserveKilobytes, compactUnevictableAllowed, compactionProactiveness, dirtyBackgroundBytes
    case dirtyBackgroundRatio, dirtyBytes, dirtyExpireCentiseconds, dirtyRatio
    case dirtyWritebackCentiseconds, dirtytimeExpireSeconds, externalFragmentationThreshold, laptopMode
    case legacyAddressLayout, lowmemReserveRatio, maxMapCount, minFreeKilobytes
    case writtenMinFreeKilobytes, mmapMinimumAddress, oomDumpTasks, oomKillAllocatingTask
    case overcommitKilobytes, overcommitMemory, overcommitRatio, pageCluster
    case panicOnOOM, perCPUPageListHighFraction, statInterval, swappiness
    case userReserveKilobytes, vfsCachePressure, watermarkBoostFactor, watermarkScaleFactor
    case zoneReclaimMode, wordBits
  }

  /// Makes the settings of a machine that has just booted.
  ///
  /// - Parameters:
  ///   - table: the settings of the release on the architecture.
  ///   - minFreeKilobytes: what boot computed from the size of memory.
  ///   - lowmemReserveRatio: one divisor for each zone.
  ///   - freeKilobytes: KiB free when the kernel sets the reserves; each is 1/32 of it, at most 128 MiB
  ///     for users and 8 MiB for the administrator (`init_user_reserve`, `init_admin_reserve`, mm/mmap.c).
  ///   - wordBits: of the kernel's `unsigned long`.
  init(
    table: [Tunable], minFreeKilobytes: Int, lowmemReserveRatio: [Int], freeKilobytes: UInt64,
    wordBits: Int = 64
  ) {
    self.table = table
    self.wordBits = wordBits
    self.minFreeKilobytes = minFreeKilobytes
    self.lowmemReserveRatio = lowmemReserveRatio
    userReserveKilobytes = min(freeKilobytes / 32, 1 << 17)
    adminReserveKilobytes = min(freeKilobytes / 32, 1 << 13)
    for tunable in table {
      guard let value = tunable.booted else { continue }
      switch tunable.kind {
      case .integer(let path, _), .seconds(let path), .fraction(let path): self[keyPath: path] = value
      case .unsigned(let path, _), .bytes(let path, _): self[keyPath: path] = UInt64(value)
      case .divisors, .trigger, .button: assertionFailure("\(tunable.name) has no booted value")
      }
    }
  }

  /// The rules by which memory is promised.
  package var overcommitRules: OvercommitRules {
    OvercommitRules(
      mode: OvercommitMode(rawValue: overcommitMemory) ?? .heuristic, ratio: overcommitRatio,
      kilobytes: overcommitKilobytes, userReserveKilobytes: userReserveKilobytes,
      administratorReserveKilobytes: adminReserveKilobytes, wordBits: wordBits)
  }
}
