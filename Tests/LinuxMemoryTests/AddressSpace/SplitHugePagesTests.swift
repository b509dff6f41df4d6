// Huge pages that are mapped page by page stay whole until they are unused, or taken apart.

import Testing

@testable import LinuxMemory

@Suite("split huge pages")
struct SplitHugePagesTests {
  /// A machine, a process and an area of so many huge pages that it has written.
  private static func start(
    _ count: UInt64, arch: String = "x86_64"
  ) throws -> (machine: Machine, process: ProcessID, address: UInt64, size: UInt64) {
    var machine = try Machine(
      configuration: MachineConfiguration(settings: [("arch", arch), ("thp", "always")]))
    let process = try machine.spawn(name: "writer").get()
    let size = UInt64(machine.configuration.profile.hugePageSize)
    let mapped = try machine.mmap(length: (count + 1) * size, in: process).get()
    let address = (mapped + size - 1) / size * size
    try machine.access(address, length: count * size, .write, in: process)
    return (machine, process, address, size)
  }

  private static func free(_ machine: Machine) -> Int {
    machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
  }

  @Test(arguments: ["x86_64", "i386"])
  func halfAHugePageStaysTakenUntilTheOtherHalfGoes(arch: String) throws {
    var (machine, process, address, size) = try Self.start(4, arch: arch)
    let before = Self.free(machine)
    _ = try machine.madvise(address, length: size / 2, .dontNeed, in: process).get()
    // The half has lost its entries, but neither its memory nor its table.
    #expect(Self.free(machine) == before)
    #expect(machine.processes[process]?.addressSpace.resident.huge == Int(3 * size >> 12))
    _ = try machine.madvise(address + size / 2, length: size / 2, .dontNeed, in: process).get()
    #expect(Self.free(machine) == before + Int(size >> 12))
    #expect(machine.splitHugePages.isEmpty)
    #expect(machine.invariantViolations() == [])
  }

  @Test func whatIsWrittenAgainTakesNewMemory() throws {
    var (machine, process, address, size) = try Self.start(1)
    _ = try machine.madvise(address, length: size / 2, .dontNeed, in: process).get()
    let before = Self.free(machine)
    try machine.access(address, length: size / 2, .write, in: process)
    #expect(Self.free(machine) == before - 256)
    #expect(machine.invariantViolations() == [])
  }

  @Test func afterForkAllButTheLastEntryCopy() throws {
    var (machine, parent, address, size) = try Self.start(1)
    let child = try machine.fork(parent, name: "child").get()
    // The child's write splits its entries; the parent's stay huge.
    try machine.access(address, length: 4096, .write, in: child)
    machine.exit(child, status: 0)
    #expect(machine.processes[parent]?.addressSpace.resident.huge == 512)
    let second = try machine.fork(parent, name: "second").get()
    try machine.access(address, length: 4096, .write, in: second)
    try machine.access(address, length: 4096, .write, in: parent)
    machine.exit(second, status: 0)
    // 511 entries of the parent refer to the huge page: 510 of them copy.
    let before = Self.free(machine)
    try machine.access(address, length: size, .write, in: parent)
    #expect(Self.free(machine) == before - 510)
    #expect(machine.pageEvents.reusedPages == 1)
    #expect(machine.invariantViolations() == [])
  }

  @Test func shortageTakesHugePagesApart() throws {
    var (machine, process, address, size) = try Self.start(100)
    for block in 0..<UInt64(100) {
      _ = try machine.madvise(address + block * size, length: size - 4096, .dontNeed, in: process).get()
    }
    // 100 huge pages hold on to 99.8 % of 200 MiB that only a shortage sets free.
    let wanted = UInt64(Self.free(machine)) << 12 + 64 << 20
    let other = try machine.mmap(length: wanted, in: process).get()
    try machine.access(other, length: wanted, .write, in: process)
    #expect(machine.splitHugePages.isEmpty)
    #expect(machine.reclaim.counters.oomKills == 0)
    machine.exit(process, status: 0)
    #expect(machine.invariantViolations() == [])
  }

  @Test func equalsASetOfFrames() {
    var random = SplitMix(seed: 20_261)
    for round in 0..<50 {
      var pages = SplitHugePages(order: 3)
      var blocks: Set<Int> = []
      var unused: Set<Int> = []
      for _ in 0..<200 {
        let start = Int.random(in: 0..<256, using: &random)
        let count = Int.random(in: 1...24, using: &random)
        let run = FrameRange(start: FrameNumber(start), count: count)
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
          let block = start >> 3
          pages.note(FrameRange(start: FrameNumber(block << 3), count: 8))
          blocks.insert(block)
        case 1:
          let parts = pages.takeApart(run).flatMap { $0.start.rawValue..<$0.end.rawValue }
          let touched = blocks.filter { $0 >= start >> 3 && $0 <= (start + count - 1) >> 3 }
          #expect(Set(parts) == unused.filter { touched.contains($0 >> 3) }, "round \(round)")
          blocks.subtract(touched)
          unused.subtract(parts)
        default:
          var visited: [Int] = []
          var whole: [Int] = []
          var parts: [FrameRange] = []
          pages.forEachPart(of: run) { part, isOfHugePage in
            visited += part.start.rawValue..<part.end.rawValue
            for frame in part.start.rawValue..<part.end.rawValue {
              #expect(blocks.contains(frame >> 3) == isOfHugePage, "round \(round)")
            }
            if isOfHugePage { parts.append(part) }
          }
          #expect(visited == Array(start..<start + count))
          for part in parts {
            for block in pages.release(part) { whole += block.start.rawValue..<block.end.rawValue }
            unused.formUnion(part.start.rawValue..<part.end.rawValue)
          }
          let full = blocks.filter { block in (0..<8).allSatisfy { unused.contains(block << 3 + $0) } }
          #expect(whole == full.sorted().flatMap { $0 << 3..<($0 + 1) << 3 }, "round \(round)")
          blocks.subtract(full)
          unused.subtract(whole)
        }
        #expect(pages.isEmpty == blocks.isEmpty)
        #expect(pages.unusedCount(in: FrameRange(start: FrameNumber(0), count: 512)) == unused.count)
      }
    }
  }
}
