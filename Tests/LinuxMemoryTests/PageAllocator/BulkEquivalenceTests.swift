// Many pages at once must have the outcome of one page at a time.

import Testing

@testable import LinuxMemory

@Suite("Pages in bulk")
struct BulkEquivalenceTests {
  /// A machine, a seed and how many steps to take.
  struct Run: Sendable, CustomStringConvertible {
    let settings: [(key: String, value: String)]
    let seed: UInt64

    var description: String {
      settings.map { "\($0.key)=\($0.value)" }.joined(separator: ",") + " seed \(seed)"
    }

    static let all: [Run] =
      (1...4).flatMap { seed in
        [
          Run(settings: [("ram", "128M")], seed: seed),
          Run(settings: [("ram", "64M"), ("arch", "i386")], seed: seed),
          Run(settings: [("ram", "900M"), ("arch", "i386"), ("thp", "never")], seed: seed),
        ]
      } + [Run(settings: [("ram", "3600M")], seed: 7)]
  }

  static let requests: [(flags: GFPFlags, watermark: Watermark)] = [
    (.GFP_HIGHUSER_MOVABLE, .low), (.GFP_KERNEL, .low), (.GFP_HIGHUSER_MOVABLE, .min),
    (.GFP_KERNEL, .min), (.GFP_ATOMIC, .atomic), ([.GFP_KERNEL, .__GFP_RECLAIMABLE], .low),
    ([.GFP_KERNEL, .__GFP_DMA], .min), (.GFP_KERNEL, .none), (.GFP_NOWAIT, .min),
  ]

  @Test("allocatePages and freePages equal single calls", arguments: Run.all)
  func equalsSingleCalls(run: Run) throws {
    var random = SplitMix(seed: run.seed)
    var bulk = PageAllocator(configuration: try MachineConfiguration(settings: run.settings))
    var single = bulk
    var owned: [FrameRange] = []
    for step in 0..<40 {
      if owned.isEmpty || Int.random(in: 0..<5, using: &random) < 3 {
        let request = Self.requests[Int.random(in: 0..<Self.requests.count, using: &random)]
        let count = 1 << Int.random(in: 0...14, using: &random)
        var extents: [FrameRange] = []
        let given = bulk.allocatePages(count, request.flags, watermark: request.watermark, into: &extents)
        var expected: [FrameRange] = []
        var pages = 0
        while pages < count,
          let frame = single.allocate(order: 0, request.flags, watermark: request.watermark)
        {
          expected.appendJoined(FrameRange(start: frame, count: 1))
          pages += 1
        }
        try #require(given == pages, "\(run), step \(step): \(request)")
        try #require(extents == expected, "\(run), step \(step)")
        owned += extents
      } else {
        let range = owned.remove(at: Int.random(in: 0..<owned.count, using: &random))
        let descending = Bool.random(using: &random)
        bulk.freePages(range, descending: descending)
        for position in 0..<range.count {
          single.free(range.start + (descending ? range.count - 1 - position : position), order: 0)
        }
      }
      try #require(bulk.fingerprint == single.fingerprint, "\(run), step \(step)")
    }
    #expect(bulk.invariantViolations() == [], "\(run)")
  }

  @Test("a range that passes through full per-CPU lists", arguments: ["always", "never"], [false, true])
  func longRange(hugePages: String, descending: Bool) throws {
    let settings = [(key: "ram", value: "1G"), (key: "thp", value: hugePages)]
    var bulk = PageAllocator(configuration: try MachineConfiguration(settings: settings))
    var extents: [FrameRange] = []
    _ = bulk.allocatePages(60_000, .GFP_HIGHUSER_MOVABLE, watermark: .low, into: &extents)
    var single = bulk
    for range in extents {
      bulk.freePages(range, descending: descending)
      for position in 0..<range.count {
        single.free(range.start + (descending ? range.count - 1 - position : position), order: 0)
      }
      try #require(bulk.fingerprint == single.fingerprint, "\(range.count) pages at \(range.start)")
    }
    #expect(extents.contains { $0.count > 30_000 })
    #expect(bulk.invariantViolations() == [])
  }

  @Test("blocks of all orders: nothing is lost or given twice", arguments: 1...5)
  func blocksOfAllOrders(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let settings = [
      (key: "ram", value: seed % 2 == 0 ? "256M" : "1G"),
      (key: "arch", value: seed % 3 == 0 ? "i386" : "x86_64"),
    ]
    var allocator = PageAllocator(configuration: try MachineConfiguration(settings: settings))
    let total = allocator.freePageCount + allocator.perCPUPageCount
    var owned: [(frame: FrameNumber, order: Int)] = []
    for step in 0..<4000 {
      if Int.random(in: 0..<100, using: &random) < 55 {
        let request = Self.requests[Int.random(in: 0..<Self.requests.count, using: &random)]
        let order = Swift.min(Int.random(in: 0...10, using: &random), Int.random(in: 0...10, using: &random))
        if let frame = allocator.allocate(order: order, request.flags, watermark: request.watermark) {
          #expect(frame.rawValue & ((1 << order) - 1) == 0)
          owned.append((frame, order))
        }
      } else if !owned.isEmpty {
        let block = owned.remove(at: Int.random(in: 0..<owned.count, using: &random))
        allocator.free(block.frame, order: block.order)
      }
      if step % 500 == 0 { #expect(allocator.invariantViolations() == [], "seed \(seed), step \(step)") }
    }
    let out = owned.reduce(0) { $0 + (1 << $1.order) }
    #expect(allocator.freePageCount + allocator.perCPUPageCount + out == total, "seed \(seed)")
    let taken = owned.map { FrameRange(start: $0.frame, count: 1 << $0.order) }
    let all = (taken + allocator.heldRanges()).sorted { $0.start < $1.start }
    for (left, right) in zip(all, all.dropFirst()) { #expect(left.end <= right.start, "seed \(seed)") }
    for block in owned { allocator.free(block.frame, order: block.order) }
    #expect(allocator.invariantViolations() == [], "seed \(seed)")
    #expect(allocator.freePageCount + allocator.perCPUPageCount == total, "seed \(seed)")
  }
}
