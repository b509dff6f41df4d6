// kswapd: when it is woken, and how it brings the zones back above their marks.

extension Machine {
  /// Wakes kswapd, unless all is well or it has given up (`wakeup_kswapd`, mm/vmscan.c), and lets it work.
  ///
  /// kswapd drops clean pages to its end before the process goes on. Writing to swap takes longer than a process
  /// needs to use up what came free, so there the two take turns: what kswapd frees in its slice of the processor's
  /// time goes, the process has to reclaim for itself, then kswapd is next. kswapd gives up after 16 rounds without success,
  /// and is woken again only when somebody freed memory by direct reclaim.
  ///
  /// - Parameters:
  ///   - requestClass: the highest zone that is to be balanced.
  ///   - order: the size of the block that was wanted.
  /// - Returns: how many pages it freed meanwhile.
  @discardableResult
  mutating func runKswapd(requestClass: Int, order: Int) -> Int {
    guard startKswapd(requestClass: requestClass, order: order), let state = reclaim.kswapd else { return 0 }
    if state.hadItsTurn { return 0 }
    return continueKswapd(
      writing: max(state.run.wanted / configuration.build.calibrated.kswapdTurns, ReclaimRun.batch))
  }

  /// Lets kswapd end its work, because the process that kept it busy does nothing for a while.
  public mutating func settleReclaim() { continueKswapd(writing: .max) }

  /// - Returns: whether kswapd is awake.
  private mutating func startKswapd(requestClass: Int, order: Int) -> Bool {
    if reclaim.kswapd != nil { return true }
    guard reclaim.kswapdFailures < ReclaimState.failureLimit else { return false }
    guard let zone = pageAllocator.zones[...requestClass].last(where: \.isPopulated) else { return false }
    let boosts = pageAllocator.zones[...requestClass].map(\.watermarkBoost)
    let boost = boosts.reduce(0, +)
    if boost == 0, isBalanced(requestClass: requestClass, order: order) { return false }
    record(
      .reclaim(
        .kswapdWoke(
          zone: zone.name, freePages: zone.freePages,
          lowWatermark: zone.floorPages(.low, requestClass: requestClass))))
    if let slept = reclaim.kswapdSleptAt, clock - min(slept, clock) < 100_000 {
      reclaim.counters.lowMarkHitQuickly += 1
    }
    reclaim.counters.kswapdRuns += 1
    var run = ReclaimRun(
      wanted: kswapdTarget(requestClass: requestClass), requestClass: requestClass, isKswapd: true)
    run.order = order
    run.reachable = reachableStatistics(requestClass: requestClass)
    reclaim.kswapd = KswapdRun(run: run, boosts: boosts, boostLeft: boost)
    ledger.setReclaimActive(true, requestClass: requestClass)
    return true
  }

  /// Goes on with the work of kswapd until one zone is above its high mark (`balance_pgdat`), or until it has
  /// written so many pages to swap.
  ///
  /// Where a zone is above its mark already and only the marks were boosted, as many pages as the boost are freed
  /// instead, and only such as need no writing.
  ///
  /// - Returns: how many pages came free.
  @discardableResult
  private mutating func continueKswapd(writing limit: Int) -> Int {
    guard var state = reclaim.kswapd else { return 0 }
    reclaim.kswapd = nil
    let before = state.run.freed
    let (pause, overflow) = reclaim.counters.swappedOut.addingReportingOverflow(limit)
    state.hadItsTurn = false
    state.run.pausesAt = overflow ? .max : pause
    while mayGoOn(), var step = state.step ?? nextStep(&state) {
      guard shrink(&step, &state.run) else {
        state.step = step
        state.hadItsTurn = true
        reclaim.kswapd = state
        reclaim.counters.stolenByKswapd += state.run.freed - before
        return state.run.freed - before
      }
      state.step = nil
      ageAnonymous(in: step.group)
      shrinkShadowNodes(of: step.group)
      if state.waiting.isEmpty, !endRound(&state) { break }
    }
    reclaim.counters.stolenByKswapd += state.run.freed - before
    endRun(state)
    return state.run.freed - before
  }

