// What people met that Linux does otherwise, one case of each kind; the expected values are a real machine's.

import KernelText
import LinuxMemory
import ScriptLanguage
import Testing

@testable import MemScript

@Suite("mechanisms that were found wrong")
struct MechanismTests {
  private func lines(_ script: String, machine: String = "") throws -> [String] {
    try Transcript(machine: machine).run(script).said.split(separator: "\n").map(String.init)
  }

  /// The number behind a label of `/proc/meminfo` or `/proc/vmstat`, in the order of printing.
  private func numbers(_ label: String, in lines: [String]) -> [Int] {
    lines.compactMap { line in
      let fields = line.split(separator: " ")
      return fields.first == label[...] ? fields.dropFirst().first.flatMap { Int($0) } : nil
    }
  }

  @Test("what the smallest machines hold fits into them", arguments: ["x86_64", "i386"])
  func smallest(architecture: String) throws {
    for (cpus, extra) in [(1, 0), (16, 0), (32, 0), (48, 16), (64, 32)] {
      let ram = (architecture == "i386" ? 64 : 128) + extra
      let memory = MemoryInformation(
        of: try Transcript(machine: "arch=\(architecture),ram=\(ram)M,cpus=\(cpus)").session.machine)
      let held =
        memory.free + memory.slabReclaimable + memory.slabUnreclaimable + memory.kernelStack
        + memory.pageTables
        + memory.anonymous + memory.cached + (memory.perCPU ?? 0)
      #expect(held <= memory.total, "\(architecture), \(cpus) CPUs")
    }
  }

