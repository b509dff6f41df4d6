// Tests of starting a replay again in the same process.

import Testing

@testable import LinuxMemory

@Suite("A replay that starts again") struct RestartTests {
  @Test func blocksThatAreLeftAreFreedFirst() throws {
    var trace = AllocationTrace()
    for id in 1...5 as ClosedRange<UInt64> {
      trace.append(AllocationOperation(.malloc, trace.slot(forID: id), 5000 * id), line: Int(id))
    }
    trace.append(AllocationOperation(.free, trace.slot(forID: 2)), line: 6)
    trace.append(AllocationOperation(.mallopt, .null, 1, 0), line: 7)
    var machine = try Machine(configuration: MachineConfiguration())
    let process = try machine.spawn(name: "main").get()
    var replayer = TraceReplayer(trace, on: machine, in: process)
    replayer.advance()
    let live = replayer.usage.live.now
    #expect(live == 65_000)
    #expect(trace.allocations.operations.count == 6)
    #expect(replayer.restart(with: trace.allocations) == 4)
    #expect(replayer.usage.live.now == 0)
    replayer.advance()
    #expect(replayer.isFinished)
    #expect(replayer.usage.live.now == live)
  }
}
