// Hooks before and after statements, pausing, going on, and events as a sequence.

import MemScript
import Synchronization
import Testing

struct StatementHookTests {
  private static let script = """
    a = 1
    process web {
      b = 2
      for i in 0..<2 { p = malloc(10) }
    }
    func f() { c = 4; return c }
    d = f()
    """

  @Test("statements announce themselves with line, process and number; blocks with their head")
  func announces() throws {
    let session = try Session()
    var seen: [String] = []
    session.statementWillRunHook = { statement in
      seen.append("\(statement.number) \(statement.line) \(statement.processName) \(statement.text)")
      return .proceed
    }
    session.statementDidRunHook = { statement in
      seen.append("\(statement.number) done")
      return .proceed
    }
    #expect(session.run(Self.script) == .finished)
    #expect(
      seen == [
        "1 1 main a = 1", "1 done", "2 2 main process web {", "2 done", "3 3 web b = 2", "3 done",
        "4 4 web for i in 0..<2 { p = malloc(10) }", "4 done", "5 4 web p = malloc(10)", "5 done",
        "6 4 web p = malloc(10)", "6 done", "7 7 main d = f()", "8 6 main c = 4", "8 done",
        "9 6 main return c",
        "9 done", "7 done",
      ])
  }

  @Test("a hook stops a run before or after a statement")
  func stops() throws {
    let session = try Session()
    session.statementWillRunHook = { $0.text == "b = 2" ? .stop : .proceed }
    #expect(session.run(Self.script) == .interrupted)
    #expect(session.variableNames == ["a"])
    session.statementWillRunHook = nil
    session.statementDidRunHook = { $0.text == "b = 2" ? .stop : .proceed }
    #expect(session.run(Self.script) == .interrupted)
    #expect(session.variableNames == ["a", "b"])
    session.statementDidRunHook = nil
    #expect(session.run(Self.script) == .finished)
  }

  @Test("a run is paused anywhere, looked at, and goes on as if nothing had been")
  func pauses() throws {
    let plain = try Session()
    plain.run(Self.script)
    let session = try Session()
    session.statementWillRunHook = { _ in .pause }
    session.statementDidRunHook = { _ in .pause }
    var outcome = session.run(Self.script)
    var pauses = 0
    while outcome == .paused {
      pauses += 1
      #expect(session.isPaused)
      #expect(session.machine.invariantViolations().isEmpty)
      #expect(throws: ScriptFailure.self) { try session.evaluate("1") }
      #expect(session.run("x = 1").failure != nil)
      _ = session.snapshot()
      outcome = session.resume()
    }
    #expect(pauses == 18)
    #expect(outcome == .finished && !session.isPaused)
    #expect(session.machine == plain.machine)
    #expect(try session.value(of: "d") == 4)
    #expect(session.resume() == .finished)
  }

  @Test("a paused run can be given up, or left by going back")
  func abandons() throws {
    let session = try Session()
    let start = session.snapshot()
    session.statementWillRunHook = { $0.text == "b = 2" ? .pause : .proceed }
    #expect(session.run(Self.script) == .paused)
    #expect(session.machine.process(session.currentProcess)?.name == "web")
    session.abandon()
    #expect(!session.isPaused && session.machine.process(session.currentProcess)?.name == "main")
    #expect(try session.evaluate("a") == 1)
    #expect(session.run(Self.script) == .paused)
    session.restore(start)
    #expect(!session.isPaused && session.variableNames == [])
    #expect(session.run("print 1") == .finished)
  }

  @Test("steps that a pause interrupts are not taken twice")
  func pausesAndLimits() throws {
    let session = try Session(limits: ScriptLimits(steps: 5000))
    session.statementWillRunHook = { _ in .pause }
    var outcome = session.run("for i in 0..<100 { a = i }")
    while outcome == .paused { outcome = session.resume() }
    #expect(outcome == .finished)
    #expect(session.stepsTaken < 200)
  }

  @Test("events come while a script runs, with time, statement and process, and across machines")
  func events() async throws {
    // The sequence ends with its session.
    func run(_ whoCollects: (AsyncStream<EventRecord>) -> Task<[EventRecord], Never>) throws -> Task<
      [EventRecord], Never
    > {
      let session = try Session()
      let task = whoCollects(session.events())
      session.run(
        "p = malloc 10M\nwrite p, 1M\nmachine ram=2G\nprocess hog { q = malloc 1M; write q; kill -9 $hog }")
      return task
    }
    let records = try await run { events in Task { await events.reduce(into: []) { $0.append($1) } } }.value
    let faults = records.filter { if case .fault = $0.event { true } else { false } }
    #expect(faults.count >= 2)
    #expect(faults.first?.statement == 1 && faults.first?.processName == "main")
    #expect(faults.last?.processName == "hog")
    #expect(
      records.contains { record in
        if case .process(.killed(_, let name, let signal)) = record.event {
          name == "hog" && signal == 9
        } else {
          false
        }
      })
    #expect(zip(records, records.dropFirst()).allSatisfy { $0.statement ?? 0 <= $1.statement ?? 0 })
  }
}
