// A zone's lists against a plain model, and against what a booted kernel did.

import Testing

@testable import LinuxMemory

@Suite("Buddy lists")
struct BuddyModelTests {
  private static func zone(pageblockOrder: Int, frames: Int) -> MemoryZone {
    MemoryZone(
      kind: .normal, start: FrameNumber(0), spanned: frames, present: frames,
      pageblockOrder: pageblockOrder)
  }

  @Test("random blocks: same frames, same lists as the model", arguments: 1...6)
  func model(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let pageblockOrder = seed % 2 == 0 ? 9 : 10
    let frames = 8192 + 700
    var zone = Self.zone(pageblockOrder: pageblockOrder, frames: frames)
    var model = NaiveBuddy(pageblockOrder: pageblockOrder, limit: frames)
    for frame in 0..<frames {
      zone.insertBlock(frame, order: 0, type: .movable)
      model.free(frame, order: 0, type: .movable)
    }
    var owned: [(frame: Int, order: Int)] = []
    let types: [MigrateType] = [.unmovable, .movable, .reclaimable]
    for step in 0..<1500 {
      if Int.random(in: 0..<100, using: &random) < 57 {
        let order = Swift.min(Int.random(in: 0...10, using: &random), Int.random(in: 0...10, using: &random))
        let type = types[Int.random(in: 0..<3, using: &random)]
        let frame = zone.removeBlock(order: order, type: type, avoidsFragmentation: false)
        try #require(frame == model.take(order: order, type: type), "seed \(seed), step \(step)")
        if let frame { owned.append((frame, order)) }
      } else if !owned.isEmpty {
        let block = owned.remove(at: Int.random(in: 0..<owned.count, using: &random))
        let type = zone.pageblockType(of: block.frame)
        try #require(type == model.type(of: block.frame), "seed \(seed), step \(step)")
        zone.insertBlock(block.frame, order: block.order, type: type)
        model.free(block.frame, order: block.order, type: type)
      }
      if step % 50 == 0 {
        for type in types {
          for order in 0...10 {
            let blocks = zone.freeBlocks(order: order, type: type, limit: .max).map(\.rawValue)
            try #require(blocks == model.lists[Int(type.rawValue)][order], "seed \(seed), step \(step)")
          }
        }
      }
    }
    #expect(zone.invariantViolations() == [])
  }

  /// The unmovable lists that mod.txt shows before "32 x order 4", from order 4 up.
  private static func recordedZone() -> MemoryZone {
    var zone = zone(pageblockOrder: 9, frames: 0x3ffe0)
    let blocks: [(frame: Int, order: Int)] = [
      (0x6830, 4), (0x6840, 6), (0x6880, 7), (0x6900, 8), (0x6e00, 9), (0x7000, 10),
    ]
    for block in blocks { zone.insertBlock(block.frame, order: block.order, type: .unmovable) }
    for block in blocks { zone.setPageblockType(of: block.frame, order: 9, to: .unmovable) }
    return zone
  }

  @Test("32 blocks of order 4 come as recorded, and merge back")
  func recordedOrder4() {
    var zone = Self.recordedZone()
    let before = zone.fingerprint
    var frames: [Int] = []
    for _ in 0..<32 {
      frames.append(zone.removeBlock(order: 4, type: .unmovable, avoidsFragmentation: false) ?? -1)
    }
    let recorded = Array(stride(from: 0x6830, through: 0x69f0, by: 16)) + [0x6e00, 0x6e10, 0x6e20]
    #expect(frames == recorded)
    for index in stride(from: 0, to: 32, by: 2) {
      zone.insertBlock(frames[index], order: 4, type: .unmovable)
    }
    // Recorded: 3 blocks before, 19 after every other one was freed; one of the 3 is not unmovable here.
    #expect(zone.freeBlockCount(order: 4) == 16 + 1)
    for index in stride(from: 1, to: 32, by: 2) {
      zone.insertBlock(frames[index], order: 4, type: .unmovable)
    }
    #expect(zone.fingerprint == before)
  }

  @Test("descending orders come as recorded")
  func recordedDescending() {
    var zone = Self.recordedZone()
    // Order 9 comes from the per-CPU list there (frame 0x6c00), so it is left out here.
    let recorded = [10: 0x7000, 8: 0x6900, 7: 0x6880, 6: 0x6840, 5: 0x6e00]
    for order in [10, 8, 7, 6, 5] {
      let frame = zone.removeBlock(order: order, type: .unmovable, avoidsFragmentation: false)
      #expect(frame == recorded[order])
    }
    #expect(zone.removeBlock(order: 4, type: .unmovable, avoidsFragmentation: false) == 0x6830)
  }
}
