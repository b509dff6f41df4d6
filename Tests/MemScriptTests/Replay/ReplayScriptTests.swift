// A trace written as a script does what its replay does.

import LinuxMemory
import Testing

@testable import MemScript

@Suite("Traces as scripts")
struct ReplayScriptTests {
  /// Runs the script of a plan and compares everything that a program can see with the replay.
  private func expectScriptEqualsReplay(_ plan: ReplayPlan, _ name: String) throws {
    var replayer = try plan.start()
    replayer.advance()
    var said = ""
    // Traces set how many arenas there may be, of which a script hears that it has no effect.
    let session = try Session { said += $1 }
    let script = ReplayScript(of: plan, name: name).joined(separator: "\n")
    #expect(session.run(script, name: name) == .finished, "\(name): \(said)")
    #expect(said == "", "\(name)")

    var (ours, theirs) = (session.machine, replayer.machine)
    #expect(
      try ours.mallinfo2(in: session.currentProcess) == theirs.mallinfo2(in: replayer.process), "\(name)")
    let left = try #require(ours.process(session.currentProcess))
    let right = try #require(theirs.process(replayer.process))
    #expect(left.addressSpace.programBreak == right.addressSpace.programBreak, "\(name)")
    #expect(left.virtualBytes == right.virtualBytes, "\(name)")
    #expect(left.residentBytes == right.residentBytes, "\(name)")
    #expect(left.usage.minorFaults == right.usage.minorFaults, "\(name)")
    guard case .list(let blocks)? = try session.value(of: "p") else {
      Issue.record("\(name): no list of blocks")
      return
    }
    let slots = Dictionary(
      plan.trace.operations.flatMap { [$0.slot, $0.other] }.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
    for (number, block) in blocks.enumerated() where number > 0 {
      let address = slots[number].map { replayer.address(of: $0) } ?? 0
      #expect(
        block.description == (address == 0 ? "NULL" : "0x" + String(address, radix: 16)), "\(name) \(number)")
    }
  }

  @Test(arguments: [
    "jq.mtrace", "sqlite3.mtrace", "mawk.mtrace", "forms.mtrace", "ls.valgrind", "forms.valgrind",
  ])
  func logs(file: String) throws {
    let source = SourceText(name: file, bytes: [UInt8](try PackedFile.unpack("logs/\(file)")))
    var plan = ReplayPlan(trace: try AllocationTrace(reading: source))
    try expectScriptEqualsReplay(plan, file)
    plan.touching = .first
    plan.settings = [try MallocSetting("TOP_PAD=0"), try MallocSetting("MMAP_THRESHOLD=8K")]
    try expectScriptEqualsReplay(plan, file)
  }

  /// Recorded traces, that with tunables among them.
  @Test func recordedTraces() throws {
    for recording in try RecordedTrace.all("traces") {
      // One of each kind is enough; the kinds have their traces numbered.
      guard recording.name.hasPrefix("directed") || recording.name.hasSuffix("00") else { continue }
      let source = SourceText(name: recording.name, text: recording.trace)
      try expectScriptEqualsReplay(
        ReplayPlan(trace: AllocationTrace(reading: source)), recording.name)
    }
  }

  @Test func machineAndTunablesAreBootedByTheScript() throws {
    let log = SourceText(name: "l", text: "= Start\n@ a:[0] + 0x1000 0x100000\n@ a:[0] - 0x1000\n")
    var plan = ReplayPlan(trace: try AllocationTrace(reading: log))
    plan.machine = try Session.machineSettings(fromOption: "ram=2G,kernel=6.18")
    plan.tunables = "glibc.malloc.mmap_max=0:glibc.malloc.top_pad=0"
    #expect(
      Array(ReplayScript(of: plan, name: "l"))[0]
        == #"machine ram="2G", kernel="6.18", tunables="glibc.malloc.mmap_max=0:glibc.malloc.top_pad=0""#)
    try expectScriptEqualsReplay(plan, "l")
  }

  @Test func misuseEndsTheScriptToo() throws {
    let trace = try AllocationTrace(reading: SourceText(name: "t", text: "m 1 24\nK 1\nK 1\n"))
    var said = ""
    // Traces set how many arenas there may be, of which a script hears that it has no effect.
    let session = try Session { said += $1 }
    let outcome = session.run(ReplayScript(of: ReplayPlan(trace: trace), name: "t").joined(separator: "\n"))
    #expect(outcome == .killed(signal: 6))
    #expect(said.contains("free(): double free detected in tcache 2"))
  }

  @Test func namesCannotLeaveTheComment() throws {
    let script = ReplayScript(of: ReplayPlan(trace: AllocationTrace()), name: "a\nexit(3)\u{1B}")
    #expect(Array(script) == ["# 0 calls of aexit(3); p[n] is block n of the trace.", "p = fill(1, NULL)"])
  }
}
