// Tests of the simulated words against a dictionary: packed and flat pages, copies, ranges.

import Testing

@testable import LinuxMemory

@Suite("Simulated words") struct ArenaMemoryTests {
  private static let key: UInt64 = 0x5eed_ca11_ab1e_0b1d

  /// Words and what they should be.
  private struct Judged {
    var memory: ArenaMemory
    var model: [UInt64: UInt64] = [:]
    let layout: MallocLayout
    let base: UInt64

    init(_ layout: MallocLayout, base: UInt64) {
      self.layout = layout
      self.base = base
      memory = ArenaMemory(layout: layout)
      memory.anchorHeap(at: base, key: ArenaMemoryTests.key & layout.addressMask)
    }

    mutating func store(_ address: UInt64, _ value: UInt64, _ kernel: inout ModelKernel) throws {
      memory.beginCall()
      try memory.store(address, value, &kernel)
      model[address] = value & layout.addressMask
    }

    /// Compares a word as a load and as a look from outside see it.
    mutating func check(_ address: UInt64, _ kernel: inout ModelKernel) throws -> Bool {
      memory.beginCall()
      let expected = model[address] ?? 0
      return try memory.load(address, &kernel) == expected && memory.peek(address) == expected
    }

    mutating func forget(where isGone: (UInt64) -> Bool) {
      for address in model.keys where isGone(address) { model[address] = nil }
    }
  }

  /// Values of all kinds that an allocator writes, and some that it does not.
  private func value(at address: UInt64, base: UInt64, _ random: inout SplitMix) -> UInt64 {
    let place = base &+ UInt64.random(in: 0..<1 << 21, using: &random) & ~15
    let near = address & ~15 &+ UInt64.random(in: 0..<1 << 12, using: &random) & ~15
    switch UInt8.random(in: 0..<12, using: &random) {
    case 0: return 0
    case 1...3: return UInt64.random(in: 0..<1 << 12, using: &random)
    case 4: return UInt64.random(in: 0..<1 << 32, using: &random)
    case 5: return near
    case 6: return place
    case 7: return near ^ address >> 12
    case 8: return place ^ address >> 12
    case 9: return address >> 12
    case 10: return MallocLayout.x86_64.binsAddress &+ UInt64.random(in: 0..<127, using: &random) &* 16
    default: return Bool.random(using: &random) ? Self.key : UInt64.random(in: 0 ... .max, using: &random)
    }
  }

  /// More pages than are flat at a time, a small part of them used much.
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func wordsAreWhatWasStored(seed: UInt64) throws {
    let isWide = seed.isMultiple(of: 2)
    let layout = isWide ? MallocLayout.x86_64 : .i386
    let base: UInt64 = isWide ? 0x5555_5555_c000 : 0x0804_d000
    var random = SplitMix(seed: seed)
    var kernel = ModelKernel(initialBreak: base, mappingTop: isWide ? 0x7fff_f740_0000 : 0xb7ff_0000)
    let pages: UInt64 = 400
    _ = kernel.brk(base &+ pages << 12)
    var judged = Judged(layout, base: base)
    var copy = judged
    func address(_ random: inout SplitMix) -> UInt64 {
      let isHot = UInt8.random(in: 0..<3, using: &random) > 0
      let page = UInt64.random(in: 0..<(isHot ? 3 : pages), using: &random)
      return base &+ page << 12 &+ UInt64.random(in: 0..<4096 / layout.wordSize, using: &random)
        << layout.wordShift
    }
    for step in 0..<20_000 {
      let address = address(&random)
      switch UInt16.random(in: 0..<1000, using: &random) {
      case 0..<550: try judged.store(address, value(at: address, base: base, &random), &kernel)
      case 550..<990: #expect(try judged.check(address, &kernel), "seed \(seed), step \(step)")
      case 990..<994:
        let length = UInt64.random(in: 0..<9000, using: &random)
        judged.memory.beginCall()
        judged.memory.clear(address, length: length)
        judged.forget { $0 &- address < length & ~(layout.wordSize - 1) }
      case 994..<997:
        let start = address & ~4095
        judged.memory.beginCall()
        judged.memory.dropPages(start, length: 8192)
        judged.forget { $0 &- start < 8192 }
      case 997: copy = judged
      default: swap(&copy, &judged)
      }
    }
    for address in Set(judged.model.keys).union(copy.model.keys) {
      #expect(try judged.check(address, &kernel), "seed \(seed), at \(address)")
      #expect(try copy.check(address, &kernel), "seed \(seed), copy, at \(address)")
    }
  }

  @Test func wordsOfTheSameContentAreEqualPackedOrFlat() throws {
    var kernel = ModelKernel()
    let base = kernel.initialBreak
    _ = kernel.brk(base &+ 1 << 22)
    var straight = Judged(.x86_64, base: base)
    // Each page once, so that the first ones are packed by the time the last ones come.
    for page in 0..<1024 as Range<UInt64> { try straight.store(base &+ page << 12 &+ 8, 33 + page, &kernel) }
    var reverse = Judged(.x86_64, base: base)
    for page in (0..<1024 as Range<UInt64>).reversed() {
      try reverse.store(base &+ page << 12 &+ 8, 33 + page, &kernel)
    }
    #expect(straight.memory == reverse.memory)
    try reverse.store(base &+ 8, 35, &kernel)
    #expect(straight.memory != reverse.memory)
  }

  @Test func smallBlocksTakeLessThanAQuarterOfTheirSize() throws {
    var kernel = ModelKernel()
    let base = kernel.initialBreak
    let pages: UInt64 = 4000
    _ = kernel.brk(base &+ pages << 12)
    var memory = ArenaMemory(layout: .x86_64)
    memory.anchorHeap(at: base, key: Self.key)
    for chunk in stride(from: base, to: base &+ pages << 12, by: 32) {
      try memory.storeSize(chunk &+ 8, 33, &kernel)
    }
    let heap = Int(pages) << 12
    #expect(memory.stateByteCount * 4 < heap, "\(memory.stateByteCount) of \(heap) bytes")
  }
}
