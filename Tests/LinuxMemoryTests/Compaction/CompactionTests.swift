// Compaction: what moves, what stays, and that nothing is lost on the way.

import Testing

@testable import LinuxMemory

@Suite("Compaction")
struct CompactionTests {
  /// A machine on which a process fills most of the memory and gives pages back at random.
  private func fragmented(
    _ architecture: String, seed: UInt64, mebibytes: UInt64 = 110
  ) throws -> (machine: Machine, process: ProcessID, address: UInt64) {
    var machine = try Machine(
      configuration: MachineConfiguration(settings: [
        ("ram", "224M"), ("arch", architecture), ("thp", "never"),
      ]))
    let process = try machine.spawn(name: "hold").get()
    let address = try machine.mmap(length: mebibytes << 20, in: process).get()
    try machine.access(address, length: mebibytes << 20, .write, in: process)
    var random = SplitMix(seed: seed)
    for page in 0..<(mebibytes << 8) where UInt.random(in: 0..<2, using: &random) == 0 {
      _ = try machine.madvise(address + page << 12, length: 4096, .dontNeed, in: process).get()
    }
    return (machine, process, address)
  }

  /// The frames behind the pages of a process.
  private func frames(_ machine: Machine, _ process: ProcessID) throws -> [Int: Int] {
    let space = try #require(machine.processes[process]).addressSpace
    var result: [Int: Int] = [:]
    for extent in space.pageTable.mappings.all {
      guard let frame = extent.value.frame else { continue }
      for page in extent.range { result[frame.rawValue + Int(page - extent.start)] = Int(page) }
    }
    return result
  }

  @Test("page by page as a naive scan", arguments: ["x86_64", "i386"], [1, 2, 3] as [UInt64])
  func naive(architecture: String, seed: UInt64) throws {
    var (machine, process, _) = try fragmented(architecture, seed: seed)
    // The model knows no per-CPU lists.
    for index in machine.pageAllocator.zones.indices { machine.ledger.drainPerCPU(zone: index) }
    let before = try frames(machine, process)
    let zones = machine.pageAllocator.zones
    machine.compactMemory()
    let after = try frames(machine, process)
    var expected: [Int: Int] = [:]
    for zone in zones where zone.isPopulated {
      var model = NaiveCompaction(before.filter { zone.contains(FrameNumber($0.key)) }, zone: zone)
      model.run()
      expected.merge(model.pages) { first, _ in first }
    }
    let differing = after.filter { expected[$0.key] != $0.value }.keys.sorted()
    #expect(
      differing.isEmpty && after.count == expected.count,
      "seed \(seed): \(differing.count) frames of \(after.count), the first \(differing.prefix(4))")
    #expect(machine.compaction.migrated > 1000)
  }

  @Test("after a request for a large block, and what is left unmoved")
  func largeBlock() throws {
    var (machine, process, address) = try fragmented("x86_64", seed: 7)
    _ = try machine.fork(process, name: "child").get()
    let shared = try machine.mmap(length: 8 << 20, flags: [.shared, .anonymous], in: process).get()
    try machine.access(shared, length: 8 << 20, .write, in: process)
    let file = try machine.files.create("/data", size: 6 << 20).get()
    _ = try machine.readFile(file.path, by: process).get()
    try machine.access(address, length: 16 << 20, .write, in: process)
    let resident = machine.processes.live.map { $0.addressSpace.resident }
    let pinned = try machine.getFreePages(.GFP_KERNEL, order: 0).get()
    // Whatever large blocks are left are used up first.
    while case .success = machine.allocPages([.GFP_NOWAIT, .__GFP_NOWARN], order: 9) {}
    let before = machine.compaction.migrated
    let block = machine.allocPages(.GFP_KERNEL, order: 9)
    #expect((try? block.get()) != nil)
    #expect(machine.compaction.migrated > before)
    #expect(machine.compaction.stalls == machine.compaction.successes + machine.compaction.failures)
    #expect(machine.processes.live.map { $0.addressSpace.resident } == resident)
    #expect(machine.invariantViolations() == [])
    try expectSeparate(machine)
    try machine.freePages(at: pinned, order: 0)
  }

  @Test("whatever happens, every frame comes back", arguments: [11, 12, 13, 14] as [UInt64])
  func conservation(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var machine = try Machine(
      configuration: MachineConfiguration(settings: [("ram", "192M"), ("thp", "never"), ("swap", "32M")]))
    var processes: [(process: ProcessID, address: UInt64)] = []
    let length: UInt64 = 24 << 20
    for step in 0..<40 {
      switch Int.random(in: 0..<6, using: &random) {
      case 0 where processes.count < 4:
        let process = try machine.spawn(name: "p\(step)").get()
        let address = try machine.mmap(length: length, in: process).get()
        try machine.access(address, length: length, .write, in: process)
        processes.append((process, address))
      case 1 where !processes.isEmpty && processes.count < 4:
        let parent = processes[Int.random(in: processes.indices, using: &random)]
        processes.append((try machine.fork(parent.process, name: "c\(step)").get(), parent.address))
      case 2 where !processes.isEmpty:
        let ended = processes.remove(at: Int.random(in: processes.indices, using: &random))
        machine.exit(ended.process, status: 0)
      case 3: machine.compactMemory()
      default:
        guard let (process, address) = processes.randomElement(using: &random) else { continue }
        for _ in 0..<200 {
          let page = UInt64.random(in: 0..<length >> 12, using: &random)
          if Bool.random(using: &random) {
            _ = try machine.madvise(address + page << 12, length: 4096, .dontNeed, in: process).get()
          } else {
            try machine.access(address + page << 12, length: 1, .write, in: process)
          }
        }
      }
      #expect(machine.invariantViolations() == [], "seed \(seed), step \(step)")
      try expectSeparate(machine)
    }
    for (process, _) in processes { machine.exit(process, status: 0) }
    #expect(machine.sharedFrames.isEmpty, "seed \(seed)")
  }

  /// No frame is both free and in use.
  private func expectSeparate(_ machine: Machine) throws {
    var used: [FrameRange] = []
    for process in machine.processes.live {
      for extent in process.addressSpace.pageTable.mappings.all {
        guard let frame = extent.value.frame else { continue }
        used.append(FrameRange(start: frame, count: Int(extent.count)))
      }
    }
    machine.files.forEachCachedRun { _, _, run in used.append(run) }
    let held = machine.pageAllocator.heldRanges()
    var next = 0
    for run in used.sorted(by: { $0.start < $1.start }) {
      while next < held.count, held[next].end <= run.start { next += 1 }
      if next < held.count, held[next].start < run.end {
        Issue.record("frames of \(held[next]) are free and in use")
        return
      }
    }
  }
}
