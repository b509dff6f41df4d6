// Process blocks: who acts, and what a death does to the script.

import MemScript
import ScriptLanguage
import Testing

struct ProcessBlockTests {
  @Test("a fatal signal ends the block, not the script")
  func segmentationFault() throws {
    let transcript = try Transcript()
    let (outcome, said) = transcript.run(
      """
      process victim {
        write 0, 1
        print "not reached"
      }
      print "status {status}"
      """)
    #expect(outcome == .finished)
    #expect(said.contains("status 139"))
    #expect(!said.contains("not reached"))
    #expect(transcript.standardError.contains("Segmentation fault"))
  }

  @Test("when main dies the script ends with 128 + the signal")
  func mainDies() throws {
    let (outcome, said) = try Transcript().run("write 0, 1\nprint \"not reached\"")
    #expect(outcome == .killed(signal: 11))
    #expect(!said.contains("not reached"))
  }

  @Test(
    "a kernel that panicked does nothing any more but show its last words",
    arguments: ["write p", "for i in 0..<200 { write p + i * 1M, 1M }"])
  func panic(_ last: String) throws {
    let transcript = try Transcript(machine: "ram=128M, swap=0")
    let setup = "overcommit 1\nsysctl -q vm.panic_on_oom=1\np = malloc 200M"
    #expect(transcript.run(setup, isInteractive: true).outcome == .finished)
    let text = "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled"
    // What the statement did is over: its message is the kernel's, and a loop's next round finds no machine.
    let (outcome, _) = transcript.run(last, isInteractive: true)
    #expect(transcript.standardError == text + "\n")
    #expect((outcome == .finished) == (last == "write p"))
    for statement in [
      "malloc 10", "free -m", "process other { malloc 1 }", "alloc_pages(GFP_KERNEL, 0)",
    ] {
      guard let diagnostics = transcript.run(statement, isInteractive: true).outcome.failure?.diagnostics
      else {
        Issue.record("'\(statement)' did not fail")
        continue
      }
      #expect(diagnostics.map(\.message) == [text], "\(statement)")
    }
    #expect(transcript.run("dmesg", isInteractive: true).said.contains("---[ end \(text) ]---"))
    #expect(transcript.run("why_oom", isInteractive: true).outcome == .finished)
    #expect(transcript.run("machine ram=128M\nmalloc 10", isInteractive: true).outcome == .finished)
  }

  @Test("a script that leaves a dead machine behind has failed, unless it asks for the last words")
  func panicIsFailure() throws {
    let script = "overcommit 1\nsysctl -q vm.panic_on_oom=1\np = malloc 200M\nwrite p\ndmesg\n"
    for (first, last) in [("", ""), ("process hog {\n", "}\n")] {
      let text = script.replacing("p = malloc", with: first + "p = malloc").replacing(
        "dmesg", with: last + "dmesg")
      let transcript = try Transcript(machine: "ram=128M, swap=0")
      let (outcome, said) = transcript.run(text)
      #expect(outcome.exitStatus == 1)
      guard case .panic(let words)? = outcome.failure?.kind else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(words.hasPrefix("Out of memory: "))
      #expect(said.contains("---[ end Kernel panic - not syncing: Out of memory"))
      let expecting = text + "expect panic != \"\"\n"
      #expect(try Transcript(machine: "ram=128M, swap=0").run(expecting).outcome == .finished)
    }
    #expect(try Transcript().run("expect panic == \"\"").outcome == .finished)
  }

  @Test(
    "a process that dies in its block and main, killed meanwhile, are told of once each, and the script ends")
  func twoDeaths() throws {
    let transcript = try Transcript(machine: "ram=512M, swap=0")
    let (outcome, said) = transcript.run(
      """
      p = malloc 220M
      write p
      echo 1000 > /proc/self/oom_score_adj
      process b {
        echo -900 > /proc/self/oom_score_adj
        q = malloc 280M
        write q
        write NULL
      }
      print "not reached"
      """)
    #expect(outcome == .killed(signal: 9))
    #expect(!said.contains("not reached"))
    #expect(
      transcript.standardError == """
        Segmentation fault (process b, PID 89)
        Killed (process main, PID 88)

        """)
  }

  @Test("blocks end by process, not by name: a name that a child took over keeps its block")
  func nameTakenOver() throws {
    let (outcome, said) = try Transcript().run(
      "process c { fork c; write NULL }\nprint \"goes on, status {status}\"")
    #expect(outcome == .finished)
    #expect(said.contains("goes on, status 139"))
    #expect(said.contains("Segmentation fault (process c, PID"))
  }

  @Test("a panic inside a block leaves the block; the script can read the last words and boot anew")
  func panicInBlock() throws {
    let transcript = try Transcript(machine: "ram=128M, swap=0")
    let (outcome, said) = transcript.run(
      """
      overcommit 1
      sysctl -q vm.panic_on_oom=2
      process outer {
        process hog { p = malloc 200M; write p; print "not reached" }
      }
      print "status {status}"
      dmesg -t
      machine ram=128M
      p = malloc 10
      free -m
      """)
    #expect(outcome == .finished)
    #expect(said.contains("status 137"))
    #expect(!said.contains("not reached"))
    let text = "Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled\n"
    #expect(transcript.standardError == text)
    #expect(said.contains("---[ end " + text.dropLast() + " ]---"))
  }

  @Test("exit ends the process with its status; outside any block the script")
  func exits() throws {
    let transcript = try Transcript()
    #expect(transcript.run("process a { exit 3; print 1 }\nprint status").said == "3\n")
    #expect(transcript.run("exit 4").outcome == .exited(4))
  }

  @Test("a death in a function called from an inner block leaves the blocks of that process only")
  func nestedBlocks() throws {
    let (outcome, said) = try Transcript().run(
      """
      func die() { write 0, 1 }
      process outer {
        process inner { die(); print "not reached" }
        print "outer goes on, status {status}"
      }
      """)
    #expect(outcome == .finished)
    #expect(said.contains("outer goes on, status 139"))
    #expect(!said.contains("not reached"))
  }

  @Test("a process keeps its memory between its blocks")
  func staysAlive() throws {
    let (outcome, said) = try Transcript().run(
      """
      process a { p = malloc 1M; write p; first = $a }
      process b { q = malloc 1M }
      process a { read p; expect $a == first }
      expect $a != $b
      """)
    #expect(outcome == .finished, "\(said)")
  }

  @Test("a dead process that is entered again is started anew")
  func restarted() throws {
    let (outcome, said) = try Transcript().run(
      """
      process a { first = $a; exit 1 }
      process a { expect $a != first }
      """)
    #expect(outcome == .finished, "\(said)")
  }

  @Test("a killed outer process is left when the inner block ends")
  func killedFromInside() throws {
    let (outcome, said) = try Transcript().run(
      """
      process outer {
        process inner { kill -9 $outer }
        print "not reached"
      }
      print "status {status}"
      """)
    #expect(outcome == .finished)
    #expect(!said.contains("not reached"))
    #expect(said.contains("status 137"))
  }

  @Test("fork makes a child that a later block enters")
  func forks() throws {
    let (outcome, said) = try Transcript().run(
      """
      process parent { p = malloc 1M; write p; fork child }
      process child { read p; expect $child != $parent }
      """)
    #expect(outcome == .finished, "\(said)")
  }
}
