// Going back and forth: what is a step, what undo, redo, checkpoints and branches lead to, and what a saved script does.

import LinuxMemory
import ScriptLanguage
import Testing

@testable import MemScript

@Suite("rewinding") struct RewindTests {
  /// A session that was given some inputs.
  private func session(_ inputs: String...) throws -> Transcript {
    let transcript = try Transcript()
    for input in inputs { _ = transcript.run(input, isInteractive: true) }
    return transcript
  }

  @Test(
    "what is only looked at is no step",
    arguments: [
      "ps", "free -m", "cat /proc/meminfo /proc/vmstat /proc/slabinfo /proc/zoneinfo", "heap", "bins", "maps",
      "buddy",
      "lru", "slab", "timeline", "why_oom", "print p", "p", "1 + 2", "false", "pmap -x $main", "vmstat",
      "top -b -n1",
      "dmesg", "slabtop -o", "machine", "nonsense", "print )", "ls /proc", "x = ", "malloc_usable_size(p)",
      "swapon --show",
      "mallinfo2()", "getpid()", "nproc | wc -l", "grep Mem /proc/meminfo",
    ])
  func looking(input: String) throws {
    let transcript = try session("p = malloc 1M", "write p", input)
    #expect(transcript.session.undo().inputs == ["write p"], "\(input)")
  }

  @Test(
    "what changes anything is a step",
    arguments: [
      "x = 1", "p = p + 1", "cd /proc", "kmalloc(100)", "write p + 64K, 1", "mlockall(MCL_CURRENT)",
      "export GLIBC_TUNABLES=x=1",
      "echo 1 > /proc/sys/vm/overcommit_memory", "sleep 1", "func f() { return 1 }", "set -e",
      "process web { }",
      "dd if=/dev/zero of=/f bs=4096 count=1", "free p", "machine ram=512M", "errno = 5", "push(l, 1)",
    ])
  func changing(input: String) throws {
    let transcript = try session("p = malloc 1M; l = []", input)
    #expect(transcript.session.undo().inputs == [input], "\(input)")
  }

  @Test("one undo stands before a death, whatever was looked at since")
  func death() throws {
    let deadly = "while true { x = malloc(10M); write x }"
    let transcript = try session("a = 1", deadly, "ps", "why_oom", "heap", "p = malloc 1", "dmesg | tail -3")
    #expect(!transcript.session.machine.isAlive(transcript.session.currentProcess))
    #expect(transcript.session.undo().inputs == [deadly])
    #expect(transcript.session.machine.isAlive(transcript.session.currentProcess))
    let panic = "echo 1 > /proc/sys/vm/panic_on_oom; while true { x = malloc(10M); write x }"
    _ = transcript.run(panic, isInteractive: true)
    _ = transcript.run("dmesg | tail -3", isInteractive: true)
    #expect(transcript.session.machine.isHalted)
    #expect(transcript.session.undo().inputs == [panic] && !transcript.session.machine.isHalted)
  }

  /// Undo and redo against a list of all states, over random walks.
  @Test("undo and redo walk over the same states", arguments: 1...6)
  func walk(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let transcript = try Transcript()
    let session = transcript.session
    var states = [session.machine]
    var place = 0
    for _ in 0..<60 {
      switch random.next() % 5 {
      case 0:
        let count = Int(random.next() % 3) + 1
        #expect(session.undo(count).inputs.count == min(count, place), "seed \(seed)")
        place = max(place - count, 0)
      case 1:
        let count = Int(random.next() % 3) + 1
        #expect(session.redo(count).inputs.count == min(count, states.count - 1 - place), "seed \(seed)")
        place = min(place + count, states.count - 1)
      default:
        let inputs = [
          "p = malloc(\(random.next() % 100_000))", "kmalloc(\(random.next() % 4096))",
          "q = mmap(0, 1M); write q",
        ]
        _ = transcript.run(inputs[Int(random.next() % 3)], isInteractive: true)
        states = Array(states[...place]) + [session.machine]
        place += 1
      }
      #expect(session.machine == states[place], "seed \(seed)")
    }
  }

  @Test("a checkpoint is a step that can be taken back, and branches keep both lines")
  func checkpointsAndBranches() throws {
    let transcript = try session("x = 1")
    let session = transcript.session
    #expect(!session.setCheckpoint("one") && session.checkpointNames == ["one"])
    _ = transcript.run("x = 2", isInteractive: true)
    #expect(session.restoreCheckpoint("one"))
    #expect(try session.value(of: "x") == .integer(1))
    #expect(session.undo().inputs == [".restore one"])
    #expect(try session.value(of: "x") == .integer(2))
    #expect(!session.restoreCheckpoint("two"))

    #expect(session.switchBranch(to: "other", from: session.checkpoint("one")))
    _ = transcript.run("x = 30; write(malloc(1M), 1M)", isInteractive: true)
    let there = session.machine
    #expect(!session.switchBranch(to: "trunk"))
    #expect(try session.value(of: "x") == .integer(2))
    #expect(session.undo().inputs == ["x = 2"])
    #expect(!session.switchBranch(to: "other"))
    #expect(try session.value(of: "x") == .integer(30) && session.machine == there)
    #expect(session.branchNames == ["other", "trunk"])
  }

