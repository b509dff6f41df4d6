// Charging in bulk is like charging page by page, with the stock and the batches of mm/memcontrol.c.

import Testing

@testable import LinuxMemory

@Suite struct ChargingTests {
  /// A plain model: one page after the other, as `try_charge_memcg` does it.
  private struct Model {
    struct Group {
      var parent: Int?
      var usage = 0
      var peak = 0
      var failures = 0
      var maximum = Int.max / 8192
    }

    var groups: [Group]
    var stock = (group: -1, pages: 0)

    func ancestry(_ group: Int) -> [Int] { Array(sequence(first: group) { groups[$0].parent }) }

    mutating func tryCharge(_ count: Int, _ group: Int) -> Bool {
      var below: [Int] = []
      for level in ancestry(group) {
        if groups[level].usage + count > groups[level].maximum {
          groups[level].failures += 1
          for done in below { groups[done].usage -= count }
          return false
        }
        groups[level].usage += count
        groups[level].peak = max(groups[level].peak, groups[level].usage)
        below.append(level)
      }
      return true
    }

    mutating func drain() {
      if stock.pages > 0 { for level in ancestry(stock.group) { groups[level].usage -= stock.pages } }
      stock = (-1, 0)
    }

    mutating func keep(_ count: Int, _ group: Int) {
      if stock.group != group {
        drain()
        stock.group = group
      }
      stock.pages += count
      if stock.pages > 64 { drain() }
    }

    /// Charges a page; false when reclaim would be needed.
    mutating func chargePage(_ group: Int) -> Bool {
      if stock.group == group, stock.pages > 0 {
        stock.pages -= 1
        return true
      }
      if tryCharge(64, group) {
        keep(63, group)
        return true
      }
      return tryCharge(1, group)
    }
  }

  @Test("many pages at once are charged as one after the other", arguments: 1...20)
  func bulk(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var groups = MemoryGroups()
    var model = Model(groups: [Model.Group(parent: nil)])
    for index in 1...5 {
      let parent = Int(random.next() % UInt64(index))
      let groupAdded = groups.add(below: MemoryGroup(parent), home: .root)
      let group = try #require(groupAdded)
      #expect(group.number == index)
      model.groups.append(Model.Group(parent: parent))
    }
    for step in 0..<400 {
      let group = 1 + Int(random.next() % 5)
      switch random.next() % 8 {
      case 0:
        let limit = Int(random.next() % 1000)
        groups.setMaximum(limit, of: MemoryGroup(group))
        model.groups[group].maximum = limit
      case 1:
        groups.drainStock(of: .root)
        model.drain()
      default:
        let wanted = 1 + Int(random.next() % 300)
        var charged = 0
        while charged < wanted {
          let plan = groups.chargePlan(for: wanted - charged, of: MemoryGroup(group))
          let pages: Int
          switch plan {
          case .wholeBatches(let count), .singly(let count): pages = count
          case .slowly: pages = 0
          }
          if pages == 0 { break }
          _ = groups.charge(plan, to: MemoryGroup(group))
          for _ in 0..<pages {
            let isCharged = model.chargePage(group)
            #expect(isCharged)
          }
          charged += pages
        }
        if charged < wanted {
          let isRefused =
            groups.charge(1, to: MemoryGroup(group), batch: ChargeStock.batch) != .made(overHigh: 0)
          let isCharged = model.chargePage(group)
          #expect(isCharged == !isRefused)
        }
        let back = Int(random.next() % UInt64(charged + 1))
        groups.uncharge(back, of: MemoryGroup(group))
        for level in model.ancestry(group) { model.groups[level].usage -= back }
      }
      for index in model.groups.indices {
        let memory = groups[MemoryGroup(index)].memory
        let expected = model.groups[index]
        #expect(memory.usage == expected.usage, "seed \(seed), step \(step), group \(index)")
        #expect(memory.peak == expected.peak, "seed \(seed), step \(step), group \(index)")
        #expect(memory.failures == expected.failures, "seed \(seed), step \(step), group \(index)")
      }
    }
  }

  @Test("a first page charges a batch, and what is given back leaves the stock alone")
  func batches() throws {
    var groups = MemoryGroups()
    let groupAdded = groups.add(below: .root, home: .root)
    let group = try #require(groupAdded)
    let charged = groups.charge(1, to: group, batch: ChargeStock.batch)
    #expect(charged == .made(overHigh: 0))
    #expect(groups[group].memory.usage == 64)
    groups.uncharge(1, of: group)
    #expect(groups[group].memory.usage == 63)
    groups.drainStock(of: group)
    #expect(groups[group].memory.usage == 0)
    #expect(groups[group].memory.peak == 64)
  }

  @Test("protection that the children claim beyond their parent's is shared by what they claim")
  func protection() throws {
    var groups = MemoryGroups()
    let parentAdded = groups.add(below: .root, home: .root)
    let parent = try #require(parentAdded)
    let firstAdded = groups.add(below: parent, home: .root)
    let first = try #require(firstAdded)
    let secondAdded = groups.add(below: parent, home: .root)
    let second = try #require(secondAdded)
    groups.chargeByForce(3000, to: first)
    groups.chargeByForce(1000, to: second)
    groups.setLow(2000, of: parent)
    groups.setLow(3000, of: first)
    groups.setLow(4000, of: second)
    for group in [parent, first, second] { groups.updateEffectiveProtection(of: group, below: .root) }
    // The second one has only 1000 pages to protect.
    #expect(groups[first].memory.effectiveLow == 3000 * 2000 / 4000)
    #expect(groups[second].memory.effectiveLow == 1000 * 2000 / 4000)
    // memory_recursiveprot: what nobody claims falls to the children by their unprotected use.
    groups.sharesProtection = true
    groups.setLow(0, of: first)
    groups.setLow(0, of: second)
    for group in [parent, first, second] { groups.updateEffectiveProtection(of: group, below: .root) }
    #expect(groups[first].memory.effectiveLow == 2000 * 3000 / 4000)
    #expect(groups[second].memory.effectiveLow == 2000 * 1000 / 4000)
  }
}
