// A machine of 1 TiB that runs out of memory: by ranges, not by pages.

import Testing

@testable import LinuxMemory

@Suite("OOM on a large machine")
struct LargeMachineTests {
  @Test("100 processes of 10 GiB and one more: the newest of the largest dies", arguments: [true, false])
  func hundred(hasHugePages: Bool) throws {
    var configuration = MachineConfiguration()
    configuration.ram = 1 << 40
    configuration.transparentHugePages = hasHugePages ? .always : .never
    var machine = try Machine(configuration: configuration)
    _ = try machine.writeTunable("overcommit_memory", text: "1", by: ProcessID(1)).get()
    let size: UInt64 = 10 << 30
    let services = try (0..<100).map { _ in
      let process = try machine.spawn(name: "service").get()
      let start = try machine.mmap(length: size, in: process).get()
      try machine.access(start, length: size, .write, in: process)
      return process
    }
    let last = try machine.spawn(name: "last").get()
    let start = try machine.mmap(length: size, in: last).get()
    try machine.access(start, length: size, .write, in: last)
    #expect(machine.oomKiller.history.verdicts.map(\.victim) == [services[99]])
    let figures = try #require(machine.oomKiller.history.verdicts.last?.ranking.worst?.figures)
    #expect(figures.residentPages >= Int(size >> 12))
    // One table for each 2 MiB, and few above them.
    #expect((5120...5140).contains(figures.pageTablePages))
    // What the state costs follows how memory was touched, not how much.
    let extents = machine.processes.all.reduce(0) {
      $0 + $1.addressSpace.pageTable.mappings.extentCount
    }
    #expect(extents < 20_000, "\(extents)")
    #expect(machine.stateByteCount < 20 << 20)
  }
}
