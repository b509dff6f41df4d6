// What the trace tells: causes before effects, what is alike once, what matters always.

import LinuxMemory
import ScriptLanguage
import Testing

@testable import MemScript

@Suite("the story of a statement") struct TraceStoryTests {
  private func trace(
    _ before: String, _ statement: String, level: TraceLevel = .brief, machine: String = ""
  ) throws -> [String] {
    let transcript = try Transcript(machine: machine)
    _ = transcript.run(before)
    transcript.session.isTracing = true
    transcript.session.traceLevel = level
    transcript.session.explainedWords = Set(TraceGlossary.entries.map(\.word))
    _ = transcript.run(statement, isInteractive: true)
    return transcript.trace.split(separator: "\n").map(String.init)
  }

  @Test(
    "what a learner met, and what is told now",
    arguments: [
      (
        "p = mmap(NULL, 4096, PROT_READ)", "write p",
        "is mapped r--, but only reading is allowed: SIGSEGV (SEGV_ACCERR)"
      ),
      (
        "", "malloc(100)",
        "first call: the heap begins with 132 KiB from the kernel, 128 KiB of it reserve (M_TOP_PAD)"
      ),
      (
        "", "malloc(100)",
        "112 bytes cut off the top chunk, 131.3 KiB left (100 asked for, 112 with its header, rounded up)"
      ),
      ("", "mlockall(MCL_CURRENT)", "mlock   all mappings, 996 KiB"),
      ("", "malloc(-5)", "is more than PTRDIFF_MAX, whatever memory there is: NULL, errno ENOMEM"),
      (
        "", "x = malloc 1500M",
        "refused by overcommit_memory=0: 1.5 GiB asked for, more than all RAM and swap: 960.7 MiB"
      ),
      ("p = malloc 1M; write p", "write p", "write   no fault: all its pages were there already"),
      (
        "", "machine ram=512M, swap=128M",
        "machine x86_64, Linux 6.1, glibc 2.36, 1 CPU, 512M RAM, 128M swap; "
      ),
      ("", "process web { }", "process web started, PID 89: 12 pages of its own for program and stack"),
      ("", "alloc_pages(GFP_KERNEL, 3)", "buddy   block of 8 pages (order 3) for the kernel: frame "),
      (
        "dd if=/dev/zero of=/f bs=1M count=5 2> /dev/null", "cat /f > /dev/null",
        "5 MiB (1280 pages) of /f found in the page cache"
      ),
      (
        "dd if=/dev/zero of=/f bs=1M count=5 2> /dev/null", "sync",
        "5 MiB (1280 pages) written to the disk: clean now"
      ),
      (
        "", "dd if=/dev/zero of=/f bs=1M count=5", "5 MiB (1280 pages) of /f written in the page cache: dirty"
      ),
      (
        "echo always > /sys/kernel/mm/transparent_hugepage/enabled; p = malloc 8M", "write p",
        "in huge pages zeroed and mapped"
      ),
      (
        "p = mmap(0, 4M); write p; fork(\"kid\")", "munmap(p, 4M)",
        "(1024 pages) leave the process, none comes free: others hold them"
      ),
    ])
  func lines(before: String, statement: String, words: String) throws {
    let lines = try trace(before, statement)
    #expect(lines.contains { $0.contains(words) }, "\(lines)")
  }

