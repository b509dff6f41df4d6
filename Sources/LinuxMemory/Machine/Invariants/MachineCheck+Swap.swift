// Swap slots have the users that page tables and the swap cache give them.

extension MachineCheck {
  /// What page tables, the swap cache and the areas contradict: each slot has one user for every entry that refers to
  /// it and one for a page that was read back and kept it; what the cache holds alone has a user.
  func swapViolations() -> [String] {
    var found: [String] = []
    // Where references to slots begin (+1) and end (-1).
    var edges: [Int: [(offset: Int, change: Int)]] = [:]
    func refer(_ slots: SwapSlotRange) {
      edges[slots.start.area, default: []].append((slots.start.offset, 1))
      edges[slots.start.area, default: []].append((slots.end.offset, -1))
    }
    for process in machine.processes.live {
      for entry in process.addressSpace.pageTable.mappings.all {
        guard case .swapped(let slot) = entry.value.target else { continue }
        refer(SwapSlotRange(start: slot, count: Int(entry.count)))
      }
    }
    machine.swapCache.forEachMappedRun { slots, frames in
      refer(slots)
      if mapped.count(in: frames) != frames.count {
        found.append("frame \(frames.start.rawValue) keeps its slot and no page table points to it")
      }
    }
    for (area, changes) in edges
    where !machine.swap.areas.indices.contains(area) || machine.swap.areas[area] == nil {
      found.append("\(changes.count / 2) entries refer to swap area \(area), which is off")
    }
    for (number, area) in machine.swap.areas.enumerated() {
      guard let area else { continue }
      let runs = Self.runs(edges[number] ?? [])
      if runs != area.runs.map({ [$0.start, $0.count, $0.users] }) {
        let users = runs.reduce(0) { $0 + $1[1] * $1[2] }
        let counted = area.runs.reduce(0) { $0 + $1.count * $1.users }
        found.append(
          "swap area \(number) counts \(counted) users, entries refer to \(users), or to other slots")
      }
    }
    return found
  }

  /// Runs of slots with one number of users: start, count, users.
  private static func runs(_ edges: [(offset: Int, change: Int)]) -> [[Int]] {
    var runs: [[Int]] = []
    var users = 0
    let sorted = edges.sorted { $0.offset < $1.offset }
    for (position, edge) in sorted.enumerated() {
      let start = position > 0 ? sorted[position - 1].offset : edge.offset
      if users > 0, edge.offset > start {
        if let last = runs.last, last[0] + last[1] == start, last[2] == users {
          runs[runs.count - 1][1] += edge.offset - start
        } else {
          runs.append([start, edge.offset - start, users])
        }
      }
      users += edge.change
    }
    return runs
  }
}
