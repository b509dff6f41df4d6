// The record of blocks given out, against a dictionary.

import Testing

@testable import LinuxMemory

@Suite("Orders of blocks")
struct BlockOrdersTests {
  @Test("random blocks are found as in a dictionary", arguments: 1...4)
  func model(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var orders = BlockOrders()
    var model: [Int: Int] = [:]
    for step in 0..<3000 {
      let frame = Int.random(in: 0..<200, using: &random) * (step % 3 == 0 ? 1 : 1000)
      let order = Bool.random(using: &random) ? Int.random(in: 0...10, using: &random) : nil
      orders[frame] = order
      model[frame] = order
      let other = Int.random(in: 0..<200_000, using: &random)
      #expect(orders[other] == model[other], "seed \(seed), step \(step)")
    }
    #expect(orders.count == model.count, "seed \(seed)")
    #expect(orders.pages == model.values.reduce(0) { $0 + (1 << $1) }, "seed \(seed)")
    for (frame, order) in model { #expect(orders[frame] == order, "seed \(seed), frame \(frame)") }
  }

  @Test("equal by what is given out, not by what was")
  func equality() {
    var left = BlockOrders()
    var right = BlockOrders()
    left[70_000] = 3
    right[5] = 0
    #expect(left != right)
    right[5] = nil
    right[70_000] = 3
    #expect(left == right)
    #expect(right == left)
    right[70_000] = 4
    #expect(left != right)
  }
}
