// What boot leaves behind, against booted kernels.

import Testing

@testable import LinuxMemory

@Suite("Memory after boot")
struct BootedMemoryTests {
  @Test("free memory is close to the recorded one", arguments: RecordedMachine.all)
  func freeMemory(recorded: RecordedMachine) throws {
    let booted = BootedMemory(configuration: try recorded.configuration())
    let free = booted.ledger.allocator.freePageCount * 4
    // A real kernel's own runs with several CPUs are a mebibyte apart.
    #expect(abs(free - recorded.memFree) <= recorded.memFree / (recorded.cpus == 1 ? 400 : 200), "\(free)")
    let slab = (booted.slab.reclaimablePages + booted.slab.unreclaimablePages) * 4
    #expect(abs(slab - recorded.slab) <= recorded.slab / (recorded.cpus == 1 ? 80 : 20), "\(slab)")
    let mapped = booted.vmallocArea.mappedPages * 4
    #expect(abs(mapped - recorded.vmallocUsed) <= recorded.vmallocUsed / 60, "\(mapped)")
    let large = booted.ledger.allocator.zones.reduce(0) { $0 + $1.freeBlockCount(order: 10) }
    #expect(abs(large - recorded.largestBlocks) <= 8, "\(large)")
  }

  @Test("kernel stacks and per-CPU memory are those recorded", arguments: RecordedMachine.all)
  func kernelMemory(recorded: RecordedMachine) throws {
    let machine = try Machine(configuration: try recorded.configuration())
    #expect(machine.perCPUPages * 4 == recorded.perCPU)
    // The recorded shell ran a program beside init.
    let stacks = machine.memoryStatistics.kernelStackKilobytes
    #expect(abs(stacks - recorded.kernelStack) <= recorded.kernelStack / 16, "\(stacks)")
  }

  @Test("every managed frame is in exactly one place", arguments: RecordedMachine.all)
  func ownership(recorded: RecordedMachine) throws {
    try Self.checkOwnership(try recorded.configuration())
  }

  @Test(
    "odd sizes boot as well",
    arguments: [
      ("x86_64", "128M", 1), ("x86_64", "300M", 3), ("x86_64", "1000M", 5), ("x86_64", "3583M", 2),
      ("x86_64", "5G", 6), ("x86_64", "134221824", 32), ("x86_64", "167776256", 64),
      ("x86_64", "3758100480", 7), ("x86_64", "100G", 12),
      ("i386", "64M", 1), ("i386", "100M", 3), ("i386", "877M", 2), ("i386", "67112960", 32),
      ("i386", "100667392", 64),
      ("i386", "3.5G", 5), ("i386", "4G", 8),
    ])
  func oddSizes(arch: String, ram: String, cpus: Int) throws {
    let settings = [(key: "arch", value: arch), (key: "ram", value: ram), (key: "cpus", value: "\(cpus)")]
    try Self.checkOwnership(try MachineConfiguration(settings: settings))
  }

  private static func checkOwnership(_ configuration: MachineConfiguration) throws {
    let booted = BootedMemory(configuration: configuration)
    #expect(booted.ledger.allocator.invariantViolations() == [])
    #expect(booted.ledger.allocator.freePageCount > 0)
    var ranges = booted.ledger.allocator.heldRanges() + booted.kernelPages.bootFrames
    ranges += booted.slab.caches.flatMap { $0?.bootFrames ?? [] } + booted.slab.bootLargeFrames
    ranges += booted.slab.pool.map { FrameRange(start: FrameNumber($0.frame), count: 1 << Int($0.order)) }
    ranges += booted.vmallocArea.areas.flatMap(\.frames)
    ranges.sort { $0.start < $1.start }
    for (left, right) in zip(ranges, ranges.dropFirst()) {
      #expect(left.end <= right.start)
    }
    #expect(ranges.reduce(0) { $0 + $1.count } == booted.ledger.allocator.totalPages)
  }

  @Test("machines of terabytes boot")
  func extremes() throws {
    for settings in [[("ram", "1T")], [("ram", "2T"), ("cpus", "64")], [("ram", "16T")]] {
      let pairs = settings.map { (key: $0.0, value: $0.1) }
      let booted = BootedMemory(configuration: try MachineConfiguration(settings: pairs))
      #expect(booted.ledger.allocator.invariantViolations() == [])
      #expect(booted.ledger.allocator.freePageCount > 0)
    }
  }

  @Test("the other CPUs' pages come back when the lists are drained")
  func drained() throws {
    var pages = BootedMemory(
      configuration: try MachineConfiguration(settings: [("cpus", "4")])
    ).ledger.allocator
    let free = pages.freePageCount
    let held = pages.perCPUPageCount
    #expect(held > pages.zones.reduce(0) { $0 + $1.perCPUCount })
    for index in pages.zones.indices { pages.zones[index].drainPerCPU() }
    #expect(pages.perCPUPageCount == 0)
    #expect(pages.freePageCount == free + held)
    #expect(pages.invariantViolations() == [])
  }
}
