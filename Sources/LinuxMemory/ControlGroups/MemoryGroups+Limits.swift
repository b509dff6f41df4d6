// Setting the limits and the protection of a group.

extension MemoryGroups {
  /// Sets `memory.min`.
  mutating func setMinimum(_ pages: Int, of group: MemoryGroup) {
    self[group].memory.minimum = pages
    updateAllProtection(from: group)
  }

  /// Sets `memory.low`.
  mutating func setLow(_ pages: Int, of group: MemoryGroup) {
    self[group].memory.low = pages
    updateAllProtection(from: group)
  }

  /// Sets `memory.max`; whoever lowers it below the usage has to see to that.
  mutating func setMaximum(_ pages: Int, of group: MemoryGroup) { self[group].memory.maximum = pages }

  /// Sets `memory.high`.
  mutating func setHigh(_ pages: Int, of group: MemoryGroup) { self[group].memory.high = pages }

  /// Sets `memory.swap.max`, which takes nothing back.
  mutating func setSwapMaximum(_ pages: Int, of group: MemoryGroup) { self[group].swap.maximum = pages }

  /// Sets `memory.swap.high`.
  mutating func setSwapHigh(_ pages: Int, of group: MemoryGroup) { self[group].swap.high = pages }

  /// Charges a group for pages that go to swap (`mem_cgroup_try_charge_swap`).
  ///
  /// - Returns: how many of them it may have there.
  mutating func chargeSwap(_ pages: Int, to group: MemoryGroup) -> Int {
    if group == .root { return pages }
    let room = ancestry(of: group).reduce(pages) { min($0, self[$1].swap.margin) }
    if room > 0 { moveSwap(room, of: group) }
    if room < pages, let refusing = ancestry(of: group).first(where: { self[$0].swap.margin == 0 }) {
      self[refusing].swap.failures += 1
    }
    return room
  }

  /// Takes a charge for swap back.
  mutating func unchargeSwap(_ pages: Int, of group: MemoryGroup) { moveSwap(-pages, of: group) }

  private mutating func moveSwap(_ pages: Int, of group: MemoryGroup) {
    if group == .root { return }
    self[group].swappedPages += pages
    for level in Array(ancestry(of: group)) {
      self[level].swap.usage += pages
      self[level].swap.peak = max(self[level].swap.peak, self[level].swap.usage)
    }
  }

  private mutating func updateAllProtection(from group: MemoryGroup) {
    for level in Array(ancestry(of: group)) { updateProtection(of: level) }
  }
}