  /// - Returns: the step in the next group that is not protected; `nil` when all is well or nothing helps.
  private mutating func nextStep(_ state: inout KswapdRun) -> ReclaimStep? {
    while mayGoOn() {
      while let group = state.waiting.popLast() {
        if let step = beginStep(&state.run, in: group, state.conditions) { return step }
        if state.waiting.isEmpty, !endRound(&state) { return nil }
      }
      guard beginRound(&state) else { return nil }
    }
    return nil
  }

  /// Begins a round over all groups at one priority.
  ///
  /// - Returns: whether there is something to be done.
  private mutating func beginRound(_ state: inout KswapdRun) -> Bool {
    guard state.run.priority > 0 else { return false }
    let balanced = isBalanced(requestClass: state.run.requestClass, order: state.run.order)
    if !balanced, state.boostLeft > 0 {
      // There is more at stake than order: begin again without regard to the boost.
      state.boostLeft = 0
      state.run.priority = ReclaimRun.firstPriority
    }
    if balanced, state.boostLeft == 0 { return false }
    state.run.maySwap = state.boostLeft == 0
    state.run.wanted = kswapdTarget(requestClass: state.run.requestClass)
    state.run.scanned = 0
    ageAllAnonymous()
    state.conditions = scanConditions(state.run)
    state.waiting = ledger.groups.isTrivial ? [.root] : ledger.groups.subtree(of: .root).reversed()
    state.freedBefore = state.run.freed
    return true
  }

  /// Makes a batch of each group's active anonymous pages inactive where the machine has few inactive ones
  /// (`kswapd_age_node`).
  private mutating func ageAllAnonymous() {
    guard !ledger.groups.isTrivial else { return ageAnonymous(in: .root) }
    for group in ledger.groups.subtree(of: .root) { ageAnonymous(in: group) }
  }

  /// - Returns: whether kswapd goes on.
  private mutating func endRound(_ state: inout KswapdRun) -> Bool {
    // Enough for a block of the size was freed; compaction does the rest.
    if state.run.order > 0, state.run.freed >= 2 << state.run.order { state.run.order = 0 }
    let freed = state.run.freed - state.freedBefore
    // Nothing may be written for a boost, so what fails once would fail for ever.
    if state.boostLeft > 0, freed == 0 { return false }
    let holdsPriority = state.boostLeft > 0 && state.run.priority == ReclaimRun.firstPriority - 2
    state.boostLeft -= min(state.boostLeft, freed)
    if freed == 0 || (state.run.scanned < state.run.wanted && !holdsPriority) { state.run.priority -= 1 }
    return true
  }

  private mutating func endRun(_ state: KswapdRun) {
    reclaim.kswapdFailures = state.run.freed == 0 ? reclaim.kswapdFailures + 1 : 0
    ledger.setReclaimActive(false, requestClass: state.run.requestClass)
    for (index, boost) in state.boosts.enumerated() where boost > 0 {
      ledger.lowerWatermarkBoost(zone: index, by: boost)
    }
    noteRefaultsSeen(in: .root)
    reclaim.kswapdSleptAt = clock
    record(.reclaim(.kswapdStopped(freedPages: state.run.freed)))
  }

  /// How many pages one step of kswapd is to free: the high marks of all zones.
  private func kswapdTarget(requestClass: Int) -> Int {
    pageAllocator.zones[...requestClass].lazy.filter(\.isPopulated).reduce(0) {
      $0 + max($1.highWatermark + $1.watermarkBoost, ReclaimRun.batch)
    }
  }

  /// Whether some zone is above its high mark and has a block of an order (`pgdat_balanced`).
  private func isBalanced(requestClass: Int, order: Int) -> Bool {
    pageAllocator.zones[...requestClass].contains {
      $0.isPopulated && $0.mayGive(order: order, .high, requestClass: requestClass)
    }
  }
}
