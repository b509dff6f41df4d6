// Thread blocks: who acts, what ends, and what cannot be.

import MemScript
import ScriptLanguage
import Testing

@Suite("Threads in scripts")
struct ThreadBlockTests {
  @Test("a block acts as its thread, again and again, until it is joined")
  func blocksActAsThreads() throws {
    let transcript = try Transcript()
    let (outcome, said) = transcript.run(
      """
      main_block = malloc(10)
      thread a { p = malloc(10); first = gettid() }
      thread a { q = malloc(10); expect gettid() == first; expect first != getpid() }
      expect gettid() == getpid()
      # Each thread has an arena of its own: 64 MiB aligned, behind the arena and the cache.
      expect int(p) % 64M != int(main_block) % 64M
      expect int(q) - int(p) == 32
      thread a { pthread_exit(); print "not reached" }
      join a
      thread a { expect gettid() != first }
      print "done"
      """)
    #expect(outcome == .finished)
    #expect(said == "done\n")
  }

  @Test("glibc's addresses: the second thread's first block lies 0xb70 behind its heap's start")
  func firstBlockOfAThread() throws {
    // ltrace of a program with glibc 2.36 shows 0x7fef90000b70.
    let said = try Transcript().run("thread a { print int(malloc(100)) % 64M == 0xb70 }").said
    #expect(said == "true\n")
  }

  @Test("threads that cannot be are refused in words")
  func refusals() throws {
    for (script, words) in [
      ("join x", "the process has no thread x"),
      ("pthread_exit()", "the main thread acts here"),
      ("thread main { malloc 1 }", "'main' is the thread of the process itself"),
      ("thread a stack=1K { malloc 1 }", "cannot be created: Invalid argument"),
      ("thread a stack=-1 { malloc 1 }", "a stack of -1 bytes is not possible"),
      ("thread a stack=9223372036854775807 { malloc 1 }", "Resource temporarily unavailable"),
      ("thread a { join a }", "Resource deadlock avoided"),
      ("thread a { pthread_exit() }; thread a { malloc 1 }", "the thread a has ended"),
      ("thread a { malloc 1 }; join a; join a", "the process has no thread a"),
      ("thread \"\" { }", "a thread has a name"),
      ("thread a { join main }", "the main thread is not waited for"),
      ("thread a b { }", "expected what the thread does, in braces"),
      ("thread \"\(String(repeating: "x", count: 256))\" { malloc 1 }", "at most 255 bytes"),
    ] {
      let outcome = try Transcript().run(script).outcome
      let messages = outcome.failure?.diagnostics.map(\.message) ?? []
      #expect(messages.contains { $0.contains(words) }, "\(script): \(messages)")
    }
  }

  @Test("a fatal signal in a thread ends the process, and is said once")
  func deathInAThread() throws {
    let transcript = try Transcript()
    let (outcome, said) = transcript.run(
      """
      process v {
        thread a { holding arena { thread b { write 0, 1 } } print "not reached" }
        print "not reached"
      }
      print "status {status}"
      """)
    #expect(outcome == .finished)
    #expect(!said.contains("not reached"))
    #expect(said.contains("status 139"))
    #expect(said.components(separatedBy: "Segmentation fault").count == 2)
  }

  @Test("exit in a thread ends the process; fork leaves the one that called")
  func exitAndFork() throws {
    let transcript = try Transcript()
    let (_, said) = transcript.run(
      """
      process v { thread a { exit 4 } print "not reached" }
      print "status {status}"
      process p {
        thread a { malloc 5; c = fork("child") }
        grep Threads /proc/self/status
        process child { grep Threads /proc/self/status; q = malloc(20); free q }
      }
      """)
    #expect(said == "status 4\nThreads:\t2\nThreads:\t1\n")
  }

  @Test("/proc and ps show threads")
  func filesAndPs() throws {
    let transcript = try Transcript()
    let (_, said) = transcript.run(
      """
      process server {
        thread worker { malloc 1 }
        thread reader { malloc 1 }
      }
      grep Threads /proc/$server/status
      ls /proc/$server/task | wc -l
      ps -L -p $server -o lwp= -o comm= | awk '{print $2}'
      process server { join worker }
      for id in $(ls /proc/$server/task); do cat /proc/$server/task/$id/comm; done
      """)
    #expect(said == "Threads:\t3\n3\nserver\nworker\nreader\nserver\nreader\n")
  }

  @Test("a thread's number leads to its files, and kill to its process")
  func numbersOfThreads() throws {
    // As kill(2) of a thread's number does on Linux; /proc/TID is there although nobody lists it.
    let (_, said) = try Transcript().run(
      """
      process server { thread worker { id = gettid() } }
      cat /proc/$id/comm
      grep ^Pid /proc/$id/status | wc -l
      kill -0 $id
      kill -9 $id
      kill -0 $server
      """)
    #expect(said == "worker\n1\ntest.mem: line 6: kill: (89) - No such process\n", "\(said)")
  }

  @Test("who holds an arena decides where others allocate")
  func holds() throws {
    let transcript = try Transcript()
    // With two arenas at most, the third thread shares one of them: the one that nobody holds.
    let (_, said) = transcript.run(
      """
      mallopt(M_ARENA_MAX, 2)
      m = malloc 10
      thread a { p = malloc 10; holding arena { thread b { q = malloc 10 } } }
      print int(q) - int(m) < 1M
      holding arena { thread c { r = malloc 10 } }
      print int(r) / 64M == int(p) / 64M
      """)
    #expect(said.hasSuffix("true\ntrue\n"), "\(said)")
  }

  @Test("steps back bring threads back")
  func undo() throws {
    let transcript = try Transcript()
    _ = transcript.run("thread a { p = malloc 1000 }", isInteractive: true)
    let snapshot = transcript.session.snapshot()
    _ = transcript.run("join a", isInteractive: true)
    #expect(transcript.run("ls /proc/self/task | wc -l", isInteractive: true).said.contains("1\n"))
    transcript.session.restore(snapshot)
    #expect(transcript.run("ls /proc/self/task | wc -l", isInteractive: true).said.contains("2\n"))
    #expect(transcript.session.machine.invariantViolations() == [])
  }
}
