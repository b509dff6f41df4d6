// Charging pages: batches, the stock, and where a charge fails.

extension MemoryGroups {
  /// What a charge came to.
  enum Charge: Equatable {
    /// It is made; so many pages of it bring a group above `memory.high` (`memcg_nr_pages_over_high`).
    case made(overHigh: Int)
    /// This group has no room.
    case refused(by: MemoryGroup)
  }

  /// Charges pages at once: out of the stock, in a batch, or just as many (`try_charge_memcg`, as far as it goes without
  /// reclaim).
  ///
  /// - Parameter batch: how many pages are charged where there is room; the rest goes into the stock.
  mutating func charge(_ pages: Int, to group: MemoryGroup, batch: Int) -> Charge {
    if takeFromStock(pages, of: group) { return .made(overHigh: 0) }
    var charged = batch
    if var refusing = add(batch, to: group) {
      guard batch > pages else { return .refused(by: refusing) }
      charged = pages
      if let again = add(pages, to: group) {
        refusing = again
        return .refused(by: refusing)
      }
    }
    if charged > pages { putInStock(charged - pages, of: group) }
    return .made(overHigh: isAboveHigh(group) ? charged : 0)
  }

  /// How single pages can be charged one after another.
  enum ChargePlan: Equatable {
    /// So many with nothing but full batches and the stock.
    case wholeBatches(Int)
    /// So many, fewer than a batch, each with a batch that is refused first.
    case singly(Int)
    /// None without reclaim.
    case slowly
  }

  /// How some single pages can be charged to a group.
  func chargePlan(for pages: Int, of group: MemoryGroup) -> ChargePlan {
    let whole = wholeBatches(for: pages, of: group)
    if whole > 0 { return .wholeBatches(whole) }
    var room = pages
    for level in ancestry(of: group) where level != .root {
      let memory = self[level].memory
      room = min(room, memory.margin)
      if memory.high < PageCounter.unlimited { room = min(room, max(memory.high - memory.usage, 0) + 1) }
    }
    return room > 0 ? .singly(room) : .slowly
  }

  /// Charges pages as a plan says.
  ///
  /// - Returns: how many pages bring a group above `memory.high`.
  mutating func charge(_ plan: ChargePlan, to group: MemoryGroup) -> Int {
    switch plan {
    case .wholeBatches(let pages): return chargeWholeBatches(pages, to: group)
    case .singly(let pages):
      var overHigh = 0
      for _ in 0..<pages {
        if case .made(let above) = charge(1, to: group, batch: ChargeStock.batch) { overHigh += above }
      }
      return overHigh
    case .slowly: return 0
    }
  }

  /// How many of some single pages can be charged one after another with nothing but full batches and the stock, the
  /// last of them at most the first of a batch that ends above `memory.high`.
  private func wholeBatches(for pages: Int, of group: MemoryGroup) -> Int {
    let stocked = stock.group == group ? stock.pages : 0
    if stocked >= pages { return pages }
    var room = pages - stocked
    for level in ancestry(of: group) where level != .root {
      let control = self[level]
      room = min(room, control.memory.margin / ChargeStock.batch * ChargeStock.batch)
      if control.swap.usage > control.swap.high { room = min(room, 1) }
      guard control.memory.high < PageCounter.unlimited else { continue }
      let below = max(control.memory.high - control.memory.usage, 0) / ChargeStock.batch
      room = min(room, below * ChargeStock.batch + 1)
    }
    return stocked + max(room, 0)
  }

  private mutating func chargeWholeBatches(_ pages: Int, to group: MemoryGroup) -> Int {
    if takeFromStock(pages, of: group) { return 0 }
    let stocked = stock.group == group ? stock.pages : 0
    let charged = (pages - stocked + ChargeStock.batch - 1) / ChargeStock.batch * ChargeStock.batch
    // What is in stock for another group goes back behind the first batch: so high is the peak above both.
    addWithRoom(ChargeStock.batch, to: group)
    if stocked > 0 { stock.pages = 0 }
    putInStock(0, of: group)
    if charged > ChargeStock.batch { addWithRoom(charged - ChargeStock.batch, to: group) }
    stock.pages = stocked + charged - pages
    return isAboveHigh(group) ? ChargeStock.batch : 0
  }

