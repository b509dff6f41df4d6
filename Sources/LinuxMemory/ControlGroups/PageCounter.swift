// A count of pages with limits, and the part of it that is protected from reclaim.

/// What a group and all below it have been charged, and the limits on that (`struct page_counter`,
/// mm/page_counter.c); all in pages.
package struct PageCounter: Sendable, Equatable, Codable {
  /// The value that stands for no limit (`PAGE_COUNTER_MAX`).
  package static let unlimited = Int.max / 4096

  /// What is charged now.
  package internal(set) var usage = 0
  /// The highest that ``usage`` has been, charges that failed above included (`watermark`).
  package internal(set) var peak = 0
  /// How often a charge failed here (`failcnt`).
  package internal(set) var failures = 0
  /// The hard limit.
  package internal(set) var maximum = PageCounter.unlimited
  /// The limit above which those who are charged are slowed down.
  package internal(set) var high = PageCounter.unlimited
  /// What is never reclaimed.
  package internal(set) var minimum = 0
  /// What is reclaimed only when nothing else is left.
  package internal(set) var low = 0

  /// The part of ``usage`` that ``minimum`` covers, as the parent has been told.
  var protectedByMinimum = 0
  /// The part of ``usage`` that ``low`` covers, as the parent has been told.
  var protectedByLow = 0
  /// The sum of ``protectedByMinimum`` over the children.
  var childrenMinimum = 0
  /// The sum of ``protectedByLow`` over the children.
  var childrenLow = 0
  /// What reclaim last found to be protected by ``minimum``, the ancestors' share considered.
  package internal(set) var effectiveMinimum = 0
  /// The same for ``low``.
  package internal(set) var effectiveLow = 0

  /// How much more may be charged.
  var margin: Int { max(maximum - usage, 0) }

  /// By how much of ``high`` the usage is above it, in units of 2^-20 (`calculate_overage`, mm/memcontrol.c).
  var overage: UInt64 {
    guard usage > high else { return 0 }
    return UInt64(usage - high) << 20 / UInt64(max(high, 1))
  }
}
