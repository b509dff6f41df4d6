// What a stranger's script may cost: each limit ends each kind of work, and says its name.

import LinuxMemory
import ScriptLanguage
import Testing

@testable import MemScript

@Suite("limits")
struct LimitTests {
  /// Scripts that each do one kind of work for ever, or for much longer than is allowed.
  static let endless = [
    "while true { cat /proc/zoneinfo }",
    "s = \"abcdefgh\"; for i in 0..<14 { s = s + s }; while true { print s, s, s, s }",
    "i = 0; while true { kmem_cache_create(\"{i}\", 64); i += 1 }",
    "i = 0; while true { process \"a name of the process {i}\" { }; i += 1 }",
    "l = range(200000); while true { sum(l) }",
    "l = range(200000); while true { print l }",
    "a = \"a\"; for i in 0..<18 { a = a + a }; while true { find(a, slice(a, 0, 100000) + \"b\") }",
    "while true { grep -cE '((a|b|c)*(x|y)*){200}q' /proc/slabinfo }",
    "while true { machine ram=16T, cpus=64 }",
    "for i in 0..<20000 { malloc 24 }; while true { heap -a }",
    "overcommit 1; for i in 0..<4000 { p = mmap(0, 4096); write p, 1; mmap(0, 4096, PROT_READ) }; while true { fork \"c\" }",
    "machine ram=1T, swap=128G, thp=always; overcommit 1; while true { process a { p = mmap(0, 1200G); write p, 1200G } }",
    "while true { cat /proc/self/smaps; ps aux; pmap -x $main; vmstat; slabtop -o; free }",
    "func f() { return f() }; f()",
    "while true { vfree(vmalloc(1M)) }",
    "while true { dd if=/dev/zero of=/f bs=1M count=1000000 }",
  ]

  @Test("a budget of steps ends every kind of work", arguments: endless)
  func steps(script: String) throws {
    let transcript = try Transcript(
      machine: "disk=64M", limits: ScriptLimits(steps: 60_000, callDepth: .max >> 1, outputBytes: 1 << 30))
    expectEnd(transcript.run(script), "ScriptLimits.", transcript)
  }

  @Test("a deadline ends every kind of work, by the embedder's clock", arguments: endless)
  func deadline(script: String) throws {
    // A clock that goes on by a millisecond each time somebody looks.
    let clock = SteppingClock()
    let limits = ScriptLimits(
      callDepth: .max >> 1, deadline: ScriptDeadline(.milliseconds(4), now: clock.read))
    let transcript = try Transcript(machine: "disk=64M", limits: limits)
    expectEnd(transcript.run(script), "ScriptLimits.", transcript)
    #expect(clock.readings < 10)
  }

  @Test(
    "output is counted to the byte, wherever it comes from",
    arguments: [
      "while true { print \"0123456789\" }", "while true { cat /proc/zoneinfo }",
      "while true { echo ab; echo é }",
      "for i in 0..<100 { malloc 24 }; while true { heap -a }", "print range(100000)",
    ])
  func output(script: String) throws {
    var printed = 0
    let session = try Session(limits: ScriptLimits(outputBytes: 1000)) { kind, text in
      if kind != .diagnostic { printed += text.utf8.count }
    }
    guard let diagnostics = session.run(script).failure?.diagnostics else {
      Issue.record("went on")
      return
    }
    #expect(diagnostics.last?.hint == "the limit is `ScriptLimits.outputBytes`")
    // A character of several bytes is not cut.
    #expect((998...1000).contains(printed))
  }

  @Test(
    "output that is refused ends the script, whoever prints it",
    arguments: [
      "malloc_stats(); x = 1", "malloc_info(0); x = 1", "p = malloc 10; heap(p); x = 1",
      "p = malloc 10; free p; write p",
      "sysctl -a", "expect 1 == 2",
    ])
  func outputOfCalls(script: String) throws {
    let transcript = try Transcript(limits: ScriptLimits(outputBytes: 4))
    guard let diagnostics = transcript.run(script).outcome.failure?.diagnostics else {
      Issue.record("went on: \(script)")
      return
    }
    #expect(diagnostics.contains { $0.hint == "the limit is `ScriptLimits.outputBytes`" })
  }

  @Test("texts that are given to commands are charged, and what a message shows of them is cut")
  func longTexts() throws {
    let text = "s = \"abcdefgh\"; for i in 0..<17 { s = s + s }; "
    let limits = ScriptLimits(steps: 1_000_000, stateBytes: 32 << 20)
    for (script, message) in [
      ("while true { kmem_cache_create(s, 64) }", ""), ("mallinfo2(s)", ""),
      ("cat $s", "Argument list too long"),
      ("cd \"/{slice(s, 0, 5000)}\"", "File name too long"),
      ("print \(String(repeating: "a", count: 100_000))", ""),
      ("truncate -s 1 \"/{slice(s, 0, 300)}\"", "File name too long"), ("dd if=$s", "Argument list too long"),
    ] {
      let transcript = try Transcript(limits: limits)
      let outcome = transcript.run(text + script).outcome
      if !message.isEmpty {
        #expect(transcript.standardError.contains(message), "\(script.prefix(40))")
      } else if let diagnostics = outcome.failure?.diagnostics {
        #expect(diagnostics.allSatisfy { $0.message.utf8.count < 3000 }, "\(script.prefix(40))")
      } else {
        Issue.record("went on: \(script.prefix(40))")
      }
      #expect(transcript.text.utf8.count < 200_000)
      #expect(transcript.session.stateByteCount() < 40 << 20)
    }
  }