  private mutating func addWithRoom(_ pages: Int, to group: MemoryGroup) {
    if let refusing = add(pages, to: group) {
      assertionFailure("group \(refusing.number) had room for less than it said")
    }
  }

  /// Counts charges that ran into a group's limit once more each.
  mutating func noteRefusals(_ times: Int, by group: MemoryGroup) {
    count(.max, in: group, times: times)
    self[group].memory.failures += times
  }

  /// Charges pages whatever the limits say (`page_counter_charge`).
  mutating func chargeByForce(_ pages: Int, to group: MemoryGroup) {
    for level in Array(ancestry(of: group)) { add(pages, at: level) }
  }

  /// Takes a charge back (`page_counter_uncharge`).
  mutating func uncharge(_ pages: Int, of group: MemoryGroup) {
    for level in Array(ancestry(of: group)) {
      assert(self[level].memory.usage >= pages, "a group gives back more than it was charged")
      self[level].memory.usage -= pages
      updateProtection(of: level)
    }
  }

  /// Takes a charge for page tables back.
  mutating func unchargeTables(_ pages: Int, of group: MemoryGroup) {
    self[group].kernelPages -= pages
    uncharge(pages, of: group)
  }

  /// Takes a charge for the kernel's own pages back, into the stock (`obj_cgroup_uncharge_pages`).
  mutating func unchargeKernel(_ pages: Int, of group: MemoryGroup) {
    self[group].kernelPages -= pages
    putInStock(pages, of: group)
  }

  /// Whether the group or one above it is above its `memory.high`.
  func isAboveHigh(_ group: MemoryGroup) -> Bool {
    ancestry(of: group).contains {
      $0 != .root
        && (self[$0].memory.usage > self[$0].memory.high || self[$0].swap.usage > self[$0].swap.high)
    }
  }

  /// Charges the whole way up, or nothing (`page_counter_try_charge`).
  ///
  /// - Returns: the group that has no room; nil when the charge is made.
  private mutating func add(_ pages: Int, to group: MemoryGroup) -> MemoryGroup? {
    var below: [MemoryGroup] = []
    for level in Array(ancestry(of: group)) {
      guard pages <= self[level].memory.margin else {
        self[level].memory.failures += 1
        for done in below { self[done].memory.usage -= pages }
        for done in below { updateProtection(of: done) }
        return level
      }
      add(pages, at: level)
      below.append(level)
    }
    return nil
  }

  private mutating func add(_ pages: Int, at level: MemoryGroup) {
    self[level].memory.usage += pages
    self[level].memory.peak = max(self[level].memory.peak, self[level].memory.usage)
    updateProtection(of: level)
  }

  private mutating func takeFromStock(_ pages: Int, of group: MemoryGroup) -> Bool {
    guard pages <= ChargeStock.batch, stock.group == group, stock.pages >= pages else { return false }
    stock.pages -= pages
    return true
  }

  /// Keeps charged pages for later; more than a batch goes back (`refill_stock`).
  mutating func putInStock(_ pages: Int, of group: MemoryGroup) {
    if stock.group != group {
      drainPages()
      stock.group = group
    }
    stock.pages += pages
    if stock.pages > ChargeStock.batch { drainPages() }
  }

  /// Gives the pages in stock back (`drain_stock`).
  private mutating func drainPages() {
    guard let group = stock.group else { return }
    let pages = stock.pages
    stock.pages = 0
    stock.group = nil
    if pages > 0 { uncharge(pages, of: group) }
  }

  /// Gives what is in stock for a group and those below it back (`drain_all_stock`).
  mutating func drainStock(of ancestor: MemoryGroup) {
    let pages = stock.group.map { stock.pages > 0 && isGroup($0, in: ancestor) } ?? false
    let objects = stock.objectGroup.map { isGroup($0, in: ancestor) } ?? false
    guard pages || objects else { return }
    drainObjects()
    drainPages()
  }
}
