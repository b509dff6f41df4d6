// The vmalloc area against a plain model: a sorted list of taken ranges.

import Testing

@testable import LinuxMemory

@Suite("vmalloc area")
struct VmallocAreaModelTests {
  /// Taken ranges and nothing else.
  struct Model {
    let start: UInt64
    let end: UInt64
    var taken: [Range<UInt64>] = []
    var unpurged: [Range<UInt64>] = []

    mutating func reserve(_ size: UInt64, _ alignment: UInt64) -> UInt64? {
      if let address = lowest(size, alignment) { return address }
      unpurged = []
      return lowest(size, alignment)
    }

    private func lowest(_ size: UInt64, _ alignment: UInt64) -> UInt64? {
      var candidate = (start + alignment - 1) / alignment * alignment
      for range in (taken + unpurged).sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if candidate + size <= range.lowerBound { break }
        candidate = Swift.max(candidate, (range.upperBound + alignment - 1) / alignment * alignment)
      }
      return candidate + size <= end ? candidate : nil
    }
  }

  @Test("lowest fit; freed ranges stay taken until the purge", arguments: 1...12)
  func model(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var model = Model(start: 0xf73f_e000, end: 0xfebf_e000)
    var area = VmallocArea(start: model.start, end: model.end, cpus: 1)
    for step in 0..<800 {
      if Int.random(in: 0..<5, using: &random) < 3 {
        let size = UInt64(Int.random(in: 2...(step % 10 == 0 ? 4000 : 60), using: &random)) * 4096
        let alignment = UInt64(4096) << UInt64(Int.random(in: 0...4, using: &random))
        let address = area.reserve(size, alignment: alignment)
        let expected = model.reserve(size, alignment)
        try #require(address == expected, "seed \(seed), step \(step)")
        guard let address else { continue }
        area.insert(VirtualArea(start: address, size: size, caller: "test", kind: .vmalloc))
        model.taken.append(address..<address + size)
      } else if !model.taken.isEmpty {
        let range = model.taken.remove(at: Int.random(in: 0..<model.taken.count, using: &random))
        let removed = area.remove(at: range.lowerBound)
        #expect(removed?.size == UInt64(range.count))
        model.unpurged.append(range)
        if model.unpurged.reduce(0, { $0 + $1.count / 4096 }) > 8192 { model.unpurged = [] }
      }
      let covered = area.freeBytes + (model.taken + model.unpurged).reduce(0) { $0 + UInt64($1.count) }
      try #require(covered == model.end - model.start, "seed \(seed), step \(step)")
    }
    #expect(area.areas.map(\.start) == model.taken.map(\.lowerBound).sorted())
  }
}
