// What reclaim remembers between two calls.

/// The state of reclaim beyond the lists and areas themselves.
package struct ReclaimState: Sendable, Equatable, Codable {
  /// Counts since boot.
  package internal(set) var counters = ReclaimCounters()
  /// How often in a row kswapd freed nothing; it is not woken any more at 16 (`kswapd_failures`).
  var kswapdFailures = 0
  /// What swapped-out pages add up to until one more stays in the swap cache, in thousandths of a page.
  var residueDebt = 0
  /// What is remembered of the lists of each group and those below it, by number.
  private var histories = [ListHistory()]
  /// When kswapd went to sleep last, in microseconds after boot; nil when it never ran.
  var kswapdSleptAt: UInt64?
  /// What swap readahead remembers.
  var readahead = SwapReadahead()
  /// The slot that a fault has just read and not taken yet.
  var slotJustRead: SwapSlot?
  /// The index nodes of the swap cache, by address.
  var swapIndexNodes: [UInt64] = []
  /// What kswapd is about; `nil` while it sleeps.
  var kswapd: KswapdRun?

  /// Failures in a row after which kswapd gives up (`MAX_RECLAIM_RETRIES`).
  static let failureLimit = 16

  /// Makes the state of a machine that has just booted.
  init() {}

  /// What is remembered of the lists of a group and those below it.
  subscript(group: MemoryGroup) -> ListHistory {
    get { histories.indices.contains(group.number) ? histories[group.number] : ListHistory() }
    _modify {
      while histories.count <= group.number { histories.append(ListHistory()) }
      yield &histories[group.number]
    }
  }
}
