// The recorded real-time program: mlockall, mallopt, malloc, touch, free, with every combination.

import Testing

@testable import LinuxMemory

/// What the recording tells of a process after a step, each as the change since the step before.
private struct Step: Equatable, CustomStringConvertible {
  var minorFaults: Int
  var size: Int
  var locked: Int
  var tables: Int

  init(_ minorFaults: Int, size: Int, locked: Int = 0, tables: Int = 0) {
    self.minorFaults = minorFaults
    self.size = size
    self.locked = locked
    self.tables = tables
  }

  var description: String { "(\(minorFaults), size: \(size), locked: \(locked), tables: \(tables))" }
}

@Suite struct RecordedRealTimeTests {
  /// Runs the program with 100 MiB after a small malloc that sets the heap up, as printf did there.
  private func run(thp: String, lock: Bool, options: Bool) throws -> [Step] {
    var machine = try makeMachine(("thp", thp))
    let main = try machine.spawn(name: "rt").get()
    let size: UInt64 = 100 << 20
    _ = try machine.malloc(16, in: main)
    if lock { _ = try machine.mlockall([.current, .future], in: main).get() }
    if options {
      _ = try machine.mallopt(-1, -1, in: main)
      _ = try machine.mallopt(-4, 0, in: main)
    }
    var steps: [Step] = []
    var last = try state(machine, main)
    func note(_ machine: Machine) throws {
      let now = try state(machine, main)
      steps.append(
        Step(
          now.minorFaults - last.minorFaults, size: now.size - last.size, locked: now.locked - last.locked,
          tables: now.tables - last.tables))
      last = now
    }
    for _ in 0..<2 {
      let block = try machine.malloc(size, in: main)
      try note(machine)
      try machine.access(block, length: size - 4096, .write, in: main)
      try note(machine)
      try machine.free(block, in: main)
      try note(machine)
    }
    return steps
  }

  private func state(_ machine: Machine, _ process: ProcessID) throws -> Step {
    let process = try #require(machine.processes[process])
    let totals = process.addressSpace.areas.totals
    return Step(
      Int(process.usage.minorFaults), size: totals.total * 4, locked: totals.locked * 4,
      tables: process.addressSpace.pageTablePages * 4)
  }

  @Test func plain() throws {
    let steps = try run(thp: "never", lock: false, options: false)
    #expect(
      steps == [
        Step(1, size: 102_404, tables: 4), Step(25_599, size: 0, tables: 196),
        Step(0, size: -102_404, tables: -200),
        Step(1, size: 102_404, tables: 4), Step(25_599, size: 0, tables: 196),
        Step(0, size: -102_404, tables: -200),
      ])
  }

  @Test func keptInTheHeap() throws {
    let steps = try run(thp: "never", lock: false, options: true)
    #expect(steps[1].minorFaults == 25_599 || steps[1].minorFaults == 25_600)
    #expect(steps.map(\.size) == [102_400, 0, 0, 0, 0, 0])
    #expect(steps[2...].allSatisfy { $0 == Step(0, size: 0) })
  }

  @Test func locked() throws {
    let steps = try run(thp: "never", lock: true, options: false)
    #expect(
      steps == [
        Step(25_601, size: 102_404, locked: 102_404, tables: 200), Step(0, size: 0),
        Step(0, size: -102_404, locked: -102_404, tables: -200),
        Step(25_601, size: 102_404, locked: 102_404, tables: 200), Step(0, size: 0),
        Step(0, size: -102_404, locked: -102_404, tables: -200),
      ])
  }

  @Test func lockedAndKept() throws {
    for (thp, faults) in [("never", 25_600), ("always", 561)] {
      let steps = try run(thp: thp, lock: true, options: true)
      #expect(steps[0].minorFaults == faults && steps[0].locked == 102_400)
      #expect(steps[1...].allSatisfy { $0 == Step(0, size: 0) })
    }
  }

  @Test func hugePages() throws {
    let steps = try run(thp: "always", lock: false, options: false)
    #expect(steps.map(\.minorFaults) == [1, 560, 0, 1, 560, 0])
    let locked = try run(thp: "always", lock: true, options: false)
    #expect(locked.map(\.minorFaults) == [562, 0, 0, 562, 0, 0])
  }
}
