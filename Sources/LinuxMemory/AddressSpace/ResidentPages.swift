// How many pages of an address space are in memory, by kind.

/// The kernel's per-process counters of pages (`mm->rss_stat`).
public struct ResidentPages: Hashable, Sendable, Codable {
  /// Memory of its own (RssAnon).
  public internal(set) var anonymous = 0
  /// Pages of files (RssFile).
  public internal(set) var file = 0
  /// Memory shared through mappings (RssShmem).
  public internal(set) var shared = 0
  /// Pages that lie in swap (VmSwap); they are not resident.
  public internal(set) var swapped = 0
  /// The part of `anonymous` that huge pages hold (AnonHugePages).
  public internal(set) var huge = 0
  /// The part of `anonymous` that may be dropped (LazyFree).
  public internal(set) var lazilyFree = 0

  /// All pages in memory (VmRSS).
  public var total: Int { anonymous + file + shared }

  /// Adds or takes away pages with the same kind of entry.
  mutating func count(_ mapping: PageMapping, pages: Int) {
    switch mapping.target {
    case .anonymous:
      anonymous += pages
      if mapping.isHuge { huge += pages }
      if mapping.flags.contains(.lazilyFree) { lazilyFree += pages }
    case .shared: shared += pages
    case .program:
      if mapping.flags.contains(.temporary) { shared += pages } else { file += pages }
    case .swapped: swapped += pages
    case .zeroPage: break
    }
  }
}
