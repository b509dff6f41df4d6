// The mark that the free pages of a zone must stay above for a request to be served.

/// What a page request is checked against (`ALLOC_WMARK_*` and the flags that lower the mark).
///
/// A zone serves a request of order 0 iff its free pages exceed this mark plus the zone's lowmem reserve
/// for the request's class (`__zone_watermark_ok`, mm/page_alloc.c).
public enum Watermark: Sendable, Equatable, CaseIterable {
  /// The high watermark: the last try before the OOM killer runs.
  case high
  /// The low watermark: the fast path; below it kswapd is woken.
  case low
  /// The min watermark: requests that may reclaim.
  case min
  /// The min watermark: requests that may not reclaim.
  case minWithoutWaiting
  /// Half of min: `__GFP_HIGH` of a request that may sleep.
  case urgent
  /// Three eighths of min: `__GFP_HIGH` of a request that cannot sleep.
  case nonBlocking
  /// Three eighths of min as well, without the boost for single pages: `__GFP_ATOMIC`, `GFP_ATOMIC` above all.
  case atomic
  /// Half of min, with the right to the high-atomic reserve: a process that the OOM killer chose.
  case oomVictim
  /// No mark: `__GFP_MEMALLOC`, reclaim's own requests.
  case none

  /// The mark in pages for a zone's three watermarks (each with its boost).
  @inline(__always)
  func pages(min: Int, low: Int, high: Int) -> Int {
    switch self {
    case .high: return high
    case .low: return low
    case .min, .minWithoutWaiting: return min
    case .urgent, .oomVictim: return min - min / 2
    case .atomic, .nonBlocking:
      let half = min - min / 2
      return half - half / 4
    case .none: return 0
    }
  }

  /// Whether pages reserved for atomic requests of higher order count as free.
  @inline(__always)
  var countsAtomicReserve: Bool {
    switch self {
    case .minWithoutWaiting, .urgent, .nonBlocking, .atomic, .oomVictim, .none: return true
    case .high, .low, .min: return false
    }
  }

  /// Whether a block of higher order comes from that reserve first, and goes into it (`ALLOC_HIGHATOMIC`).
  @inline(__always)
  var prefersAtomicReserve: Bool { self == .nonBlocking || self == .atomic }

  /// Whether the reserve may be used when nothing else is left (`ALLOC_NON_BLOCK`, `ALLOC_OOM`).
  @inline(__always)
  var fallsBackOnAtomicReserve: Bool {
    prefersAtomicReserve || self == .minWithoutWaiting || self == .oomVictim
  }
}
