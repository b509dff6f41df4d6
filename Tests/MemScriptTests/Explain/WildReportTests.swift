// What reports of strangers showed, each in as few lines as it takes.

import Testing

@testable import MemScript

@Suite("Reports as people have them")
struct WildReportTests {
  private func explain(_ log: String) -> [ReportExplanation] {
    ReportExplanation.explanations(ofLog: Array(log.utf8))
  }

  private func first(_ log: String) throws -> ReportExplanation {
    try #require(explain(log).first)
  }

  @Test("kills that grep found are reports of their own")
  func grep() {
    let found = explain(
      """
      Mar  3 01:10:11 db1 kernel: Out of memory: Kill process 2345 (mysqld) score 812 or sacrifice child
      Mar  3 01:10:11 db1 kernel: Killed process 2345 (mysqld) total-vm:20123456kB, anon-rss:15310180kB, file-rss:0kB
      Mar  4 02:20:22 db1 kernel: Out of memory: Kill process 9911 (java) score 702 or sacrifice child
      Mar  4 02:20:22 db1 kernel: Killed process 9911 (java) total-vm:10123456kB, anon-rss:9310180kB, file-rss:0kB
      """)
    #expect(found.map(\.victim) == [2345, 9911] && found.map(\.printedScore) == [812, 702])
  }

  @Test("a child dies in the place of who was chosen; who shares the memory dies too")
  func sacrificed() throws {
    let found = try first(
      """
      [1.0] sh invoked oom-killer: gfp_mask=0xd0, order=1, oom_score_adj=0
      [1.0] Out of memory (oom_kill_allocating_task): Kill process 6344 (sh) score 0 or sacrifice child
      [1.0] Killed process 6345 (sleep) total-vm:1736kB, anon-rss:44kB, file-rss:200kB
      """)
    #expect(found.victim == 6345 && found.victimName == "sleep")
    #expect(found.text(width: 200).contains("sleep (6345) in the place of sh (6344)"))
    let sharing = try first(
      """
      [1.0] a.out invoked oom-killer: gfp_mask=0x24280ca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), order=0, oom_score_adj=0
      [1.1] Out of memory: Kill process 3963 (a.out) score 998 or sacrifice child
      [1.1] Kill process 4001 (b.out) sharing same memory
      [1.1] Killed process 3963 (a.out) total-vm:4312kB, anon-rss:84kB, file-rss:0kB, shmem-rss:0kB
      """)
    #expect(sharing.victim == 3963 && sharing.text(width: 200).contains("b.out (4001), sharing its memory"))
  }

  @Test("el7's 3.10 spares root by 3 % of its own, as Linux 3.14 does")
  func elSeven() throws {
    let found = try first(
      """
      [1.0] java invoked oom-killer: gfp_mask=0x280da, order=0, oom_score_adj=0
      [1.0] CPU: 62 PID: 77 Comm: java Not tainted 3.10.0-862.el7.x86_64 #1
      [1.0] Mem-Info:
      [1.0] active_anon:1 inactive_anon:1 isolated_anon:0
      [1.0] Free swap  = 0kB
      [1.0] Total swap = 33554428kB
      [1.0] 33456799 pages RAM
      [1.0] 603108 pages reserved
      [1.0] [ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name
      [1.0] [   77]   100    77   400000   123290       0        0             0 java
      [1.0] [53549]     0 53549 13000000 10068578   27987     8552             0 palo_be
      [1.0] Out of memory: Kill process 53549 (palo_be) score 237 or sacrifice child
      [1.0] Killed process 53549 (palo_be) total-vm:52000000kB, anon-rss:40274312kB, file-rss:0kB, shmem-rss:0kB
      """)
    #expect(found.agrees == true && found.recomputedScore == 9_801_964)
    #expect(found.ranking.first?.badness == found.recomputedScore)
  }

