// The classes by which the page allocator groups pages against fragmentation.

/// The migrate type of a page block or a free list (`enum migratetype`).
public enum MigrateType: UInt8, CaseIterable, Sendable, Codable {
  /// Pages of the kernel that cannot move.
  case unmovable = 0
  /// Pages of user space, which can be moved or reclaimed.
  case movable = 1
  /// Slab pages that a shrinker can free.
  case reclaimable = 2
  /// Reserved for atomic requests of higher order.
  case highAtomic = 3
  /// Taken out of the allocator's hands.
  case isolate = 4

  /// How many types there are.
  static let count = 5
  /// How many types the per-CPU lists distinguish (`MIGRATE_PCPTYPES`).
  static let perCPUCount = 3

  /// The name in `/proc/pagetypeinfo`.
  public var name: String {
    switch self {
    case .unmovable: return "Unmovable"
    case .movable: return "Movable"
    case .reclaimable: return "Reclaimable"
    case .highAtomic: return "HighAtomic"
    case .isolate: return "Isolate"
    }
  }

  /// The types to steal from, in order, when the own lists are empty (`fallbacks`, mm/page_alloc.c).
  var fallbacks: (MigrateType, MigrateType)? {
    switch self {
    case .unmovable: return (.reclaimable, .movable)
    case .movable: return (.reclaimable, .unmovable)
    case .reclaimable: return (.unmovable, .movable)
    case .highAtomic, .isolate: return nil
    }
  }
}
