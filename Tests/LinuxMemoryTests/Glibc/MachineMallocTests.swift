// The allocator of a process on a whole machine.

import Testing

@testable import LinuxMemory

@Suite("malloc on a machine")
struct MachineMallocTests {
  private func boot(_ settings: [(String, String)] = []) throws -> (Machine, ProcessID) {
    var machine = try Machine(configuration: MachineConfiguration(settings: settings))
    let process = try machine.spawn(name: "test").get()
    return (machine, process)
  }

  /// A block reaches into the first word of the chunk behind it, in use or top.
  @Test func lastWordBelongsToItsBlock() throws {
    var (machine, process) = try boot()
    let first = try machine.malloc(24, in: process)
    let second = try machine.malloc(24, in: process)
    #expect(machine.allocation(containing: first + 23, in: process)?.address == first)
    #expect(machine.allocation(containing: first + 24, in: process)?.address == second)
    #expect(machine.allocation(containing: second + 23, in: process)?.address == second)
    #expect(machine.allocation(containing: second + 24, in: process) == nil)
  }

  @Test func largeBlockHasAMappingOfItsOwn() throws {
    var (machine, process) = try boot()
    let recorder = EventRecorder()
    machine.events.observer = recorder
    let address = try machine.malloc(100 << 20, in: process)
    #expect(address & 0xfff == 0x10)
    #expect(machine.allocation(containing: address + 5000, in: process)?.address == address)
    let steps = recorder.drain().compactMap { record -> GlibcEvent? in
      guard case .glibc(let step) = record.event else { return nil }
      #expect(record.process == process)
      return step
    }
    #expect(steps.contains(.mapped(address: address - 16, length: 104_861_696, threshold: 131_072)))
    try machine.free(address, in: process)
    #expect(machine.allocation(containing: address, in: process) == nil)
  }

  /// So many that they would reach whatever lies below the top of the area for mappings.
  @Test(arguments: ["x86_64", "i386"])
  func manyMappingsLeaveTheBinsAlone(_ architecture: String) throws {
    var (machine, process) = try boot([("arch", architecture)])
    _ = try machine.mallopt(MallocOption.mappingThreshold.rawValue, 1000, in: process)
    var blocks: [UInt64] = []
    for _ in 0..<1500 { blocks.append(try machine.malloc(1000, in: process)) }
    #expect(machine.processes[process]?.malloc?.invariantViolations() == [])
    #expect(try machine.mallinfo2(in: process).hblks > 1300)
    for block in blocks { try machine.free(block, in: process) }
    #expect(machine.processes[process]?.malloc?.invariantViolations() == [])
    #expect(try machine.mallinfo2(in: process).hblks == 0)
  }

  @Test func failureSetsErrno() throws {
    var (machine, process) = try boot()
    #expect(try machine.malloc(.max, in: process) == 0)
    #expect(machine.processes[process]?.errno == .ENOMEM)
  }

  @Test func posixMemalignChecksItsAlignment() throws {
    var (machine, process) = try boot()
    for alignment: UInt64 in [0, 4, 24, 100] {
      #expect(try machine.posixMemalign(alignment, 8, in: process) == .failure(.EINVAL))
    }
    #expect(try machine.posixMemalign(64, 8, in: process).get().isMultiple(of: 64))
  }

  @Test func reallocarrayChecksTheProduct() throws {
    var (machine, process) = try boot()
    #expect(try machine.reallocarray(0, 1 << 33, 1 << 33, in: process) == 0)
    #expect(machine.processes[process]?.errno == .ENOMEM)
  }

  @Test func callocClearsReusedMemory() throws {
    var (machine, process) = try boot()
    let block = try machine.malloc(2000, in: process)
    _ = try machine.malloc(24, in: process)
    try machine.store(.max, count: 8, at: block + 800, in: process)
    try machine.free(block, in: process)
    #expect(try machine.calloc(1, 2000, in: process) == block)
    #expect(machine.processes[process]?.malloc?.word(at: block + 800) == 0)
  }

  @Test func doubleFreeAborts() throws {
    var (machine, process) = try boot()
    let address = try machine.malloc(24, in: process)
    try machine.free(address, in: process)
    do {
      try machine.free(address, in: process)
      Issue.record("the second free went through")
    } catch {
      #expect(error.signal == 6)
      #expect(error.message == "free(): double free detected in tcache 2")
    }
    #expect(machine.processes[process]?.isAlive != true)
  }

  @Test(arguments: [0x10, 0x1234_5678, .max, 0x5555_5555_0000, 1 << 63] as [UInt64])
  func freeingNonsenseEndsTheProcessOnly(_ address: UInt64) throws {
    var (machine, process) = try boot()
    _ = try machine.malloc(24, in: process)
    #expect(throws: FatalSignal.self) { try machine.free(address, in: process) }
    #expect(machine.processes[ProcessID(1)]?.isAlive == true)
  }

  @Test func forkedChildHasItsOwnHeap() throws {
    var (machine, process) = try boot()
    let address = try machine.malloc(24, in: process)
    let child = try machine.fork(process, name: "child").get()
    try machine.free(address, in: child)
    #expect(machine.allocation(containing: address, in: child)?.isLive == false)
    #expect(machine.allocation(containing: address, in: process)?.isLive == true)
    #expect(try machine.malloc(24, in: process) != address)
  }

  @Test func thirtyTwoBitMachine() throws {
    var (machine, process) = try boot([("arch", "i386")])
    let address = try machine.malloc(12, in: process)
    #expect(address.isMultiple(of: 16))
    #expect(try machine.mallocUsableSize(address, in: process) == 12)
  }
}