  @Test("a report whose head is lost, behind it a warning and the next report, is not read backwards")
  func headless() {
    let report = """
      [9.0] Mem-Info:
      [9.0] active_anon:5909 inactive_anon:766016 isolated_anon:0
      [9.0] 917227 pages RAM
      [9.0] 43985 pages reserved
      [9.0] Tasks state (memory values in pages):
      [9.0] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
      [9.0] [    662]  1000   662   200000    71335  5390336        0             0 baloo_file
      [9.0] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=baloo_file,pid=662,uid=1000
      [9.0] Out of memory: Killed process 662 (baloo_file) total-vm:800000kB, anon-rss:285340kB, file-rss:0kB, shmem-rss:0kB, UID:1000 pgtables:5264kB oom_score_adj:0
      """
    let found = explain(
      report + """

        [9.5] WARNING: CPU: 0 PID: 99 at kernel/foo.c:1 foo+0x1/0x2
        [9.5] CPU: 0 PID: 99 Comm: kworker/0:1 Not tainted 6.1.0 #1
        [9.9] tblgen invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0
        [9.9] CPU: 4 PID: 4749 Comm: tblgen Not tainted 5.13.0 #1

        """ + report.replacing("662", with: "773"))
    #expect(found.map(\.victim) == [662, 773])
    #expect(found.map(\.report.request?.name) == [nil, "tblgen"])
  }

