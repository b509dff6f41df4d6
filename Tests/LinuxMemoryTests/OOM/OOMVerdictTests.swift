// What is remembered of the OOM killer's verdicts, and from which adjustment on they would have been others.

import Testing

@testable import LinuxMemory

@Suite("OOM verdicts")
struct OOMVerdictTests {
  /// The first of a ranking when one process has another adjustment.
  func worst(_ ranking: OOMRanking, with adjustment: Int, for process: ProcessID) -> ProcessID? {
    let changed = ranking.candidates.sorted { $0.process < $1.process }.map { candidate in
      var figures = candidate.figures
      if candidate.process == process { figures.adjustment = adjustment }
      return OOMCandidate(
        process: candidate.process, name: candidate.name, userID: candidate.userID,
        totalVirtualPages: candidate.totalVirtualPages, figures: figures,
        badness: ranking.rules.formula.badness(figures, totalPages: ranking.totalPages),
        score: candidate.score)
    }
    return OOMRanking(of: changed, totalPages: ranking.totalPages, rules: ranking.rules).worst?.process
  }

  @Test("turning points are those that trying every value finds", arguments: [OOMRules.linux61, .linux310])
  func turningPoints(rules: OOMRules) {
    var random = SplitMix64(seed: 11)
    for _ in 0..<20 {
      let candidates = (1...4).map { number in
        let figures = BadnessFigures(
          residentPages: Int(random.next() % 50_000), swapPages: Int(random.next() % 3) * 1000,
          pageTablePages: 7, adjustment: [-1000, -500, 0, 0, 0, 300][Int(random.next() % 6)])
        return OOMCandidate(
          process: ProcessID(Int32(number)), name: "p", userID: 0, totalVirtualPages: 0, figures: figures,
          badness: rules.formula.badness(figures, totalPages: 245_936), score: 0)
      }
      let ranking = OOMRanking(of: candidates, totalPages: 245_936, rules: rules)
      for candidate in ranking.candidates {
        let isWorst = ranking.worst?.process == candidate.process
        let process = candidate.process
        let taken = (-1000...1000).filter { worst(ranking, with: $0, for: process) == process }
        let hasRival = candidates.contains { $0.process != process && $0.badness != nil }
        let spared = (-1000...1000).last { worst(ranking, with: $0, for: process) != process }
        let expected = !hasRival ? (isWorst ? nil : taken.first) : isWorst ? spared : taken.first
        #expect(ranking.turningPoint(of: process) == expected, "\(candidate) in \(ranking)")
      }
    }
  }

  @Test("the last kills are kept with the ranking that led to them")
  func history() throws {
    var machine = try Machine.recorded()
    for _ in 0..<OOMHistory.capacity + 2 { _ = try machine.runHog(megabytes: 2000) }
    let history = machine.oomKiller.history
    #expect(history.count == OOMHistory.capacity + 2)
    #expect(history.verdicts.map(\.number) == Array(3...OOMHistory.capacity + 2))
    #expect(history.verdict(2) == nil)
    let last = try #require(history.verdict(history.count))
    #expect(last.reason == .worst)
    #expect(last.asker == last.victim)
    #expect(last.ranking.worst?.process == last.victim)
    #expect(last.ranking.worst?.figures.residentPages ?? 0 > 230_000)
    // The same call again and again ends at the same page.
    let sizes = Set(history.verdicts.dropFirst().map { $0.ranking.worst?.figures.residentPages })
    #expect(sizes.count <= 2, "\(sizes)")
  }

  @Test("sysrq-f takes the worst while memory is left, whatever panic_on_oom says")
  func manual() throws {
    var machine = try Machine.recorded(hugePages: .always)
    _ = try machine.writeTunable("panic_on_oom", text: "2", by: ProcessID(1)).get()
    let small = try machine.hold(megabytes: 100)
    let large = try machine.hold(megabytes: 200)
    machine.killOnRequest()
    #expect(machine.processes[large] == nil)
    #expect(machine.processes[small] != nil)
    let lines = machine.log.lines.map(\.text)
    // As recorded (scenario parentchild).
    #expect(
      lines.prefix(5) == [
        "sysrq: Manual OOM execution",
        "kworker/0:2 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=-1, oom_score_adj=0",
        "CPU: 0 PID: 47 Comm: kworker/0:2 Not tainted 6.1.0-50-amd64 #1  Debian 6.1.176-1",
        "Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2-debian-1.16.2-1 04/01/2014",
        "Workqueue: events moom_callback",
      ])
    #expect(machine.oomKiller.history.verdicts.last?.asker == nil)
    #expect(lines.contains { $0.contains("all_unreclaimable? no") })
    try machine.writeOOMScoreAdjustment("-1000", of: small, by: ProcessID(1)).get()
    machine.killOnRequest()
    #expect(!machine.isHalted)
    #expect(machine.log.lines.last?.text == "sysrq: OOM request ignored. No task eligible")
  }
}
