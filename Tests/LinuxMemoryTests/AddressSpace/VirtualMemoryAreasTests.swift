// Splitting and merging of mappings, and where new ones go.

import Testing

@testable import LinuxMemory

@Suite struct VirtualMemoryAreasTests {
  private func area(_ machine: Machine, _ process: ProcessID, _ address: UInt64) -> Range<UInt64>? {
    machine.processes[process]?.addressSpace.areas.area(containing: address).map { $0.start..<$0.end }
  }

  private func count(_ machine: Machine, _ process: ProcessID) -> Int {
    machine.processes[process]?.addressSpace.areas.list.count ?? 0
  }

  @Test func neighboursBecomeOneMapping() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let first = try machine.mmap(length: 3 << 12, in: main).get()
    #expect(first == 0x7fff_f7ff_6000)
    let second = try machine.mmap(length: 1 << 12, in: main).get()
    #expect(second == first - 4096)
    #expect(area(machine, main, first) == second..<0x7fff_f7ff_9000)
    _ = try machine.mmap(length: 4096, protection: .read, in: main).get()
    #expect(area(machine, main, second - 4096) == second - 4096..<second)
  }

  @Test func protectionSplitsAndMergesBack() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 16 << 12, in: main).get()
    try machine.access(start, length: 16 << 12, .write, in: main)
    let before = count(machine, main)
    let faults = machine.processes[main]?.usage.minorFaults
    _ = try machine.mprotect(start + 4096, length: 4096, protection: .read, in: main).get()
    #expect(count(machine, main) == before + 2)
    _ = try machine.mprotect(start + 4096, length: 4096, protection: [.read, .write], in: main).get()
    #expect(count(machine, main) == before)
    try machine.access(start, length: 16 << 12, .write, in: main)
    #expect(machine.processes[main]?.usage.minorFaults == faults)
    #expect(
      try machine.mprotect(start - (1 << 20), length: 4096, protection: .read, in: main) == .failure(.ENOMEM))
    #expect(try machine.mprotect(start + 1, length: 4096, protection: .read, in: main) == .failure(.EINVAL))
  }

  @Test func unmappingTheMiddleLeavesTwo() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 9 << 12, in: main).get()
    let before = count(machine, main)
    #expect(try machine.munmap(start, length: 0, in: main) == .failure(.EINVAL))
    _ = try machine.munmap(start + 3 * 4096, length: 3 * 4096 - 1, in: main).get()
    #expect(count(machine, main) == before + 1)
    #expect(area(machine, main, start) == start..<start + 3 * 4096)
    #expect(area(machine, main, start + 4 * 4096) == nil)
    // The hole is the highest gap that fits.
    #expect(try machine.mmap(length: 3 * 4096, in: main).get() == start + 3 * 4096)
    #expect(count(machine, main) == before)
  }

  @Test func heapIsNotMergedWithTheProgramUntilItIsLocked() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let heap = try machine.brk(0, in: main)
    #expect(heap == 0x4d2000)
    #expect(try machine.brk(heap + 0x21000, in: main) == heap + 0x21000)
    #expect(area(machine, main, heap) == heap..<heap + 0x21000)
    #expect(try machine.sbrk(0x1000, in: main) == .success(heap + 0x21000))
    #expect(area(machine, main, heap) == heap..<heap + 0x22000)
    _ = try machine.mlockall(.current, in: main).get()
    #expect(area(machine, main, heap) == 0x4cd000..<heap + 0x22000)
    #expect(try machine.sbrk(-0x22000, in: main) == .success(heap + 0x22000))
    #expect(try machine.brk(0, in: main) == heap)
    #expect(try machine.brk(heap - 1, in: main) == heap)
    #expect(try machine.brk(.max, in: main) == heap)
  }

  @Test func heapOfAForkedChildContinuesInAMappingOfItsOwn() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let heap = try machine.brk(0, in: main)
    _ = try machine.brk(heap + 0x2000, in: main)
    try machine.access(heap, length: 1, .write, in: main)
    let child = try machine.fork(main, name: "child").get()
    _ = try machine.brk(heap + 0x4000, in: child)
    #expect(area(machine, child, heap) == heap..<heap + 0x2000)
    _ = try machine.brk(heap + 0x4000, in: main)
    #expect(area(machine, main, heap) == heap..<heap + 0x4000)
  }

  @Test func thereIsAMostOfMappings() throws {
    var machine = try makeMachine()
    machine.tunables.maxMapCount = 20
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 100 << 12, in: main).get()
    var index: UInt64 = 1
    while try machine.mprotect(start + index << 12, length: 4096, protection: .read, in: main) == .success(0)
    {
      index += 2
    }
    #expect(count(machine, main) <= 20)
    let before = machine.processes
    #expect(try machine.munmap(start + 60 << 12, length: 4096, in: main) == .failure(.ENOMEM))
    #expect(machine.processes == before)
  }

  @Test func fixedMappingsReplaceWhatIsThere() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 8 << 12, in: main).get()
    try machine.access(start, length: 8 << 12, .write, in: main)
    let resident = machine.processes[main]?.addressSpace.resident.anonymous ?? 0
    let flags: MappingFlags = [.private, .anonymous, .fixed]
    let place = start + 2 * 4096
    #expect(try machine.mmap(address: place, length: 8192, flags: flags, in: main) == .success(place))
    #expect(machine.processes[main]?.addressSpace.resident.anonymous == resident - 2)
    let gentle: MappingFlags = [.private, .anonymous, .fixedNoReplace]
    #expect(try machine.mmap(address: place, length: 4096, flags: gentle, in: main) == .failure(.EEXIST))
    #expect(try machine.mmap(address: place + 1, length: 4096, flags: flags, in: main) == .failure(.EINVAL))
    #expect(try machine.mmap(length: 0, in: main) == .failure(.EINVAL))
    #expect(try machine.mmap(length: .max, in: main) == .failure(.ENOMEM))
    #expect(try machine.mmap(length: 4096, flags: .anonymous, in: main) == .failure(.EINVAL))
    #expect(MappingFlags([.private, .anonymous, .hugeTLB]).unmodelledName == "MAP_HUGETLB")
  }

  @Test func newMappingsTakeTheHighestGapThatFits() throws {
    var random = SplitMix(seed: 11)
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    var taken: [Range<UInt64>] = []
    for _ in 0..<400 {
      let areas = try #require(machine.processes[main]).addressSpace.areas.list
      let length = UInt64.random(in: 1...9, using: &random) * 4096
      // The naive search: down from the top, page by page past whatever is in the way.
      var end: UInt64 = 0x7fff_f7ff_f000
      while let obstacle = areas.last(where: { $0.start < end && $0.end > end - length }) {
        end = obstacle.start
      }
      let place = try machine.mmap(length: length, in: main).get()
      #expect(place == end - length)
      taken.append(place..<place + length)
      if Int.random(in: 0..<5, using: &random) < 2 {
        let range = taken.remove(at: Int.random(in: 0..<taken.count, using: &random))
        _ = try machine.munmap(range.lowerBound, length: UInt64(range.count), in: main).get()
      }
    }
  }

  @Test func newerKernelsAlignWholeHugePages() throws {
    var configuration = MachineConfiguration()
    configuration.kernel = .linux618
    var machine = try Machine(configuration: configuration)
    let main = try machine.spawn(name: "main").get()
    #expect(try machine.mmap(length: 4 << 20, in: main) == .success(0x7fff_f7a0_0000))
    #expect(try machine.mmap(length: 4096, in: main) == .success(0x7fff_f7ff_8000))
  }

  @Test(
    "among thousands of areas the same gaps are found as by looking at each",
    arguments: 0..<4 as Range<UInt64>)
  func gapsAmongMany(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let whole = try machine.mmap(length: 6000 << 12, in: main).get()
    for page in 0..<6000 where Int.random(in: 0..<3, using: &random) == 0 {
      let length = UInt64(Int.random(in: 1...3, using: &random)) << 12
      _ = try machine.munmap(whole + UInt64(page) << 12, length: length, in: main)
    }
    for _ in 0..<400 {
      let flags: MappingFlags =
        Bool.random(using: &random) ? [.private, .anonymous] : [.private, .anonymous, .growsDown]
      let length = UInt64(Int.random(in: 1...40, using: &random)) << 12
      _ = try machine.mmap(length: length, protection: .read, flags: flags, in: main)
    }
    let areas = try #require(machine.processes[main]?.addressSpace.areas)
    #expect(areas.list.count > 1000)
    let list = Array(areas.list)
    for _ in 0..<300 {
      let length = UInt64(Int.random(in: 1...600, using: &random)) << 12
      let lower = whole - UInt64(Int.random(in: 0...20_000, using: &random)) << 12
      let upper = min(lower + UInt64(Int.random(in: 0...40_000, using: &random)) << 12, whole + 6000 << 12)
      // Down from the top, past each area with what it keeps free below itself.
      let above = list.firstIndex { $0.end >= upper } ?? list.count
      var top = above < list.count ? min(upper, list[above].lowest) : upper
      var highest: UInt64?
      for area in list[..<above].reversed() {
        if highest == nil, top > max(area.end, lower), top - max(area.end, lower) >= length {
          highest = top - length
        }
        if area.end <= lower { break }
        top = min(top, area.lowest)
      }
      var bottom = lower
      var lowest: UInt64?
      for area in list where area.end > lower {
        let end = min(area.lowest, upper)
        if lowest == nil, end > bottom, end - bottom >= length { lowest = bottom }
        bottom = max(bottom, area.end)
      }
      if lowest == nil, upper > bottom, upper - bottom >= length { lowest = bottom }
      #expect(areas.lowestGap(length: length, in: lower..<upper) == lowest, "seed \(seed)")
      let found = areas.highestGap(length: length, in: lower..<upper)
      #expect(
        found == highest,
        "seed \(seed): \(length) bytes in \(lower)..<\(upper), gapless from \(areas.gaplessFrom)")
    }
  }
}
