// What a listener hears of faults.

import Testing

@testable import LinuxMemory

@Suite struct FaultEventTests {
  @Test func faultsThatGoOnBecomeOneEvent() throws {
    var machine = try makeMachine(("thp", "never"))
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 1 << 20, in: main).get()
    let recorder = EventRecorder()
    machine.events.observer = recorder
    machine.events.statement = 7
    machine.actor = main
    for offset in stride(from: 0, to: UInt64(1 << 19), by: 4096) {
      try machine.access(start + offset, length: 1, .write, in: main)
    }
    try machine.access(start, length: 1 << 20, .read, in: main)
    #expect(
      recorder.drain()
        == [
          .fault(.demandZero(process: main, address: start, pages: 128)),
          .fault(.zeroPage(process: main, address: start + (1 << 19), pages: 128)),
        ].map {
          EventRecord(time: machine.clock, statement: 7, process: main, processName: "main", event: $0)
        })
    #expect(recorder.drain().isEmpty)
  }

  @Test func aFullRecorderCountsWhatItLoses() {
    let recorder = EventRecorder(capacity: 2)
    for status in 0..<5 {
      let event = MachineEvent.process(.exited(process: ProcessID(7), name: "x", status: Int32(status)))
      recorder.observe(EventRecord(time: 0, event: event))
    }
    #expect(recorder.droppedCount == 3)
    #expect(recorder.drain().count == 2)
    #expect(recorder.droppedCount == 0)
    #expect(recorder.drain().isEmpty)
  }
}