  /// `dup_mmap` asks for each area by itself. Recorded on 6.1 and 6.18, 1 GiB without swap: two areas of 500 MiB fork
  /// three times; one of 1500 MiB that mode 1 let in is refused in mode 0.
  @Test("fork asks for the commit charge of one area after the other", arguments: ["6.1", "6.18"])
  func forkByArea(kernel: String) throws {
    let machine = "kernel=\(kernel)"
    #expect(
      try lines(
        "process a { p = mmap(0,500M); q = mmap(0x10000000000,500M); for i in 0..<3 { print fork(\"c{i}\") > 0 } }",
        machine: machine) == ["true", "true", "true"])
    let refused = try lines(
      "overcommit 1\nprocess a { p = mmap(0,1500M); overcommit 0\nprint fork(\"c\"), errno == ENOMEM }",
      machine: machine)
    #expect(refused.last == "-1 true")
  }

  /// Recorded: 307,352 kB written read 307,376, 307,404 and 307,432 after three forks, whose children touched a few
  /// pages of their own; `__page_dup_rmap` raises only `_mapcount`.
  @Test("a page that processes share counts once", arguments: ["never", "always"])
  func sharedPages(thp: String) throws {
    let said = try lines(
      """
      process a { p = malloc 300M; write p }
      cat /proc/meminfo /proc/vmstat
      process a { fork "b"; fork "c"; fork "d" }
      cat /proc/meminfo /proc/vmstat
      """, machine: "thp=\(thp)")
    for label in ["AnonPages:", "Inactive(anon):", "Active(anon):", "nr_anon_pages", "nr_inactive_anon"] {
      let values = numbers(label, in: said)
      #expect(values.count == 2 && (0...100).contains(values[1] - values[0]), "\(label) \(values)")
    }
    let tables = numbers("PageTables:", in: said)
    // 155 pages of tables per child.
    #expect(abs(tables[1] - tables[0] - 3 * 620) < 60)
  }

  @Test("kernel calls act in the name of the process that makes them")
  func caller() throws {
    let spend = "process checkd { while true { if !kmalloc(4K, GFP_KERNEL) { break } } }\ndmesg"
    let said = try lines(spend)
    #expect(said.contains { $0.contains("] checkd invoked oom-killer: ") })
    let spared = try lines(
      "echo 1 > /proc/sys/vm/oom_kill_allocating_task\nprocess hog { p = malloc 300M; write p }\n" + spend)
    let verdict = spared.first { $0.contains("Out of memory") }
    #expect(verdict?.contains("Out of memory (oom_kill_allocating_task): Killed process") == true)
    #expect(verdict?.contains("(checkd)") == true)
  }

  @Test("swapoff under oom_kill_allocating_task dies in that setting's words: the kernel tests it first")
  func swapoff() throws {
    let script = "process big { p = malloc 1200M; write p }\nprocess k { swapoff -a }\n"
    let asked = try lines(
      "echo 1 > /proc/sys/vm/oom_kill_allocating_task\n" + script + "dmesg", machine: "swap=512M")
    #expect(asked.contains { $0.contains("Out of memory (oom_kill_allocating_task): Killed process") })
    let plain = try lines(script + "dmesg\nwhy_oom", machine: "swap=512M")
    #expect(plain.contains { $0.contains("Out of memory: Killed process") && $0.contains("(k)") })
    #expect(plain.contains { $0.hasSuffix("decided by swapoff, whatever its value") })
    #expect(!plain.contains { $0.hasSuffix("or more: taken") })
  }

  @Test("why_oom says which zone, which order and which mark")
  func shortage() throws {
    let low = try lines(
      "process k { while true { if !kmalloc(32K, GFP_KERNEL) { break } } }\nwhy_oom",
      machine: "arch=i386,ram=2G"
    ).joined(separator: "\n")
    #expect(low.contains("needed a block of 32 KiB (order 3) in zone DMA or Normal"))
    #expect(low.contains("of which 40.9 MiB must stay"))
    #expect(low.contains("were free in HighMem, which this request cannot use"))
    let asked = try lines(
      """
      echo 1 > /proc/sys/vm/oom_kill_allocating_task
      process big { p = malloc 500M; write p }
      process small { p = malloc 600M; write p }
      why_oom
      """)
    #expect(asked.contains { $0.hasPrefix("It was chosen because it asked") })
    #expect(asked.contains { $0.hasSuffix("decided by who asked: only -1000 spares it") })
  }

  @Test("the report of 6.18 has the columns since 6.8, and dirty pages where there are some")
  func report618() throws {
    let script = "overcommit 1\ndd if=/dev/zero of=/x bs=1M count=40\necho f > /proc/sysrq-trigger\ndmesg"
    let new = try lines("process hog { p = malloc 100M; write p }\n" + script, machine: "kernel=6.18")
    #expect(
      new.contains { $0.contains("total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents") })
    #expect(new.contains { $0.contains("CPU: 0 UID: 0 PID: ") })
    let old = try lines("process hog { p = malloc 100M; write p }\n" + script)
    #expect(old.contains { $0.contains("total_vm      rss pgtables_bytes swapents oom_score_adj name") })
    #expect(!old.contains { $0.contains(" UID: 0 PID: ") })
    for said in [new, old] {
      let dirty = said.first { $0.contains(" dirty:") }
      #expect(dirty?.contains(" dirty:0 ") == false, "\(dirty ?? "no line")")
      #expect(said.contains { $0.contains("writepending:") && !$0.contains("writepending:0kB") })
    }
  }

  /// Looked up and recorded on 6.1, 6.18 and 7.2: the growth of an area that is not accounted is charged all the
  /// same, and never given back; a writable one's goes when the area goes.
  @Test("a read-only stack area's growth stays in Committed_AS, as on Linux")
  func growsDown() throws {
    func left(_ protection: String) throws -> Int {
      let said = try lines(
        """
        grep Committed_AS /proc/meminfo
        process d { p = mmap(0,4096,\(protection),MAP_PRIVATE|MAP_ANONYMOUS|MAP_GROWSDOWN); read p - 4M, 1; exit }
        grep Committed_AS /proc/meminfo
        """)
      let values = numbers("Committed_AS:", in: said)
      return values[1] - values[0]
    }
    #expect(try left("PROT_READ") == 4096)
    #expect(try left("PROT_READ|PROT_WRITE") == 0)
  }

  @Test("a fault in what is mapped but not allowed is told from one where nothing is mapped")
  func accessErrors() throws {
    func fault(_ script: String) throws -> String? {
      let transcript = try Transcript()
      transcript.session.isTracing = true
      return transcript.run(script).said.split(separator: "\n").map(String.init).first {
        $0.contains("  signal ")
      }
    }
    for (script, allowed) in [
      ("p = mmap(NULL,4096,PROT_READ); write p", "only reading is"),
      ("p = mmap(NULL,4096,PROT_NONE); read p, 1", "no access is"),
      ("p = mmap(NULL,4096); mprotect(p,4096,PROT_READ); write p, 1", "only reading is"),
    ] {
      #expect(try fault(script)?.contains("but \(allowed) allowed: SIGSEGV (SEGV_ACCERR)") == true)
    }
    #expect(try fault("write NULL")?.contains("nothing is mapped at 0x0: SIGSEGV (SEGV_MAPERR)") == true)
  }

  @Test("brk(0) succeeds and leaves the break")
  func breakOfZero() throws {
    #expect(try lines("b = sbrk(0); print brk(0), sbrk(0) == b") == ["0 true"])
  }

  @Test(
    "free of what malloc never gave aborts, as the first call of the heap too",
    arguments: [
      "p = mmap(0,4096); free(p+16)", "p = mmap(0,8192); write p; free(p+4096+16)",
      "malloc 24; p = mmap(0,4096); free(p+16)",
    ])
  func strangePointers(script: String) throws {
    let (outcome, said) = try Transcript().run(script)
    #expect(outcome == .killed(signal: 6))
    #expect(said.hasPrefix("free(): invalid pointer\nAborted"))
  }

  @Test("a write that begins in the next chunk's header is past the block")
  func headers() throws {
    func warning(_ script: String) throws -> String {
      try Transcript().run("a = malloc(24); b = malloc(24); " + script).said
    }
    for script in ["write a+24, 1", "write a+31, 1", "write b-8, 8", "write a+24"] {
      let text = try warning(script)
      #expect(
        text.contains("past the end of the block at") && text.contains("damages the header of the chunk at"),
        "\(script)")
    }
    // The last block's neighbour is top.
    #expect(try warning("write b+24, 8").contains("damages the header of the chunk at"))
    #expect(try warning("write a, 25").contains("goes 1 bytes past the end of the block"))
    #expect(try warning("write a+23, 1") == "")
    #expect(try warning("read a+24, 1") == "")
  }

  @Test("settings of arenas are taken in silence, and limit the arenas")
  func arenas() throws {
    let threads =
      "for i in 0..<4 { thread \"t{i}\" { malloc 24 } }\nprint $(malloc_info | grep -c '<heap nr')"
    for (script, count) in [
      ("", "5"), ("mallopt(M_ARENA_MAX, 2)", "2"),
      ("export MALLOC_ARENA_MAX=3\nprocess p {", "3"),
    ] {
      let end = script.hasSuffix("{") ? "\n}" : ""
      #expect(try lines(script + "\n" + threads + end) == [count], "\(script)")
    }
  }

  @Test("the break goes up and down inside one call, and a replay's peak knows")
  func replayPeak() throws {
    let trace = try AllocationTrace(
      reading: SourceText(name: "t", text: "m 1 20000\nm 2 80000\nr 2 3 120000\n"))
    let usage = try ReplayPlan(trace: trace).run().usage
    #expect(usage.heap.peak == 344 << 10)
    #expect(usage.heap.now == 268 << 10)
  }
}
