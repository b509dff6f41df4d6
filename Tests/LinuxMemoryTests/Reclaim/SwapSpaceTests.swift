// Swap areas: priorities, numbers, and slots against a naive model.

import Testing

@testable import LinuxMemory

@Suite("Swap space")
struct SwapSpaceTests {
  /// Every slot of one area as its number of users.
  struct NaiveArea {
    var users: [Int]
    mutating func allocate(_ count: Int) -> (start: Int, count: Int)? {
      guard let first = users.indices.first(where: { $0 > 0 && users[$0] == 0 }) else { return nil }
      var end = first
      while end < users.count, users[end] == 0, end - first < count { end += 1 }
      for slot in first..<end { users[slot] = 1 }
      return (first, end - first)
    }
  }

  @Test("slots against a naive model", arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func slots(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var space = SwapSpace()
    let area = try space.switchOn(path: "/swap", kind: .file, pages: 200).get()
    var naive = NaiveArea(users: [1] + Array(repeating: 0, count: 199))
    for step in 0..<2000 {
      let start = Int.random(in: 1..<200, using: &random)
      let end = Int.random(in: start..<200, using: &random) + 1
      let range = SwapSlotRange(start: SwapSlot(area: area, offset: start), count: end - start)
      let isTaken = naive.users[start..<end].allSatisfy { $0 > 0 }
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let count = Int.random(in: 1...40, using: &random)
        let got = space.allocate(count)
        let expected = naive.allocate(count)
        #expect(got?.start.offset == expected?.start, "seed \(seed) step \(step)")
        #expect(got?.count == expected?.count, "seed \(seed) step \(step)")
      case 2 where isTaken:
        space.retain(range)
        for slot in start..<end { naive.users[slot] += 1 }
      case 3 where isTaken:
        space.release(range)
        for slot in start..<end { naive.users[slot] -= 1 }
      default: break
      }
      for slot in 1..<200 {
        #expect(
          space.users(of: SwapSlot(area: area, offset: slot)) == naive.users[slot],
          "seed \(seed) step \(step)")
      }
      #expect(space.freeSlots == naive.users.filter { $0 == 0 }.count, "seed \(seed) step \(step)")
    }
  }

  @Test("a large swap-out is one run")
  func largeRun() throws {
    var space = SwapSpace()
    _ = try space.switchOn(path: "/dev/vda", kind: .partition, pages: 65536).get()
    #expect(space.totalSlots == 65535)
    let all = space.allocate(1 << 40)
    #expect(all == SwapSlotRange(start: SwapSlot(area: 0, offset: 1), count: 65535))
    let none = space.allocate(1)
    #expect(none == nil)
  }

  @Test("higher priority first, equal priorities in turn, automatic ones from -2 down")
  func priorities() throws {
    var space = SwapSpace()
    let low = try space.switchOn(path: "/a", kind: .file, pages: 3).get()
    let next = try space.switchOn(path: "/b", kind: .file, pages: 3).get()
    let left = try space.switchOn(path: "/c", kind: .file, pages: 3, priority: 5).get()
    let right = try space.switchOn(path: "/d", kind: .file, pages: 3, priority: 5).get()
    #expect(space.active.map(\.priority) == [-2, -3, 5, 5])
    let order = (0..<9).map { _ in space.allocate(1)?.start.area }
    #expect(order == [left, right, left, right, low, low, next, next, nil])
    #expect(throws: ErrorNumber.EBUSY) { try space.switchOn(path: "/a", kind: .file, pages: 3).get() }
    #expect(throws: ErrorNumber.EINVAL) { try space.switchOn(path: "/e", kind: .file, pages: 1).get() }
  }

  @Test("an area that closes takes nothing and counts below zero")
  func closing() throws {
    var space = SwapSpace()
    let area = try space.switchOn(path: "/dev/vda", kind: .partition, pages: 101).get()
    let taken = space.allocate(60)
    let slots = try #require(taken)
    space.close(area)
    #expect(space.totalSlots == 0)
    #expect(space.freeSlots == -60)
    let none = space.allocate(1)
    #expect(none == nil)
    space.reopen(area)
    #expect(space.freeSlots == 40)
    space.close(area)
    space.release(slots)
    space.remove(area)
    #expect(space == SwapSpace())
  }
}
