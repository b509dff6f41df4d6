// A host hears of what happens while it happens, whatever the script does with its machine.

import LinuxMemory
import MemScript
import ScriptLanguage
import Synchronization
import Testing

@Suite struct EventObserverTests {
  /// Keeps what it hears.
  private final class Listener: EventObserver {
    private let heard = Mutex<[EventRecord]>([])
    var records: [EventRecord] { heard.withLock { $0 } }
    func observe(_ record: EventRecord) { heard.withLock { $0.append(record) } }
  }

  @Test("events come while the script runs, with time, statement and process")
  func whileItRuns() throws {
    let listener = Listener()
    nonisolated(unsafe) var heardBeforeEnd = 0
    let session = try Session { _, text in
      if text.contains("there") { heardBeforeEnd = listener.records.count }
    }
    session.eventObserver = listener
    session.run("p = malloc(1M)\nsleep(2)\nwrite(p, 1M)\nprint(\"there\")\nfree(p)")
    #expect(heardBeforeEnd > 0 && heardBeforeEnd < listener.records.count)
    let faults = listener.records.filter { if case .fault = $0.event { true } else { false } }
    #expect(faults.map(\.statement) == faults.map { _ in 3 } || faults.contains { $0.statement == 3 })
    #expect(listener.records.allSatisfy { $0.process == session.currentProcess })
    let times = listener.records.map(\.time)
    #expect(times == times.sorted() && times.last.map { $0 >= 2_000_000 + times[0] } == true)
  }

  @Test("a reboot, an undo and another machine of the host's switch nothing off")
  func otherMachines() throws {
    let listener = Listener()
    let session = try Session { _, _ in }
    session.eventObserver = listener
    func hears(_ text: String, at place: Testing.SourceLocation = #_sourceLocation) {
      let before = listener.records.count
      session.run(SourceText(name: "shell", text: text), isInteractive: true)
      #expect(listener.records.count > before, "\(text)", sourceLocation: place)
    }
    hears("write(malloc(1M), 1M)")
    hears("machine ram=512M\nwrite(malloc(1M), 1M)")
    _ = session.undo()
    hears("write(malloc(1M), 1M)")
    session.machine = try Machine(configuration: MachineConfiguration())
    _ = session.machine.spawn(name: "main")
    #expect(session.machine.events.observer == nil)
    hears("machine ram=1G\nwrite(malloc(2M), 2M)")
    session.eventObserver = nil
    let before = listener.records.count
    session.run("write(malloc(1M), 1M)")
    #expect(listener.records.count == before)
  }

  @Test("a trace and an observer hear the same")
  func besideATrace() throws {
    let listener = Listener()
    nonisolated(unsafe) var trace = ""
    let session = try Session { kind, text in if kind == .trace { trace += text } }
    session.isTracing = true
    session.eventObserver = listener
    session.run("write(malloc(1M), 1M)")
    #expect(trace.contains("fault") && !listener.records.isEmpty)
  }
}
