// The quiz: predict, then see.

/// The questions of the quiz, the easy ones first.
enum Quiz {
  static let questions = [
    Question(
      text: "p = malloc 64M\nHow much larger is VSS then than before?", kind: .bytes(within: 2),
      script: """
        before = field("/proc/self/status", "VmSize")
        p = malloc 64M
        answer = (field("/proc/self/status", "VmSize") - before) * 1024
        """),
    Question(
      text: "p = calloc(1, 64M)\nHow much larger is RSS then than before?", kind: .bytes(within: 0),
      script: """
        before = field("/proc/self/status", "VmRSS")
        p = calloc(1, 64M)
        answer = (field("/proc/self/status", "VmRSS") - before) * 1024
        """),
    Question(
      text: "p = malloc 64M; read p\nHow much larger is RSS then than before?", kind: .bytes(within: 0),
      script: """
        before = field("/proc/self/status", "VmRSS")
        p = malloc 64M
        read p
        answer = (field("/proc/self/status", "VmRSS") - before) * 1024
        """),
    Question(
      text: "p = malloc 40\nHow many bytes may be used: malloc_usable_size(p)?", kind: .number(within: 0),
      script: "p = malloc 40\nanswer = malloc_usable_size(p)"),
    Question(
      text: "kmalloc(100, GFP_KERNEL)\nHow many bytes does the slab object have: ksize?",
      kind: .number(within: 0),
      script: "p = kmalloc(100, GFP_KERNEL)\nanswer = ksize(p)"),
    Question(
      text:
        "machine thp=always\np = malloc 32M; write one byte in the middle of it\nHow much larger is RSS then?",
      kind: .bytes(within: 2),
      script: """
        machine thp=always
        p = malloc 32M
        before = field("/proc/self/status", "VmRSS")
        write p + 16M, 1
        answer = (field("/proc/self/status", "VmRSS") - before) * 1024
        """),
    Question(
      text: "process a writes 100M, forks b; b writes nothing.\nHow large is the PSS of a then?",
      kind: .bytes(within: 3),
      script: """
        process a { p = malloc 100M; write p; fork("b") }
        answer = field("/proc/$a/smaps_rollup", "Pss") * 1024
        """),
    Question(
      text:
        "machine ram=1G without swap; a process writes to memory until it is killed.\nHow much could it write?",
      kind: .bytes(within: 5),
      script: """
        overcommit 1
        process hog {
          p = malloc 4G
          answer = 0
          while true { write p + answer, 1M; answer = answer + 1M }
        }
        """),
    Question(
      text:
        "db has written 300M, web 200M, log 10M of 1G; their oom_score_adj are\n0, 300 and 600. Who dies first?",
      kind: .word(["db", "web", "log"]),
      script: """
        machine ram=1G
        process db { p = malloc 300M; write p }
        process web { q = malloc 200M; write q; oom_adj 0 }
        process log { r = malloc 10M; write r }
        choom -p $web -n 300
        choom -p $log -n 600
        answer = "db"
        best = int($(cat /proc/$db/oom_score))
        if int($(cat /proc/$web/oom_score)) > best { best = int($(cat /proc/$web/oom_score)); answer = "web" }
        if int($(cat /proc/$log/oom_score)) > best { answer = "log" }
        """),
  ]
}
