// Scripts that lead to the state of a report: the end is the one that the report tells of.

import Testing

@testable import MemScript

@Suite struct ReportScriptTests {
  /// The name of the first victim in the log of a session.
  private func firstVictim(_ session: Session) -> String? {
    let verdict = session.machine.log.lines.map(\.text).first { $0.hasPrefix("oom-kill:") }
    return verdict?.split(separator: ",").first { $0.hasPrefix("task=") }.map { String($0.dropFirst(5)) }
  }

  /// Of each cause one: processes, slab, limits, locked memory, page tables, swap, tmpfs, marks, kernel pages.
  @Test(
    arguments: [
      "003-6.12-adj", "017-6.12-files", "040-6.12-memcg", "051-6.12-memcgswapadj", "065-6.1-mlock",
      "075-5.10-pagetables", "086-6.12-swapfull", "099-5.10-tmpfs", "061-5.10-minfree", "082-5.10-pipes",
    ])
  func theEndIsTheSame(name: String) throws {
    let explanations = ReportExplanation.explanations(ofLog: try ReportTruth.log(name + ".txt.gz"))
    let explanation = try #require(explanations.first)
    let transcript = try Transcript()
    let script = explanation.script
    let (outcome, output) = transcript.run(script)
    #expect(outcome.failure == nil, "\(output)")
    let session = transcript.session
    #expect(firstVictim(session) == nil, "the state is that before the end")
    // Each process holds what its row tells.
    for row in explanation.report.tasks?.rows ?? [] where row.residentPages > 1000 {
      guard row.process != explanation.victim else { continue }
      let found = session.machine.processes.all.first {
        $0.name == row.name || $0.name.hasSuffix(".\(row.process)")
      }
      #expect(found?.id.rawValue == Int32(row.process), "\(row.name)")
      let resident = try #require(found).addressSpace.resident
      #expect(abs(resident.swapped - (row.swapPages ?? 0)) <= 64, "\(row.name)")
    }
    _ = transcript.run("finish()")
    let victim = try #require(firstVictim(session))
    #expect(victim == explanation.victimName || victim.hasSuffix(".\(explanation.victim ?? 0)"))
  }

  /// Sizes that no machine here can have become the nearest that one can.
  @Test(arguments: [
    "0", "1", "1048576", "17592186044415", "9223372036854775807", "18446744073709551616", "-1",
  ])
  func sizesOfNoMachine(size: String) throws {
    let log = String(decoding: try ReportTruth.log("093-6.1-sysrq.txt.gz"), as: UTF8.self)
    let changed = log.replacing(/\d+ pages RAM/, with: "\(size) pages RAM")
      .replacing(/Total swap = \d+kB/, with: "Total swap = \(size)kB")
    let explanation = try #require(ReportExplanation.explanations(ofLog: Array(changed.utf8)).first)
    let boot = try #require(explanation.script.split(separator: "\n").first { $0.hasPrefix("machine ") })
    let (outcome, output) = try Transcript().run(String(boot))
    #expect(outcome.failure == nil, "\(output)")
  }

  @Test func namesCannotBreakOut() throws {
    let names = ["a\"; exit(3) #", "b}{c$x\\", "main", "main", "café"]
    let rows = names.enumerated().map { index, name in
      "[\(String(index + 100).leftPadded(to: 7))]     5 \(index + 100)     1000      400    45056        0             0 \(name)"
    }
    let log = """
      x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
      Tasks state (memory values in pages):
      [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
      \(rows.joined(separator: "\n"))
      Out of memory: Killed process 100 (a"; exit(3) #) total-vm:4000kB, anon-rss:1600kB, file-rss:0kB, shmem-rss:0kB, UID:5 pgtables:44kB oom_score_adj:0
      """
    let explanation = try #require(ReportExplanation.explanations(ofLog: Array(log.utf8)).first)
    let transcript = try Transcript()
    let (outcome, output) = transcript.run(explanation.script + "\nps -eo comm,uid")
    #expect(outcome.failure == nil, "\(output)")
    for name in ["a_; exit(3) #", "b__c_x_", "main.102", "main.103", "caf_"] {
      #expect(output.contains(name), "\(name) in \(output)")
    }
  }
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(width - count, 0)) + self
  }
}
