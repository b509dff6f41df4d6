// Whom the OOM killer takes, what it prints, and what stops the machine.

import Testing

@testable import LinuxMemory

@Suite("OOM killer")
struct OOMKillerTests {
  /// Four holders with adjustments, as in the recordings, on a machine with huge pages always on.
  func machineWithHolders() throws -> (machine: Machine, holders: [ProcessID]) {
    var machine = try Machine.recorded(hugePages: .always)
    let holders = try [(200, 0), (100, 500), (300, -500), (50, -1000)].map { size, adjustment in
      try machine.hold(megabytes: UInt64(size), adjustment: adjustment)
    }
    return (machine, holders)
  }

  @Test("victims in the order of the recording: the holder at 500, then the hog")
  func order() throws {
    var (machine, holders) = try machineWithHolders()
    let scores = holders.map { machine.oomScore(of: $0) ?? -1 }
    // Recorded: 806, 1068, 544, 0, with 0.4 % of memory more in each process.
    for (score, recorded) in zip(scores, [806, 1068, 544, 0]) { #expect(abs(score - recorded) <= 1) }
    let outcome = try machine.runHog(megabytes: 2000)
    #expect(outcome.signal == 9)
    #expect(machine.victims == ["hold", "hog"])
    #expect(holders.map { machine.processes[$0] != nil } == [true, false, true, true])
    // What is left for the hog is a difference of large numbers: 0.5 % of memory.
    #expect(abs(outcome.writtenPages - 83_976) < 1230, "\(outcome.writtenPages)")
    #expect(machine.reclaim.counters.oomKills == 2)
    #expect(machine.invariantViolations() == [])
  }

  @Test("oom_kill_allocating_task takes who asks")
  func allocatingTask() throws {
    var (machine, holders) = try machineWithHolders()
    _ = try machine.writeTunable("oom_kill_allocating_task", text: "1", by: ProcessID(1)).get()
    let outcome = try machine.runHog(megabytes: 2000)
    #expect(outcome.signal == 9)
    #expect(machine.victims == ["hog"])
    #expect(holders.allSatisfy { machine.processes[$0] != nil })
    let last = try #require(machine.log.lines.last?.text)
    #expect(last.hasPrefix("Out of memory (oom_kill_allocating_task): Killed process"))
    #expect(machine.invariantViolations() == [])
  }

  @Test(
    "panic_on_oom stops the machine",
    arguments: [
      (1, "Out of memory: system-wide panic_on_oom is enabled"),
      (2, "Out of memory: compulsory panic_on_oom is enabled"),
    ])
  func panics(setting: Int, text: String) throws {
    var (machine, holders) = try machineWithHolders()
    _ = try machine.writeTunable("panic_on_oom", text: String(setting), by: ProcessID(1)).get()
    let outcome = try machine.runHog(megabytes: 2000)
    #expect(outcome.signal == 9)
    #expect(machine.isHalted)
    #expect(machine.oomKiller.panic == text)
    #expect(machine.victims.isEmpty)
    #expect(machine.log.lines.contains { $0.text == "Kernel panic - not syncing: \(text)" })
    #expect(holders.allSatisfy { machine.processes[$0] != nil })
    #expect(machine.invariantViolations() == [])
  }

  @Test("when all are immune the machine panics")
  func deadlock() throws {
    var machine = try Machine.recorded()
    let process = try machine.spawn(name: "hog").get()
    try machine.writeOOMScoreAdjustment("-1000", of: process, by: ProcessID(1)).get()
    let start = try machine.mmap(length: 2 << 30, in: process).get()
    #expect(throws: FatalSignal.self) { try machine.access(start, length: 2 << 30, .write, in: process) }
    #expect(machine.oomKiller.panic == "System is deadlocked on memory")
    #expect(machine.invariantViolations() == [])
  }

  @Test("the newest process is taken at a tie; immune ones never")
  func ties() {
    func candidate(_ number: Int32, _ badness: Int?) -> OOMCandidate {
      OOMCandidate(
        process: ProcessID(number), name: "p", userID: 0, totalVirtualPages: 0,
        figures: BadnessFigures(residentPages: 0, swapPages: 0, pageTablePages: 0, adjustment: 0),
        badness: badness, score: 0)
    }
    let candidates = [candidate(5, nil), candidate(7, -3), candidate(8, -3), candidate(9, -4)]
    func worst(_ candidates: [OOMCandidate], _ rules: OOMRules) -> ProcessID? {
      OOMRanking(of: candidates, totalPages: 1_000_000, rules: rules).worst?.process
    }
    #expect(worst(candidates, .linux61) == ProcessID(8))
    #expect(worst([candidate(5, nil)], .linux61) == nil)
    // Linux 3.10 takes the one that it came to first.
    #expect(worst(candidates, .linux310) == ProcessID(7))
  }

  /// A line with its numbers and migrate types taken out.
  static func shape(_ line: String) -> String {
    line.replacing(#/-?[0-9]+/#, with: "#").replacing(#/ \([UMEHI]+\)/#, with: "")
      .replacing(#/ +/#, with: " ")
  }

  @Test("the report has the lines of the recording", arguments: ["amd64", "i386"])
  func report(architecture: String) throws {
    let recorded = try Recording("oom-report-\(architecture).txt").lines.dropFirst().prefix { !$0.isEmpty }
    var machine = try Machine.recorded(architecture == "amd64" ? .x8664 : .i386, hugePages: .always)
    for (size, adjustment) in [(200, 0), (100, 500), (300, -500), (50, -1000)] {
      _ = try machine.hold(megabytes: UInt64(size), adjustment: adjustment)
    }
    _ = try machine.runHog(megabytes: 2000)
    let printed = machine.log.lines.map(\.text).prefix { !$0.contains("Killed process") }
    let end = machine.log.lines.first { $0.text.contains("Killed process") }
    // The recording has one process more: the parent that waits for the hog.
    let expected = recorded.filter { !$0.hasSuffix(" wt") }
    #expect((printed + [end?.text ?? ""]).map(Self.shape) == expected.map(Self.shape))
    #expect(machine.invariantViolations() == [])
  }
}
