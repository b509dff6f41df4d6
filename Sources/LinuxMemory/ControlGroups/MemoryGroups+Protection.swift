// What memory.min and memory.low protect, and how a parent's share limits its children's.

extension MemoryGroups {
  /// Tells the parent of a group how much of its usage is protected now (`propagate_protected_usage`,
  /// mm/page_counter.c).
  @inline(__always)
  mutating func updateProtection(of group: MemoryGroup) {
    let memory = self[group].memory
    if memory.minimum | memory.low | memory.protectedByMinimum | memory.protectedByLow == 0 {
      return
    }
    tellParent(of: group)
  }

  private mutating func tellParent(of group: MemoryGroup) {
    guard let parent = self[group].parent else { return }
    let memory = self[group].memory
    let minimum = min(memory.usage, memory.minimum)
    let low = min(memory.usage, memory.low)
    self[parent].memory.childrenMinimum += minimum - memory.protectedByMinimum
    self[parent].memory.childrenLow += low - memory.protectedByLow
    self[group].memory.protectedByMinimum = minimum
    self[group].memory.protectedByLow = low
  }

  /// Finds what is protected of a group when reclaim works below another one (`mem_cgroup_calculate_protection`,
  /// mm/memcontrol.c). The groups between have been asked before.
  mutating func updateEffectiveProtection(of group: MemoryGroup, below root: MemoryGroup) {
    guard group != root, let parent = self[group].parent, self[group].memory.usage > 0 else { return }
    let own = self[group].memory
    guard parent != root else {
      self[group].memory.effectiveMinimum = own.minimum
      self[group].memory.effectiveLow = own.low
      return
    }
    let above = self[parent].memory
    self[group].memory.effectiveMinimum = share(
      own.usage, above.usage, own.minimum, above.effectiveMinimum, above.childrenMinimum)
    self[group].memory.effectiveLow = share(
      own.usage, above.usage, own.low, above.effectiveLow, above.childrenLow)
  }

  /// The part of its parent's protection that falls to a group (`effective_protection`).
  private func share(
    _ usage: Int, _ parentUsage: Int, _ setting: Int, _ parentEffective: Int, _ siblings: Int
  ) -> Int {
    let own = min(usage, setting)
    // The children claim more than the parent has: each gets its part.
    if siblings > parentEffective { return scaled(own, by: parentEffective, over: siblings) }
    guard sharesProtection, parentEffective > siblings, parentUsage > siblings, usage > own else {
      return own
    }
    return own + scaled(parentEffective - siblings, by: usage - own, over: parentUsage - siblings)
  }

  private func scaled(_ value: Int, by factor: Int, over divisor: Int) -> Int {
    let (high, low) = value.multipliedFullWidth(by: factor)
    return high < divisor ? divisor.dividingFullWidth((high, low)).quotient : .max
  }
}
