// What the charges of groups must add up to.

extension MemoryGroups {
  /// What a group's counters contradict; empty when all is well.
  ///
  /// - Parameters:
  ///   - userFrames: the frames of processes and files that the group holds.
  ///   - kernelFrames: the frames of page tables and stacks that it holds.
  func invariantViolations(of group: MemoryGroup, userFrames: Int, kernelFrames: Int) -> [String] {
    let control = self[group]
    let name = "group \(group.number)"
    var found: [String] = []
    let below = control.children.reduce(0) { $0 + self[$1].memory.usage }
    let stocked = stock.group == group ? stock.pages : 0
    let own = userFrames + control.kernelPages + stocked
    if group != .root, control.memory.usage != below + own {
      found.append(
        "\(name) is charged \(control.memory.usage) pages; \(below) below and \(own) of its own are held")
    }
    let objectPages = control.kernelPages - kernelFrames
    let bytes =
      control.objectBytes + control.looseBytes + (stock.objectGroup == group ? stock.bytes : 0)
    if group != .root, objectPages * 4096 != bytes {
      found.append("\(name) has \(objectPages) pages for objects and \(bytes) bytes in them")
    }
    let swappedBelow = control.children.reduce(0) { $0 + self[$1].swap.usage }
    if group != .root, control.swap.usage != swappedBelow + control.swappedPages {
      found.append("\(name) is charged \(control.swap.usage) pages of swap and holds \(control.swappedPages)")
    }
    if control.memory.usage > control.memory.peak { found.append("\(name) uses more than its peak") }
    return found
  }
  /// Says when a group counts other protection of its children than they have; the root does so too.
  func protectionViolations(of group: MemoryGroup) -> [String] {
    let control = self[group]
    let minimum = control.children.reduce(0) { $0 + min(self[$1].memory.usage, self[$1].memory.minimum) }
    let low = control.children.reduce(0) { $0 + min(self[$1].memory.usage, self[$1].memory.low) }
    if (minimum, low) == (control.memory.childrenMinimum, control.memory.childrenLow) { return [] }
    return ["group \(group.number) counts other protection of its children than they have"]
  }
}
