// khugepaged keeps the root of a page table until it looks again.

import Testing

@testable import LinuxMemory

@Suite("khugepaged")
struct HugePageCollectorTests {
  private static func machine() throws -> Machine {
    try makeMachine(("thp", "always"))
  }

  /// Runs a program that writes so many MiB; returns how many pages the machine has then less than before.
  private static func run(_ mebibytes: UInt64, on machine: inout Machine) throws -> Int {
    let before = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    let id = try machine.spawn(name: "writer").get()
    let address = try machine.mmap(length: mebibytes << 20, in: id).get()
    try machine.access(address, length: mebibytes << 20, .write, in: id)
    machine.exit(id, status: 0)
    return before - machine.pageAllocator.freePageCount - machine.pageAllocator.perCPUPageCount
  }

  @Test func theFirstLargeProcessLeavesItsRootBehindUntilTheNextLook() throws {
    var machine = try Self.machine()
    #expect(try Self.run(100, on: &machine) == 2)
    // It is with the first one still: whoever comes now is not held.
    #expect(try Self.run(100, on: &machine) == 0)
    machine.sleep(microseconds: HugePageCollector.sleepDuration - 1)
    #expect(try Self.run(100, on: &machine) == 0)
    let kept = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    machine.sleep(microseconds: 1)
    #expect(machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount == kept + 2)
    #expect(try Self.run(100, on: &machine) == 2)
  }

  @Test func aSmallProcessIsThroughAtOnce() throws {
    var machine = try Self.machine()
    #expect(try Self.run(10, on: &machine) == 0)
  }

  @Test func aProcessIsHeldOnlyWhileItLasts() throws {
    var collector = HugePageCollector()
    collector.begin(with: ProcessID(7), blocks: 20, at: 5)
    let second = HugePageCollector.sleepDuration
    #expect(collector.holds(ProcessID(7), at: 5 + 2 * second - 1))
    #expect(!collector.holds(ProcessID(7), at: 5 + 2 * second))
    #expect(!collector.holds(ProcessID(8), at: 5))
    #expect(collector.isIdle(at: 5 + 2 * second))
    #expect(!collector.isIdle(at: 6))
  }
}
