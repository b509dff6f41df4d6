// What a listener hears of faults.

import Testing

@testable import LinuxMemory

@Suite struct FaultEventTests {
  @Test func faultsThatGoOnBecomeOneEvent() throws {
    var machine = try makeMachine(("thp", "never"))
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 1 << 20, in: main).get()
    machine.events.isEnabled = true
    for offset in stride(from: 0, to: UInt64(1 << 19), by: 4096) {
      try machine.access(start + offset, length: 1, .write, in: main)
    }
    try machine.access(start, length: 1 << 20, .read, in: main)
    #expect(
      machine.events.drain() == [
        .fault(.demandZero(process: main, address: start, pages: 128)),
        .fault(.zeroPage(process: main, address: start + (1 << 19), pages: 128)),
      ])
    #expect(machine.events.drain().isEmpty)
  }

  @Test func aFullRecorderCountsWhatItLoses() {
    var recorder = EventRecorder(isEnabled: true, capacity: 2)
    for status in 0..<5 { recorder.record(.process(.exited(process: ProcessID(7), status: Int32(status)))) }
    #expect(recorder.droppedCount == 3)
    #expect(recorder.drain().count == 2)
    #expect(recorder.droppedCount == 0)
    recorder.isEnabled = false
    recorder.record(.process(.exited(process: ProcessID(7), status: 0)))
    #expect(recorder.drain().isEmpty)
  }
}
