// What kswapd is about.

/// A run of kswapd, as far as it has come (`struct pglist_data`, the part of kswapd).
struct KswapdRun: Sendable, Equatable, Codable {
  var run: ReclaimRun
  /// The boosts of the zones that this run answers.
  let boosts: [Int]
  /// How many pages are still to be freed for them.
  var boostLeft: Int
  /// The step that was interrupted.
  var step: ReclaimStep?
  /// What the steps at the present priority go by.
  var conditions = ScanConditions()
  /// The groups that are still to be looked at with them, the next one last.
  var waiting: [MemoryGroup] = []
  /// What the run had freed before them.
  var freedBefore = 0
  /// Whether others go first now.
  var hadItsTurn = false
}