  @Test("prose is no report")
  func prose() {
    #expect(
      explain(
        """
        Process that invoked oom-killer is the one that asked, not the one that died.
        If you see `Out of memory: Killed process 1234 (foo)` in a wiki page, it is an example.
        Note: page allocation failure handling is untested; see kswapd0: page allocation failure in the tracker.
        Subject: Re: mm: mkfs.ext4 invoked oom-killer: gfp_mask=0x101cc0, order=0
        """
      ).isEmpty)
  }

  @Test("the limit of memory and swap together is named where that one was reached")
  func memoryAndSwap() throws {
    let found = try first(
      """
      [1.0] hog invoked oom-killer: gfp_mask=0x24000c0(GFP_KERNEL), order=0, oom_score_adj=0
      [1.0] Task in /docker/6c killed as a result of limit of /docker/6c
      [1.0] memory: usage 307112kB, limit 307200kB, failcnt 15356
      [1.0] memory+swap: usage 614400kB, limit 614400kB, failcnt 63
      [1.0] kmem: usage 1308kB, limit 9007199254740988kB, failcnt 0
      [1.0] Memory cgroup stats for /docker/6c: cache:0KB rss:305804KB rss_huge:0KB mapped_file:0KB dirty:0KB
      [1.0] Memory cgroup out of memory: Kill process 1667 (hog) score 1003 or sacrifice child
      [1.0] Killed process 1667 (hog) total-vm:616304kB, anon-rss:249932kB, file-rss:296kB
      """)
    #expect(found.why.contains("memory.memsw.limit_in_bytes 614400 kB"))
    #expect(found.rescue.first?.contains("memory.memsw.limit_in_bytes") == true)
    // Statistics in one line are KiB, those in lines of their own bytes.
    #expect(found.text(width: 200).contains("rss 298.6 MiB"))
  }

  @Test(
    "requests that failed",
    arguments: [
      ("0x20", "", 3000, 3600, "may not wait"), ("0x820", "(GFP_ATOMIC)", 3000, 3600, "may not wait"),
      ("0x820", "(GFP_ATOMIC)", 90_000, 3600, "does not show why"),
      ("0xcc0", "(GFP_KERNEL)", 90_000, 3600, "does not show why"),
    ])
  func failures(flags: String, names: String, free: Int, mark: Int, words: String) throws {
    let found = try first(
      """
      [1.0] swapper/0: page allocation failure: order:0, mode:\(flags)\(names)
      [1.0] CPU: 0 PID: 0 Comm: swapper/0 Not tainted 5.8.0 #1
      [1.0] Mem-Info:
      [1.0] active_anon:1000 inactive_anon:1000 isolated_anon:0
      [1.0]  active_file:9000 inactive_file:9000 isolated_file:0
      [1.0]  free:\(free / 4) free_pcp:0 free_cma:0
      [1.0] Normal free:\(free)kB min:\(mark)kB low:\(mark * 5 / 4)kB high:\(mark * 3 / 2)kB present:131072kB managed:118784kB
      [1.0] lowmem_reserve[]: 0 0 0
      [1.0] 32768 pages RAM
      [1.0] 0 pages HighMem/MovableOnly
      [1.0] 3072 pages reserved
      """)
    #expect(found.kind == .allocationFailure && found.why.contains(words), "\(found.why)")
  }

  @Test("blocks of zones that a request may not use are no help, and no fragmentation")
  func usableZones() throws {
    let log = """
      [1.0] sh invoked oom-killer: gfp_mask=0xd0, order=1, oom_score_adj=0
      [1.0] Pid: 6344, comm: sh Not tainted 3.2.32 #1
      [1.0] Mem-Info:
      [1.0] active_anon:160474 inactive_anon:6747 isolated_anon:0
      [1.0]  free:15839916 slab_reclaimable:1852 slab_unreclaimable:117519
      [1.0] Normal free:3644kB min:3732kB low:4664kB high:5596kB present:888700kB
      [1.0] lowmem_reserve[]: 0 0 496521 496521
      [1.0] HighMem free:63352504kB min:512kB low:67316kB high:134124kB present:63554712kB
      [1.0] lowmem_reserve[]: 0 0 0 0
      [1.0] Normal: 217*4kB 10*8kB 0*16kB = 3700kB
      [1.0] HighMem: 151*4kB 136*8kB 232*16kB = 63351580kB
      [1.0] 16777200 pages RAM
      [1.0] 665251 pages reserved
      [1.0] Killed process 6345 (sleep) total-vm:1736kB, anon-rss:44kB, file-rss:200kB
      """
    #expect(try first(log).why.contains("low memory"))
    // Where the zone has room, the pieces are too small.
    let roomy = log.replacing("Normal free:3644kB", with: "Normal free:83644kB")
      .replacing("217*4kB 10*8kB 0*16kB = 3700kB", with: "20911*4kB 0*8kB 0*16kB = 83644kB")
    #expect(try first(roomy).why.contains("fragmented"))
  }

  @Test("numbers of no machine do no harm")
  func hostileNumbers() throws {
    let rows = (0..<200).map {
      "[1.0] [\($0 + 100)]     0   1   17592186044415   17592186044415   4096   17592186044415   0 x\($0)x"
    }
    let log = """
      [1.0] x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
      [1.0] Mem-Info:
      [1.0] active_anon:17592186044415 inactive_anon:17592186044415 isolated_anon:0
      [1.0] Node 0 hugepages_total=4294967295 hugepages_free=4294967295 hugepages_surp=0 hugepages_size=17592186044415kB
      [1.0] Node 0 hugepages_total=2147483648 hugepages_free=1 hugepages_surp=0 hugepages_size=8192kB
      [1.0] Free swap  = 17592186044415kB
      [1.0] Total swap = 17592186044415kB
      [1.0] 17592186044415 pages RAM
      [1.0] 0 pages reserved
      [1.0] Tasks state (memory values in pages):
      [1.0] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
      \(rows.joined(separator: "\n"))
      [1.0] Out of memory: Killed process 100 (x0x) total-vm:17592186044415kB, anon-rss:17592186044415kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0
      """
    let found = try first(log)
    #expect(found.victim == 100 && found.report.hugePages.isEmpty)
    #expect(!found.text().isEmpty && !found.json.text.isEmpty && found.script.utf8.count < 1 << 22)
  }

  @Test("a deadlock is not blamed on adjustments that the table does not have")
  func deadlock() throws {
    let found = try first(
      """
      [1.0] nfsd invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
      [1.0] Mem-Info:
      [1.0] active_anon:1 inactive_anon:1 isolated_anon:0
      [1.0] Tasks state (memory values in pages):
      [1.0] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
      [1.0] [    454]     0   454      800      171    57344        0             0 watchdog
      [1.0] Out of memory and no killable processes...
      [1.0] Kernel panic - not syncing: System is deadlocked on memory
      """)
    #expect(found.kind == .panic && !found.why.contains("all have oom_score_adj -1000"))
    #expect(found.why.contains("dying already"))
  }
}
