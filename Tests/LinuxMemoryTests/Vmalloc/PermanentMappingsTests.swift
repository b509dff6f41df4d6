// kmap against what a kernel module got, and its window in full.

import Testing

@testable import LinuxMemory

@Suite("kmap")
struct PermanentMappingsTests {
  @Test("addresses as recorded: high memory in the window, low memory where it is always")
  func recorded() throws {
    var machine = try KernelAllocationTests.machine([("arch", "i386")])
    let pages = try (0..<2).map { _ in try machine.allocPages(.GFP_HIGHUSER, order: 0).get() }
    let low = try machine.allocPages(.GFP_KERNEL, order: 0).get()
    #expect(try machine.kmap(pages[0]) == .success(0xfec0_1000))
    #expect(try machine.kmap(pages[1]) == .success(0xfec0_2000))
    let frame = UInt64(try machine.pageToPFN(low))
    #expect(try machine.kmap(low) == .success(0xc000_0000 + frame << 12))
    #expect(try machine.kmap(pages[0]) == .success(0xfec0_1000))
    for page in [pages[0], pages[0], pages[1], low] { try machine.kunmap(page) }
    #expect(throws: PageMisuse.notAllocated(pages[0])) { try machine.kunmap(pages[0]) }
    #expect(throws: PageMisuse.notAPageStruct(12)) { _ = try machine.kmap(12) }
    // A place that was left is found again by its page only.
    #expect(try machine.kmap(pages[1]) == .success(0xfec0_2000))
    var wide = try KernelAllocationTests.machine()
    let page = try wide.allocPages(.GFP_HIGHUSER, order: 0).get()
    let address = 0xffff_8880_0000_0000 + UInt64(try wide.pageToPFN(page)) << 12
    #expect(try wide.kmap(page) == .success(address))
  }

  @Test("places are handed out in turn, those left behind when the search comes round", arguments: 1...4)
  func window(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var mappings = PermanentMappings()
    // The model: what each place holds, with users or left, in plain arrays.
    var frames = [Int?](repeating: nil, count: 1024)
    var users = [Int](repeating: 0, count: 1024)
    var last = 0
    for step in 0..<20_000 {
      let frame = Int.random(in: 0..<3000, using: &random)
      let known = frames.firstIndex(of: frame)
      if let known, users[known] > 0, Int.random(in: 0..<3, using: &random) > 0 {
        users[known] -= 1
        let wasMapped = mappings.unmap(FrameNumber(frame))
        #expect(wasMapped)
        continue
      }
      var place = known
      if place == nil, users.contains(0) {
        repeat {
          last = (last + 1) % 1024
          if last == 0 { for index in 0..<1024 where users[index] == 0 { frames[index] = nil } }
        } while frames[last] != nil
        place = last
      }
      guard let place else { break }
      frames[place] = frame
      users[place] += 1
      let address = mappings.map(FrameNumber(frame))
      try #require(address == 0xfec0_0000 + UInt64(place) << 12, "seed \(seed), step \(step)")
    }
  }

  @Test("a full window gives nothing until a place is left")
  func full() {
    var mappings = PermanentMappings()
    let addresses = (0..<1024).compactMap { mappings.map(FrameNumber($0)) }
    #expect(Set(addresses).count == 1024)
    let refused = mappings.map(FrameNumber(5000))
    #expect(refused == nil)
    let wasMapped = mappings.unmap(FrameNumber(77))
    #expect(wasMapped)
    let granted = mappings.map(FrameNumber(5000))
    #expect(granted == addresses[77])
    let isStillMapped = mappings.unmap(FrameNumber(77))
    #expect(!isStillMapped)
  }
}
