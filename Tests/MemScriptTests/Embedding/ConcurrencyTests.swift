// Many sessions at once, cancelled from anywhere, and what one costs.

import Foundation
import LinuxMemory
import MemScript
import Testing

struct ConcurrencyTests {
  @Test("a thousand sessions at once come to the same as one after the other")
  func thousandSessions() async throws {
    let script =
      "p = malloc(1M); write p; q = []; for i in 0..<20 { push(q, malloc(i * 50)) }\nr = field(\"/proc/self/status\", \"VmRSS\")"
    let expected = try Session()
    expected.run(script)
    let results = try await withThrowingTaskGroup(of: (ScriptValue?, Bool).self) { group in
      for number in 0..<1000 {
        group.addTask {
          let session = try Session()
          session.run(script)
          return (
            try session.value(of: "r"), number % 20 > 0 || session.machine.invariantViolations().isEmpty
          )
        }
      }
      var results: [(ScriptValue?, Bool)] = []
      for try await result in group { results.append(result) }
      return results
    }
    let value = try expected.value(of: "r")
    #expect(results.count == 1000 && results.allSatisfy { $0.0 == value && $0.1 })
  }

  @Test("branches of one snapshot run in tasks of their own and do not know of each other")
  func branches() async throws {
    let session = try Session()
    session.run("l = [0]; func f(x) { push(l, x); return len(l) }\nprocess web { p = malloc(1M); write p }")
    let base = session.snapshot()
    let lengths = await withTaskGroup(of: Int?.self) { group in
      for number in 0..<50 {
        group.addTask {
          let branch = Session(from: base)
          for round in 0..<number { _ = try? branch.call("f", arguments: [.integer(Int64(round))]) }
          branch.run("kill -9 $web")
          return try? branch.evaluate("len(l)", as: Int.self)
        }
      }
      var lengths: [Int?] = []
      for await length in group { lengths.append(length) }
      return Set(lengths)
    }
    #expect(lengths == Set((1...50).map { Optional($0) }))
    #expect(try session.evaluate("len(l)") == 1)
    #expect(session.machine.processes.live.contains { $0.name == "web" })
  }

  /// A session that an actor keeps to itself.
  private actor Shell {
    let session: Session
    init() throws { session = try Session() }
    func run(_ text: String) -> RunOutcome { session.run(text) }
  }

  @Test("an actor may own a session")
  func inAnActor() async throws {
    let shell = try Shell()
    #expect(await shell.run("x = 1") == .finished)
    #expect(await shell.run("expect x == 1") == .finished)
  }

  @Test(
    "a run ends when its task is cancelled, whatever it does",
    arguments: [
      "while true { }", "func f(n) { return f(n) }\nwhile true { try { f(1) } catch e { } }",
      "while true { cat /proc/meminfo > /dev/null }",
      "p = malloc(1M); while true { write p; madvise(p, 1M, MADV_DONTNEED) }",
    ])
  func taskCancellation(script: String) async throws {
    let task = Task.detached {
      let session = try Session()
      return session.run(script)
    }
    // Runs may take all threads that tasks have; who cancels them needs one of its own.
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.03)
      task.cancel()
    }
    #expect(try await task.value == .interrupted)
  }

  @Test("what is cancelled before it begins does nothing")
  func cancelledBefore() async throws {
    let task = Task.detached {
      withUnsafeCurrentTask { $0?.cancel() }
      let session = try Session()
      let outcome = session.run("x = 1")
      #expect(throws: ScriptFailure.self) { try session.evaluate("1") }
      return (outcome, session.variableNames)
    }
    let (outcome, names) = try await task.value
    #expect(outcome == .interrupted && names == [])
  }

  @Test("a session and a snapshot take little of the host's memory")
  func stateBytes() throws {
    let session = try Session()
    #expect(session.machine.stateByteCount < 200_000)
    session.run("process web { p = malloc(100M); write p }")
    let before = session.machine.stateByteCount
    var snapshots: [SessionSnapshot] = []
    for round in 0..<1000 {
      session.run("x = \(round)")
      snapshots.append(session.snapshot())
    }
    #expect(snapshots.count == 1000 && session.machine.stateByteCount < before + 10_000)
  }
}
