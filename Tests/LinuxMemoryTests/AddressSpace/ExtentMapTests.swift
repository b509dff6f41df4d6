// ExtentMap against a dictionary that holds every key by itself.

import Testing

@testable import LinuxMemory

/// A number that grows along an extent, or stays the same for odd kinds.
private struct Ramp: ExtentValue {
  var kind: Int
  var number: UInt64

  func advanced(by distance: UInt64) -> Ramp {
    Ramp(kind: kind, number: kind.isMultiple(of: 2) ? number + distance : number)
  }
}

@Suite struct ExtentMapTests {
  @Test func mergesWhatContinues() {
    var map = ExtentMap<Ramp>()
    map.set(10..<20, to: Ramp(kind: 0, number: 100))
    map.set(30..<40, to: Ramp(kind: 0, number: 120))
    map.set(20..<30, to: Ramp(kind: 0, number: 110))
    #expect(map.extentCount == 1)
    #expect(map.first == Extent(start: 10, end: 40, value: Ramp(kind: 0, number: 100)))
    map.remove(15..<16)
    #expect(map.extentCount == 2)
    #expect(map.extent(containing: 16)?.value.number == 106)
    #expect(map.extent(containing: 15) == nil)
    #expect(map.lastExtent(startingBelow: 16)?.end == 15)
    #expect(map.lastExtent(startingBelow: 10) == nil)
  }

  @Test(arguments: 0..<12) func agreesWithDictionary(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let limit = UInt64(seed < 6 ? 300 : 6000)
    var map = ExtentMap<Ramp>()
    var model: [UInt64: Ramp] = [:]
    for step in 0..<3_000 {
      let start = UInt64.random(in: 0..<limit, using: &random)
      let end = min(start + UInt64.random(in: 1...(seed.isMultiple(of: 3) ? 3 : 60), using: &random), limit)
      if Int.random(in: 0..<3, using: &random) == 0 {
        map.remove(start..<end)
        for key in start..<end { model[key] = nil }
      } else {
        let value = Ramp(
          kind: Int.random(in: 0..<3, using: &random),
          number: start + UInt64.random(in: 0..<2, using: &random))
        map.set(start..<end, to: value)
        for key in start..<end { model[key] = value.advanced(by: key - start) }
      }
      if step.isMultiple(of: 250) || step == 2_999 {
        check(map, against: model, limit: limit, seed: seed)
      }
    }
    var copy = map
    copy.remove(0..<limit)
    #expect(copy.isEmpty)
    check(map, against: model, limit: limit, seed: seed)
  }

  private func check(_ map: ExtentMap<Ramp>, against model: [UInt64: Ramp], limit: UInt64, seed: Int) {
    var seen: [UInt64: Ramp] = [:]
    let extents = Array(map.all)
    for extent in extents {
      for key in extent.range { seen[key] = extent.value.advanced(by: key - extent.start) }
    }
    #expect(seen == model, "seed \(seed)")
    #expect(map.extentCount == extents.count, "seed \(seed)")
    for (left, right) in zip(extents, extents.dropFirst()) {
      #expect(left.end <= right.start && !left.isContinued(by: right), "seed \(seed)")
    }
    for key in stride(from: 0, to: limit, by: 7) {
      let found = map.extent(containing: key)
      #expect(found.map { $0.value.advanced(by: key - $0.start) } == model[key], "seed \(seed)")
      let pieces = map.extents(in: key..<(key + 20))
      for piece in pieces {
        #expect(piece.start >= key && piece.end <= key + 20 && model[piece.start] == piece.value)
      }
      #expect(pieces.isEmpty == map.isEmpty(in: key..<(key + 20)))
    }
    for (index, chunk) in map.chunks.enumerated() {
      #expect(!chunk.isEmpty && chunk.count <= ExtentMap<Ramp>.chunkCapacity)
      #expect(map.firstKeys[index] == chunk.first?.start)
    }
  }
}