  @Test("causes stand above what they caused, deeper in")
  func order() throws {
    let lines = try trace("", "p = malloc 100M", level: .normal)
    let layers = lines.map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }
    #expect(layers == ["glibc", "brk", "fault", "glibc", "mmap", "fault", "main"])
    let depths = lines.map { $0.prefix { $0 == " " }.count }
    #expect(depths == [2, 4, 4, 2, 4, 4, 2])
  }

  @Test("an endless loop ends with the words that matter", arguments: TraceLevel.allCases)
  func loop(level: TraceLevel) throws {
    let lines = try trace("", "while true { x = malloc(10M); write x }", level: level)
    #expect(lines.contains { $0.contains("oom     no page to be had for PID 88") })
    #expect(lines.contains { $0.contains("oom     the highest oom_score dies: main ") })
    #expect(lines.contains { $0.contains("process PID 88 killed by SIGKILL") })
    if level != .full { #expect(lines.count < 30) }
    if level == .brief { #expect(lines.count < 14) }
  }

  @Test("numbers that run are a range")
  func folding() throws {
    let lines = try trace("", "for i in 0..<1000 { p = malloc(1000) }", level: .normal)
    #expect(
      lines.contains { $0.contains("cut off the top chunk, 130.4..") && $0.contains("KiB left, 1000 times") },
      "\(lines)")
    #expect(lines.count < 12)
    #expect(TraceStory.Entry.merged("a 3 KiB left", "a 20 KiB left") == "a 3..20 KiB left")
    #expect(TraceStory.Entry.merged("a 3 KiB left", "a 1.5 MiB left") == "a 3 K..1.5 MiB left")
    #expect(TraceStory.Entry.merged("at 0x10,", "at 0x20,") == "at 0x10..0x20,")
    #expect(TraceStory.Entry.merged("same", "same") == "same")
  }

  @Test("the sum line has swap, and says nothing of what did not change")
  func sums() throws {
    let lines = try trace("p = malloc 220M", "write p", machine: "ram=256M,swap=256M")
    let sum = lines.last { $0.contains("  main ") } ?? ""
    #expect(sum.contains("  swap +") && sum.contains("VSS 221.1 MiB  RSS +"), "\(sum)")
    #expect(try trace("", "x = 1").isEmpty && trace("", "ps").isEmpty)
  }

  @Test("each step that is told is in the story, whatever the level")
  func everyKindHasWords() throws {
    let transcript = try Transcript(machine: "swap=64M")
    transcript.session.isTracing = true
    for level in TraceLevel.allCases {
      transcript.session.traceLevel = level
      _ = transcript.run(
        "p = malloc 10M; write p; fork(\"k\"); write p, 1M; free p; kfree(kmalloc(10))", isInteractive: true)
      for line in transcript.trace.split(separator: "\n") { #expect(line.count > 10, "\(line)") }
    }
  }

  @Test("words are explained once")
  func glossary() throws {
    let transcript = try Transcript()
    transcript.session.isTracing = true
    for _ in 0..<3 { _ = transcript.run("malloc(100)", isInteractive: true) }
    #expect(transcript.trace.split(separator: "\n").count { $0.contains("unused end") } == 1)
  }

  @Test("why tells the chain, what decides, and what would decide otherwise")
  func why() throws {
    let transcript = try Transcript()
    let session = transcript.session
    #expect(session.why() == nil && session.why(.null) == nil && session.why(.dead) == nil)
    session.isTracing = true
    _ = transcript.run("p = malloc 100M", isInteractive: true)
    _ = transcript.run("ps", isInteractive: true)
    let mapped = try #require(session.why())
    #expect(mapped.hasPrefix("p = malloc 100M\nmalloc of 100 MiB\n"))
    #expect(
      mapped.contains("otherwise: mallopt(M_MMAP_THRESHOLD, n) with n above 104861696, or M_MMAP_MAX 0"))
    _ = transcript.run("q = malloc 3T", isInteractive: true)
    _ = transcript.run("write p, 4K", isInteractive: true)
    #expect(session.why(.null)?.contains("overcommit_memory=1 would grant it") == true)
    #expect(session.why()?.contains("the pages come from the zones' free lists") == true)
    #expect(session.why(.rss)?.hasPrefix("RSS of main: 824 KiB\n") == true)
    _ = transcript.run("write(16, 1)", isInteractive: true)
    #expect(session.why(.signal)?.contains("nothing is mapped at 0x0") == true)
    #expect(session.why(.dead)?.contains("main (PID 88) held VSS 101.1 MiB, RSS 824 KiB") == true)
    #expect(session.statusText(of: nil)?.hasPrefix("as it was when it died:\nName:\tmain\n") == true)
  }
}
