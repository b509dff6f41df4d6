// How much memory lies behind a mapping, by who else uses it.

/// The amounts that `/proc/PID/smaps` tells of a mapping (fs/proc/task_mmu.c), in bytes unless said otherwise.
public struct MappingUsage: Equatable, Sendable {
  /// How finely a byte is divided in proportional amounts: 1/4096 (the kernel's `PSS_SHIFT`).
  public static let proportionalShift = 12

  /// Pages in memory (Rss).
  public internal(set) var resident: UInt64 = 0
  /// Pages in memory, each divided by the number of processes that map it, in 1/4096 bytes (Pss).
  public internal(set) var proportional: UInt64 = 0
  /// The dirty part of ``proportional``.
  public internal(set) var proportionalDirty: UInt64 = 0
  /// The part of ``proportional`` that is memory of no file.
  public internal(set) var proportionalAnonymous: UInt64 = 0
  /// The part of ``proportional`` that is pages of files.
  public internal(set) var proportionalFile: UInt64 = 0
  /// The part of ``proportional`` that is shared memory.
  public internal(set) var proportionalShared: UInt64 = 0
  /// Unchanged pages that other processes map too.
  public internal(set) var sharedClean: UInt64 = 0
  /// Changed pages that other processes map too.
  public internal(set) var sharedDirty: UInt64 = 0
  /// Unchanged pages that nobody else maps.
  public internal(set) var privateClean: UInt64 = 0
  /// Changed pages that nobody else maps.
  public internal(set) var privateDirty: UInt64 = 0
  /// Pages of no file.
  public internal(set) var anonymous: UInt64 = 0
  /// Pages that madvise(MADV_FREE) released and the kernel did not take yet.
  public internal(set) var lazilyFree: UInt64 = 0
  /// Anonymous memory in huge pages.
  public internal(set) var anonymousHuge: UInt64 = 0
  /// Pages in swap.
  public internal(set) var swapped: UInt64 = 0
  /// Pages in swap, each divided by the number of its users, in 1/4096 bytes.
  public internal(set) var swappedProportional: UInt64 = 0
  /// The part of ``proportional`` that is locked.
  public internal(set) var locked: UInt64 = 0

  /// Makes zeros.
  public init() {}

  /// Adds the amounts of another mapping.
  public static func += (left: inout MappingUsage, right: MappingUsage) {
    left.resident += right.resident
    left.proportional += right.proportional
    left.proportionalDirty += right.proportionalDirty
    left.proportionalAnonymous += right.proportionalAnonymous
    left.proportionalFile += right.proportionalFile
    left.proportionalShared += right.proportionalShared
    left.sharedClean += right.sharedClean
    left.sharedDirty += right.sharedDirty
    left.privateClean += right.privateClean
    left.privateDirty += right.privateDirty
    left.anonymous += right.anonymous
    left.lazilyFree += right.lazilyFree
    left.anonymousHuge += right.anonymousHuge
    left.swapped += right.swapped
    left.swappedProportional += right.swappedProportional
    left.locked += right.locked
  }

  /// Counts pages in memory that are alike.
  ///
  /// - Parameters:
  ///   - pages: how many.
  ///   - users: how many processes map each.
  ///   - isDirty: whether they were changed.
  ///   - kind: the part of Pss that they belong to.
  ///   - leavesProportion: whether they leave Pss as it is.
  mutating func count(
    _ pages: Int, users: Int, isDirty: Bool, kind: WritableKeyPath<MappingUsage, UInt64>,
    leavesProportion: Bool = false
  ) {
    let bytes = UInt64(pages) * pageSize
    // The kernel divides page by page, and so rounds down for each.
    let share =
      leavesProportion
      ? 0 : UInt64(pages) * ((pageSize << UInt64(Self.proportionalShift)) / UInt64(max(users, 1)))
    resident += bytes
    proportional += share
    if isDirty { proportionalDirty += share }
    self[keyPath: kind] += share
    switch (users > 1, isDirty) {
    case (true, true): sharedDirty += bytes
    case (true, false): sharedClean += bytes
    case (false, true): privateDirty += bytes
    case (false, false): privateClean += bytes
    }
  }
}
