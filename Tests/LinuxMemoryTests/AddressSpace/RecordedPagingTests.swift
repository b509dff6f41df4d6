// Paging against the recordings of Linux 6.1 (fork and copy-on-write, huge pages, page tables).

import Testing

@testable import LinuxMemory

@Suite struct RecordedPagingTests {
  /// 100 MiB with glibc's chunk header, as malloc maps them.
  private let length: UInt64 = (100 << 20) + 4096
  private let data: UInt64 = 100 << 20

  private func minorFaults(_ machine: Machine, _ process: ProcessID) -> UInt64 {
    machine.processes[process]?.usage.minorFaults ?? 0
  }

  private func space(_ machine: Machine, _ process: ProcessID) throws -> AddressSpace {
    try #require(machine.processes[process]?.addressSpace)
  }

  @Test func forkSharesUntilSomebodyWrites() throws {
    var machine = try makeMachine(("thp", "never"))
    let parent = try machine.spawn(name: "parent").get()
    let mapping = try machine.mmap(length: length, in: parent).get()
    #expect(mapping == 0x7fff_f1bf_8000)
    try machine.access(mapping, length: 16, .write, in: parent)
    #expect(try space(machine, parent).pageTablePages * 4 == 32)
    let p = mapping + 16
    try machine.access(p, length: data, .write, in: parent)
    #expect(try space(machine, parent).pageTablePages * 4 == 228)
    let committed = machine.commit.committedPages
    let child = try machine.fork(parent, name: "child").get()
    #expect(try space(machine, child).resident.anonymous == space(machine, parent).resident.anonymous)
    #expect(try space(machine, child).pageTablePages * 4 == 228)
    #expect(machine.commit.committedPages > committed + 25_600)

    var before = minorFaults(machine, child)
    try machine.access(p, length: data, .read, in: child)
    #expect(minorFaults(machine, child) == before)
    let free = machine.pageAllocator.freePageCount
    try machine.access(p, length: data / 2 - 16, .write, in: child)
    #expect(minorFaults(machine, child) - before == 12_800)
    #expect((12_800 - 64...12_800 + 64).contains(free - machine.pageAllocator.freePageCount))

    before = minorFaults(machine, parent)
    try machine.access(p, length: data / 2 - 16, .write, in: parent)
    #expect(minorFaults(machine, parent) - before == 12_800)
    #expect((12_800 - 64...12_800 + 64).contains(free - machine.pageAllocator.freePageCount))
    try machine.access(p + data / 2, length: data / 4 - 16, .write, in: parent)
    #expect(minorFaults(machine, parent) - before == 12_800 + 6_400)
    machine.exit(child, status: 0)
    try machine.access(p + data / 4 * 3, length: data / 4 - 16, .write, in: parent)
    #expect(minorFaults(machine, parent) - before == 51_254 - 25_654)
    _ = try machine.munmap(mapping, length: length, in: parent)
    #expect(try space(machine, parent).pageTablePages * 4 == 28)
  }

  @Test func hugePagesComeInOneFault() throws {
    var machine = try makeMachine(("thp", "always"))
    let main = try machine.spawn(name: "main").get()
    let mapping = try machine.mmap(length: length, in: main).get()
    let before = minorFaults(machine, main)
    try machine.access(mapping, length: 16, .write, in: main)
    for offset in stride(from: 0, to: data, by: 2 << 20) {
      try machine.access(mapping + 16 + offset, length: 1, .write, in: main)
    }
    #expect(try space(machine, main).resident.huge * 4 == 100_352)
    #expect(minorFaults(machine, main) - before == 50)
    try machine.access(mapping + 16, length: data - 16, .write, in: main)
    #expect(minorFaults(machine, main) - before == 50 + 511)
    #expect(try space(machine, main).pageTablePages * 4 == 228)
  }

  @Test func forkedHugePagesSplitWhenTheyAreWritten() throws {
    var machine = try makeMachine(("thp", "always"))
    let parent = try machine.spawn(name: "parent").get()
    let p = try machine.mmap(length: length, in: parent).get() + 16
    try machine.access(p, length: data, .write, in: parent)
    let child = try machine.fork(parent, name: "child").get()
    // AnonHugePages counts a huge page once, and as long as one of the two maps it whole.
    #expect(machine.memoryStatistics.anonymousHuge * 4 == 100_352)
    var before = minorFaults(machine, child)
    try machine.access(p, length: data / 2 - 16, .write, in: child)
    #expect(machine.memoryStatistics.anonymousHuge * 4 == 100_352)
    #expect(minorFaults(machine, child) - before == 12_800)
    #expect(try space(machine, child).resident.huge * 4 == 49_152)
    before = minorFaults(machine, parent)
    try machine.access(p, length: data / 2 - 16, .write, in: parent)
    #expect(minorFaults(machine, parent) - before == 536)
    #expect(try space(machine, parent).resident.huge * 4 == 98_304)
    #expect(machine.memoryStatistics.anonymousHuge * 4 == 98_304)
    try machine.access(p + data / 2, length: data / 4 - 16, .write, in: parent)
    #expect(minorFaults(machine, parent) - before == 536 + 6_400)
    #expect(try space(machine, parent).resident.huge * 4 == 71_680)
    #expect(machine.memoryStatistics.anonymousHuge * 4 == 98_304)
    machine.exit(child, status: 0)
    try machine.access(p + data / 4 * 3, length: data / 4 - 16, .write, in: parent)
    #expect(minorFaults(machine, parent) - before == 536 + 6_400 + 779)
  }

  @Test func lockedMappingsComeAtOnce() throws {
    for (setting, faults) in [("never", UInt64(25_601)), ("always", 562)] {
      var machine = try makeMachine(("thp", setting))
      let main = try machine.spawn(name: "main").get()
      _ = try machine.mlockall([.current, .future], in: main).get()
      let locked = try space(machine, main).areas.totals
      #expect(locked.locked == locked.total - 6)
      let before = minorFaults(machine, main)
      let mapping = try machine.mmap(length: length, in: main).get()
      #expect(minorFaults(machine, main) - before == faults)
      try machine.access(mapping, length: length, .write, in: main)
      #expect(minorFaults(machine, main) - before == faults)
      #expect(try space(machine, main).areas.totals.locked * 4 == locked.locked * 4 + 102_404)
      _ = try machine.munlockall(in: main)
      #expect(try space(machine, main).areas.totals.locked == 0)
    }
  }

  @Test func readsMapThePageOfZeros() throws {
    var machine = try makeMachine(("thp", "never"))
    let main = try machine.spawn(name: "main").get()
    let mapping = try machine.mmap(length: 1 << 20, in: main).get()
    let before = try space(machine, main).resident
    let faults = minorFaults(machine, main)
    try machine.access(mapping, length: 1 << 20, .read, in: main)
    #expect(try space(machine, main).resident == before)
    #expect(minorFaults(machine, main) - faults == 256)
    try machine.access(mapping, length: 1 << 19, .write, in: main)
    #expect(minorFaults(machine, main) - faults == 256 + 128)
    #expect(try space(machine, main).resident.anonymous == before.anonymous + 128)
  }
}