  @Test("no value of a limit ends the host", arguments: [Int.min, -1, 0, 1, 10, 63, Int.max])
  func extremes(value: Int) throws {
    let script = """
      func f(n) { if n > 0 { return f(n - 1) }; return 0 }
      x = f(200); l = range(100); t = "text {l}"
      p = malloc 100; write p; process a { fork b }; cat /proc/self/maps; print t, l == l
      """
    var cases = [ScriptLimits](repeating: ScriptLimits(), count: 9)
    cases[0].steps = value
    cases[1].heapBytes = value
    cases[2].stateBytes = value
    cases[3].outputBytes = value
    cases[4].deadline = ScriptDeadline(.seconds(value), now: { .seconds(1) })
    cases[5].callDepth = value
    cases[6].nestingDepth = value
    cases[7].sourceBytes = value
    cases[8].includeDepth = value
    for limits in cases {
      let transcript = try Transcript(limits: limits)
      for isInteractive in [false, true] {
        if case .interrupted = transcript.run(script, isInteractive: isInteractive).outcome {
          Issue.record("interrupted by \(limits)")
        }
      }
      _ = transcript.session.undo()
    }
    let calls = ScriptLimits(callDepth: 10)
    #expect(
      try Transcript(limits: calls).run("func g(n) { if n > 0 { g(n - 1) } }; g(9)").outcome == .finished)
    if case .finished = try Transcript(limits: calls).run("func g(n) { if n > 0 { g(n - 1) } }; g(10)")
      .outcome
    {
      Issue.record("11 calls were active")
    }
  }

  @Test("what compiling takes is bounded by the heap's limit")
  func compiling() throws {
    for source in [
      "echo" + String(repeating: " a", count: 100_000), "x = 1" + String(repeating: "+1", count: 100_000),
      String(repeating: "x = 1\n", count: 100_000),
      "x = \"" + String(repeating: "{(1)}", count: 60_000) + "\"",
    ] {
      let transcript = try Transcript(limits: ScriptLimits(heapBytes: 4 << 20))
      guard let diagnostics = transcript.run(source).outcome.failure?.diagnostics else {
        Issue.record("went on: \(source.prefix(20))")
        continue
      }
      #expect(diagnostics.map(\.hint) == ["the limit is `ScriptLimits.heapBytes`"])
    }
  }

  @Test("what is kept for a script is counted: names, processes, variables, states to go back to")
  func state() throws {
    let megabyte = "t = \"abcdefgh\"; for i in 0..<17 { t = t + t }; "
    for script in [
      megabyte + "i = 0; while true { kmem_cache_create(\"{t}{i}\", 64); i += 1 }",
      megabyte + "i = 0; while true { process \"{t}{i}\" { }; i += 1 }",
      "i = 0; while true { x = fork \"c{i}\"; i += 1 }",
      megabyte + "i = 0; while true { export \"V{i}=$t\"; i += 1 }",
    ] {
      let transcript = try Transcript(limits: ScriptLimits(steps: 50_000_000, stateBytes: 16 << 20))
      let (outcome, said) = transcript.run(script)
      guard case .failed = outcome else {
        Issue.record("ended as \(outcome): \(script)")
        continue
      }
      #expect(transcript.session.stateByteCount() <= (16 << 20) * 6 / 5, "\(script)")
      _ = said
    }
  }

  @Test("20,000 runs keep no more texts than the last ones")
  func sources() throws {
    let transcript = try Transcript()
    let text = "x = 1 # " + String(repeating: "a", count: 10_000)
    for _ in 0..<200 { _ = transcript.run(text) }
    let first = transcript.session.stateByteCount()
    for _ in 0..<2000 { _ = transcript.run(text) }
    #expect(transcript.session.stateByteCount() < first + 100_000)
  }

  @Test("an output closure can refuse, and the run ends there")
  func refusal() throws {
    struct Full: Error {}
    var taken = 0
    let session = try Session { _, text in
      taken += text.utf8.count
      if taken > 5000 { throw Full() }
    }
    guard let diagnostics = session.run("while true { cat /proc/zoneinfo }").failure?.diagnostics else {
      Issue.record("went on")
      return
    }
    #expect(diagnostics.last?.message.contains("refused the output") == true)
    #expect(taken < 5000 + (1 << 17))
  }

  @Test("a cancellation from the output closure reaches the statement that prints")
  func cancelledWhilePrinting() throws {
    var flag: InterruptFlag?
    var taken = 0
    let session = try Session { _, text in
      taken += text.utf8.count
      flag?.request()
    }
    flag = session.interruption
    for script in [
      "print range(2000000)", "for i in 0..<100000 { malloc 24 }; heap -a",
      "while true { cat /proc/zoneinfo }",
    ] {
      taken = 0
      #expect(session.run(script) == .interrupted)
      #expect(taken <= 1 << 17, "\(script)")
      // It stays until it is taken back.
      #expect(session.run("print 1") == .interrupted)
      session.interruption.clear()
    }
  }

  private func expectEnd(
    _ run: (outcome: RunOutcome, said: String), _ limit: String, _ transcript: Transcript
  ) {
    guard let diagnostics = run.outcome.failure?.diagnostics else {
      Issue.record("ended as \(run.outcome)")
      return
    }
    #expect(diagnostics.last?.hint?.contains(limit) == true, "\(diagnostics)")
    guard !transcript.session.machine.isHalted else { return }
    for violation in transcript.session.machine.invariantViolations().prefix(3) {
      Issue.record("\(violation)")
    }
  }
}

/// A clock that goes on by a millisecond with every reading.
private final class SteppingClock: @unchecked Sendable {
  private(set) var readings = 0
  @Sendable func read() -> Duration {
    readings += 1
    return .milliseconds(readings)
  }
}
