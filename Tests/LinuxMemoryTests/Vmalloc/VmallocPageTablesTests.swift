// The page tables under the vmalloc area against plain sets of table numbers.

import Testing

@testable import LinuxMemory

@Suite("vmalloc page tables")
struct VmallocPageTablesTests {
  /// The tables of one level, each by its number.
  struct Model {
    let shift: UInt64
    var present: Set<UInt64> = []

    func numbers(_ range: Range<UInt64>) -> Set<UInt64> {
      range.isEmpty ? [] : Set(range.lowerBound >> shift...(range.upperBound - 1) >> shift)
    }

    mutating func add(_ range: Range<UInt64>) -> Int {
      let missing = numbers(range).subtracting(present)
      present.formUnion(missing)
      return missing.count
    }

    mutating func remove(_ range: Range<UInt64>) -> Int {
      let there = numbers(range).intersection(present)
      present.subtract(there)
      return there.count
    }
  }

  @Test("tables are counted once each, at every level", arguments: 1...8)
  func model(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let isWide = seed % 2 == 0
    var tables = VmallocPageTables(isWide: isWide)
    var low = Model(shift: isWide ? 21 : 22)
    var high = Model(shift: 30)
    for step in 0..<1500 {
      let start = UInt64(Int.random(in: 0..<(isWide ? 1 << 20 : 30_000), using: &random)) * 4096
      let pages = Int.random(in: 0...(step % 20 == 0 ? 20_000 : 900), using: &random)
      let range = start..<start + UInt64(pages) * 4096
      if isWide, Int.random(in: 0..<5, using: &random) == 0 {
        let unit: UInt64 = 2 << 20
        let huge = start / unit * unit..<start / unit * unit + UInt64(pages % 9) * unit
        let change = tables.mapHuge(huge)
        let expected = (needed: high.add(huge), left: low.remove(huge))
        #expect(change == expected, "seed \(seed), step \(step)")
      } else if step < 20 {
        tables.noteBoot(range)
        _ = low.add(range)
        _ = high.add(range)
      } else {
        let expected = low.add(range) + (isWide ? high.add(range) : 0)
        let made = tables.map(range)
        #expect(made == expected, "seed \(seed), step \(step)")
      }
    }
  }

  @Test("pages of tables come back one by one, and boot's are not known")
  func frames() {
    var tables = VmallocPageTables(isWide: true)
    let unknown = tables.removeFrame()
    #expect(unknown == nil)
    for frame in [7, 8, 20] { tables.add(FrameNumber(frame)) }
    let removed = (0..<4).map { _ in tables.removeFrame()?.rawValue }
    #expect(removed == [20, 8, 7, nil])
  }
}
