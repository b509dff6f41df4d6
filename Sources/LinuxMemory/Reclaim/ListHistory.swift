// What reclaim remembers of the lists of a group.

/// What has become of the pages of a group and those below it (the part of the kernel's `lruvec` beside the lists).
struct ListHistory: Sendable, Equatable, Codable {
  /// How many pages were evicted or made active (`nonresident_age`).
  var evictionAge: UInt64 = 0
  /// What reclaim has cost lately.
  var costs = ReclaimCosts()
  /// How many pages of files became active because they were read again soon.
  var activatedByRefault = 0
  /// How many of them the last run of reclaim knew of.
  var refaultsSeen = 0
  /// Nodes of files' indices that were due to be freed and waited for more.
  var deferredNodes = 0
}
