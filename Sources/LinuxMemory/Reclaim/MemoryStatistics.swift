// The counts of memory in use that reports print, machine-wide and by zone.

/// Pages in use by kind (the kernel's `enum node_stat_item`), for one node or one zone.
public struct MemoryStatistics: Sendable, Equatable, Codable {
  /// Pages on the free lists (`NR_FREE_PAGES`).
  public var freePages = 0
  /// Memory of processes' own (`NR_ANON_MAPPED`); of a zone not counted.
  public var anonymous = 0
  /// Anonymous pages on the active list.
  public var activeAnonymous = 0
  /// Anonymous pages on the inactive list.
  public var inactiveAnonymous = 0
  /// File pages on the active list.
  public var activeFile = 0
  /// File pages on the inactive list.
  public var inactiveFile = 0
  /// Locked pages.
  public var unevictable = 0
  /// Pages of mlock(2).
  public var mlocked = 0
  /// Slab pages that a shrinker may free.
  public var slabReclaimable = 0
  /// Slab pages that nothing can free.
  public var slabUnreclaimable = 0
  /// Pages of files that the disk does not have yet.
  public var dirty = 0
  /// Pages of files that are mapped.
  public var mapped = 0
  /// Pages of shared memory and tmpfs.
  public var shared = 0
  /// Pages that hold page tables.
  public var pageTables = 0
  /// The part of anonymous memory that huge pages hold.
  public var anonymousHuge = 0
  /// Kernel stacks in KiB.
  public var kernelStackKilobytes = 0
  /// Pages of files, of shared memory and of the swap cache in memory (NR_FILE_PAGES).
  public var pageCache = 0
  /// Pages that lie in memory and in swap alike.
  public var swapCache = 0

  /// Makes zeros.
  public init() {}

  /// The pages of one of reclaim's lists.
  package subscript(list: PageListKind) -> Int {
    get {
      switch list {
      case .inactiveAnonymous: inactiveAnonymous
      case .activeAnonymous: activeAnonymous
      case .inactiveFile: inactiveFile
      case .activeFile: activeFile
      case .unevictable: unevictable
      }
    }
    set {
      switch list {
      case .inactiveAnonymous: inactiveAnonymous = newValue
      case .activeAnonymous: activeAnonymous = newValue
      case .inactiveFile: inactiveFile = newValue
      case .activeFile: activeFile = newValue
      case .unevictable: unevictable = newValue
      }
    }
  }
}
