// The tutorial: ten lessons from malloc to the OOM killer.

extension Lesson {
  /// All lessons in order.
  static let all = [
    Lesson(
      title: "malloc only promises",
      text: """
        Type: p = malloc 100M
        The line 'main' below it tells what the process has: VSS is what it may
        touch, RSS is what lies in memory. One of them grew by 100 MiB.
        """,
      question: Question(
        text: "By how much did RSS grow?", kind: .bytes(within: 0),
        script: """
          before = field("/proc/self/status", "VmRSS")
          p = malloc 100M
          answer = (field("/proc/self/status", "VmRSS") - before) * 1024
          """)),
    Lesson(
      title: "touching brings pages",
      text: """
        Type: p = malloc 100M, and then: write p, 10M
        The first write to each page of 4 KiB is a page fault: the kernel takes a
        page, fills it with zeros and maps it. Only now does RSS grow.
        """,
      question: Question(
        text: "How many page faults does 'write p, 10M' take?", kind: .number(within: 1),
        script: """
          p = malloc 100M
          before = field("/proc/vmstat", "pgfault")
          write p, 10M
          answer = field("/proc/vmstat", "pgfault") - before
          """)),
    Lesson(
      title: "large blocks go back at once",
      text: """
        Type: p = malloc 1M, then: write p, then: free p
        From 128 KiB on (M_MMAP_THRESHOLD) a block has a mapping of its own, and
        free gives it back. But look at what the trace says of the threshold: the
        next block of that size comes from somewhere else.
        """,
      question: Question(
        text: "Does a second malloc(1M) come from the heap or from mmap?", kind: .word(["heap", "mmap"]),
        script: """
          p = malloc 1M
          free p
          q = malloc 1M
          answer = "mmap"
          if q < 0x700000000000 { answer = "heap" }
          """)),
    Lesson(
      title: "freed is not given back",
      text: """
        Type: l = [], then: for i in 0..<20 { push(l, malloc(100)) }
        then: for x in l { free(x) }, and then: bins
        free keeps small chunks for the next malloc of the size: first in the
        tcache, which is the thread's own, then in fastbins.
        """,
      question: Question(
        text: "How many freed chunks of one size does the tcache keep?", kind: .number(within: 0),
        script: """
          l = []
          for i in 0..<20 { push(l, malloc(100)) }
          for x in l { free(x) }
          first = malloc 100
          answer = 0
          for i, x in l { if x == first { answer = i + 1 } }
          """)),
    Lesson(
      title: "why RSS stays",
      text: """
        Type: l = [], then: for i in 0..<1000 { push(l, malloc(4000)) }
        then: for x in l { write x }, then: for i in 0..<999 { free(l[i]) }
        and then: .why RSS
        One block at the end of the heap keeps all of it: the break cannot go
        below it. malloc_trim(0) gives back the pages in between.
        """,
      question: Question(
        text: "How much RSS does malloc_trim(0) give back then?", kind: .bytes(within: 3),
        script: """
          l = []
          for i in 0..<1000 { push(l, malloc(4000)) }
          for x in l { write x }
          for i in 0..<999 { free(l[i]) }
          before = field("/proc/self/status", "VmRSS")
          malloc_trim(0)
          answer = (before - field("/proc/self/status", "VmRSS")) * 1024
          """)),
    Lesson(
      title: "fork copies nothing",
      text: """
        Type: p = malloc 50M, then: write p, then: fork("kid")
        then: process kid { write p, 10M }, and then: maps kid
        After a fork both processes share every page, until one of them writes:
        then that page is copied (copy on write).
        """,
      question: Question(
        text: "How much memory did the kid's write take from free memory?", kind: .bytes(within: 5),
        script: """
          p = malloc 50M
          write p
          fork("kid")
          before = field("/proc/meminfo", "MemFree")
          process kid { write p, 10M }
          answer = (before - field("/proc/meminfo", "MemFree")) * 1024
          """)),
    Lesson(
      title: "files fill memory, and give way",
      text: """
        Type: dd if=/dev/zero of=/file bs=1M count=100, then: free -m
        Files stay in memory as page cache: 'free' is little, 'available' is much,
        because the kernel drops clean pages when somebody needs them.
        Type: cat /file > /dev/null
        """,
      question: Question(
        text: "Does that read anything from the disk?", kind: .word(["yes", "no"]),
        script: """
          dd if=/dev/zero of=/file bs=1M count=100
          before = field("/proc/vmstat", "pgpgin")
          cat /file > /dev/null
          answer = "no"
          if field("/proc/vmstat", "pgpgin") > before { answer = "yes" }
          """)),
    Lesson(
      title: "swap",
      text: """
        Type: machine ram=256M, swap=256M
        then: process db { p = malloc 150M; write p }
        then: process web { q = malloc 100M; write q }, then: lru, then: maps db
        When memory runs short, kswapd writes pages to swap that were not used
        for a while. Both processes still have all they asked for.
        """,
      question: Question(
        text: "Whose pages lie in swap now?", kind: .word(["db", "web"]),
        script: """
          machine ram=256M, swap=256M
          process db { p = malloc 150M; write p }
          process web { q = malloc 100M; write q }
          answer = "web"
          if field("/proc/$db/status", "VmSwap") > field("/proc/$web/status", "VmSwap") { answer = "db" }
          """)),
    Lesson(
      title: "promises have a limit",
      text: """
        Type: machine ram=1G, then: p = malloc 2G, then: .why NULL
        By default (overcommit_memory=0) the kernel refuses a request that is
        larger than all RAM and swap. Type: overcommit 1, then: p = malloc 2G
        """,
      question: Question(
        text: "After overcommit 1, does malloc(2G) succeed on 1 GiB of RAM?", kind: .word(["yes", "no"]),
        script: """
          machine ram=1G
          overcommit 1
          p = malloc 2G
          answer = "no"
          if p { answer = "yes" }
          """)),
    Lesson(
      title: "the OOM killer",
      text: """
        Type: machine ram=512M, then: process db { p = malloc 200M; write p }
        then: process web { q = malloc 100M; write q }, then: why_oom
        Who dies is who has the highest badness: RSS, swap and page tables, and
        oom_score_adj on top. Type: choom -p $db -n -500, and: why_oom again.
        """,
      question: Question(
        text: "Who would die now?", kind: .word(["db", "web", "main"]),
        script: """
          machine ram=512M
          process db { p = malloc 200M; write p }
          process web { q = malloc 100M; write q }
          choom -p $db -n -500
          answer = "web"
          if int($(cat /proc/$db/oom_score)) > int($(cat /proc/$web/oom_score)) { answer = "db" }
          """)),
  ]
}