  @Test("a new input says that what was taken back is lost")
  func lostInputs() throws {
    let transcript = try session("x = 1", "x = 2", "x = 3")
    _ = transcript.session.undo(2)
    #expect(transcript.session.takeUnrepeatableCount() == 0)
    _ = transcript.run("x = 4", isInteractive: true)
    #expect(transcript.session.takeUnrepeatableCount() == 2)
    #expect(transcript.session.redo().inputs.isEmpty)
  }

  @Test("more inputs than are kept go with a word")
  func depth() throws {
    let transcript = try Transcript()
    for number in 0..<Timeline.depth + 5 { _ = transcript.run("x = \(number)", isInteractive: true) }
    let report = transcript.session.undo(Timeline.depth + 5)
    #expect(report.inputs.count == Timeline.depth && report.forgotten == 5)
    #expect(try transcript.session.value(of: "x") == .integer(4))
  }

  @Test("history and difference tell what an input changed")
  func steps() throws {
    let transcript = try session(
      "p = malloc 10M", "write p, 4M", "process web { q = malloc(100) }", "kill -9 $web")
    let session = transcript.session
    #expect(session.stepNumbers == 1..<5)
    #expect(session.step(1)?.changes == "main VSS +10.1 MiB, RSS +8 KiB; free RAM -12 KiB; p set")
    #expect(session.step(2)?.changes == "main RSS +4 MiB; free RAM -4 MiB")
    #expect(session.step(3)?.changes.hasPrefix("web started; ") == true)
    #expect(session.step(4)?.changes.hasPrefix("web killed by SIGKILL; ") == true)
    #expect(session.step(5) == nil && session.step(0) == nil)
    let (before, after) = (
      try #require(session.state(afterStep: 1)), try #require(session.state(afterStep: 2))
    )
    let difference = MachineDifference(from: before.machine, to: after.machine)
    #expect(difference.processes.contains { $0.name == "RSS" && $0.new - $0.old == 4 << 20 })
    let own = difference.memory.first { $0.name == "AnonPages" }
    #expect(own.map { $0.new - $0.old } == 4096 && difference.mappings.isEmpty)
    #expect(MachineDifference(from: after.machine, to: after.machine).isEmpty)
    #expect(MachineDifferenceText(difference).text.contains("+4 MiB -> 4.8 MiB"))
    #expect(after.changedVariables(since: before).isEmpty)
  }

  @Test("a saved script leads to the same machine")
  func saved() throws {
    let transcript = try session(
      "p = malloc 10M", "write p, 4M", "free p", "x = [1, 2]\nif true {\n  q = malloc 100\n}")
    _ = transcript.session.undo(2)
    _ = transcript.run("r = malloc(5000)", isInteractive: true)
    let script = transcript.session.savedScript
    #expect(script == "p = malloc 10M\nwrite p, 4M\nr = malloc(5000)\n")
    let again = try Transcript()
    #expect(again.run(script).outcome == .finished)
    #expect(again.session.machine == transcript.session.machine)
    let other = try Transcript(machine: "ram=512M,cpus=2")
    #expect(other.session.savedScript.hasPrefix("machine ram=512M,"))
    let failed = try session("p = malloc 10; print [1][9]", "write(16, 1)")
    #expect(failed.session.savedScript == ".bail off\np = malloc 10; print [1][9]\n.step\nwrite(16, 1)\n")
  }

  @Test("inputs act inside a process until it dies")
  func home() throws {
    let transcript = try session("x = 1")
    let session = transcript.session
    try session.stay(in: "web")
    _ = transcript.run("p = malloc(100)", isInteractive: true)
    #expect(session.homeName == "web" && session.machine.process(session.currentProcess)?.name == "web")
    _ = transcript.run("write(16, 1)", isInteractive: true)
    #expect(transcript.text.contains("Segmentation fault (process web"))
    _ = transcript.run("print 1", isInteractive: true)
    #expect(session.homeName == nil && session.machine.process(session.currentProcess)?.name == "main")
    #expect(session.undo(2).inputs == ["write(16, 1)", "p = malloc(100)"] && session.homeName == "web")
  }
}
