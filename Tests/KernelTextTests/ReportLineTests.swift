// Single lines: what they say, and what is not read from a line that is cut.

import Testing

@testable import KernelText

@Suite struct ReportLineTests {
  private func line(_ text: String) -> ReportLine { ReportLine(Array(text.utf8)[...]) }

  @Test func requestsOfAllReleases() {
    for (text, flags, order, adjustment) in [
      ("a b invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=-700", 0xcc0, 0, -700),
      ("Xorg invoked oom-killer: gfp_mask=0x2d0, order=0, oomkilladj=0", 0x2d0, 0, nil),
      ("x invoked oom-killer: gfp_mask=0x0, order=-1, oom_score_adj=0", 0, -1, 0),
      ("x invoked oom-killer: gfp_mask=0x140dca(GFP_HI", nil, nil, nil),
      ("x invoked oom-killer: gfp_mask=0x140d", nil, nil, nil),
      ("x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=1", 0xcc0, nil, nil),
    ] as [(String, UInt64?, Int?, Int?)] {
      guard case .request(let request) = line(text) else {
        Issue.record("\(text)")
        continue
      }
      #expect(request.flags == flags && request.order == order && request.adjustment == adjustment, "\(text)")
    }
    guard case .request(let old) = line("swapper: page allocation failure. order:1, mode:0x20"),
      case .request(let new) = line(
        "a:b: page allocation failure: order:9, mode:0x40cc0(GFP_KERNEL), nodemask=(null)")
    else {
      Issue.record("no requests")
      return
    }
    #expect(old.order == 1 && old.flags == 0x20 && old.outcome == .failure)
    #expect(new.name == "a:b" && new.order == 9 && new.flagNames == "GFP_KERNEL")
  }

  @Test func namesMayHoldAnything() {
    guard
      case .kill(let kill) = line(
        "Out of memory: Killed process 98 (] kill (me) ) total-vm:1kB, anon-rss:2kB, file-rss:3kB, shmem-rss:4kB, "
          + "UID:0 pgtables:5kB oom_score_adj:0"),
      case .verdict(let verdict) = line(
        "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,"
          + "task=x,pid=1,uid=0,pid=79,uid=7")
    else {
      Issue.record("not read")
      return
    }
    #expect(kill.name == "] kill (me) " && kill.sizes["pgtables"] == 5 && kill.sizes.count == 5)
    #expect(verdict.name == "x,pid=1,uid=0" && verdict.process == 79 && verdict.allowedNodes == "0")
    let columns = ["uid", "tgid", "total_vm", "rss", "pgtables_bytes", "swapents", "oom_score_adj", "name"]
    guard
      case .row(79, let text) = line(
        "[     79]     7    79     3414     3293    65536        5          -600  12 x")
    else {
      Issue.record("no row")
      return
    }
    let row = TaskTable.Row(process: 79, text, columns: columns)
    #expect(
      row?.name == " 12 x" && row?.adjustment == -600 && row?.swapPages == 5 && row?.pageTableBytes == 65536)
  }

  @Test func whatIsCutIsNotRead() {
    #expect(line("Out of memory: Killed process 9") == .other)
    #expect(line("130942 pages RA") == .other)
    #expect(line("Total swap = 131068") == .other)
    #expect(
      line("Node 0 DMA32 free:2976kB min:4636kB managed:44385") == line("Node 0 DMA32 free:2976kB min:4636kB")
    )
    #expect(line("memory: usage 81920kB, limit 8192") == line("memory: usage 81920kB"))
    let columns = ["uid", "tgid", "total_vm", "rss", "pgtables_bytes", "swapents", "oom_score_adj", "name"]
    for cut in ["1 2 3 4 5 6", "1 2 3 4 5 6 60", "1 2 3 4 5 6 7 ", "1 2 3 4 5 6 7777 x", "1 2 -3 4 5 6 7 x"] {
      #expect(TaskTable.Row(process: 1, Array(cut.utf8)[...], columns: columns) == nil, "\(cut)")
    }
  }

  @Test func numbersThatNoMachineHasAreNotRead() {
    for number in [
      "9223372036854775807", "9223372036854775808", "18446744073709551616", "-1", "99999999999999999999999",
    ] {
      #expect(line("\(number) pages RAM") == .other, "\(number)")
      #expect(
        line("active_anon:\(number) free:5") == line("free:5")
          || line("active_anon:\(number) free:5") == .other)
      #expect(line("Node 0 DMA free:\(number)kB") == .zone(node: 0, name: "DMA", []))
    }
    #expect(
      line("memory: usage 1kB, limit 9007199254740988kB, failcnt 0")
        == .groupLimit(.memory, GroupLimit(usage: 1, limit: .max, refusals: 0)))
    #expect(
      line("memory+swap: usage 0kB, limit 18014398509481983kB, failcnt 0")
        == .groupLimit(.memoryAndSwap, GroupLimit(usage: 0, limit: .max, refusals: 0)))
  }

  @Test func otherProgramsAreNotTheKernel() {
    for text in [
      "Out of memory: could not allocate 1048576 bytes", "java.lang.OutOfMemoryError: Java heap space",
      "WARN pool exhausted (free: 0, waiting: 12)", "sending SIGTERM to process 1802 uid 1000 \"chrome\"",
      "Killed /user.slice/app.scope due to memory pressure", "Tasks: 12 total",
    ] {
      switch line(text) {
      case .other, .sizes, .statistic: break
      case let content: Issue.record("\(text) is read as \(content)")
      }
    }
  }
}
