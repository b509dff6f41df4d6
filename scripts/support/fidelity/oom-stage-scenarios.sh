# The scenarios of the recordings that are compared stage by stage, as memsh scripts. Sourced by oom.sh.
# They print what oom-stages.awk reads; MEBIBYTES, MACHINE and HOG are set.

# Functions that print a title, and what /proc says of memory and of a process under a label.
stages() {
  cat <<'END'
func title(text) { print "===== {text} =====" }
func memory(label) {
  print "[{label}] meminfo:"
  cat /proc/meminfo
}
func counters(label) {
  print "[{label}] vmstat:"
  print "--- /proc/vmstat"
  cat /proc/vmstat
}
func own(label) {
  print "[{label}] status:"
  cat /proc/self/status
}
func rollup() {
  print "--- /proc/self/smaps_rollup"
  cat /proc/self/smaps_rollup
}
func look(who) { own(who); rollup(); faults("{who} ") }
func faults(who) { print "{who}minflt={getrusage(RUSAGE_SELF, "ru_minflt")} majflt={getrusage(RUSAGE_SELF, "ru_majflt")}" }
END
}

# switch_thp MODE: the setting, and a command that comes and goes as the recorded shell's did: what the CPU's
# lists of free pages hold above their new limit goes back when something is freed.
switch_thp() {
  thp "$1"
  echo 'process command { shell = malloc(100K); write shell; exit }'
}

# rt: a program with and without mlockall and mallopt, with blocks of three sizes.
scenario_rt() {
  local mode size lock option n=0
  boot
  stages
  cat <<'END'
func step(label) {
  print "STEP {label} minflt={getrusage(RUSAGE_SELF, "ru_minflt")} majflt={getrusage(RUSAGE_SELF, "ru_majflt")} sbrk0={sbrk(0)} [{label}] status:"
  cat /proc/self/status
}
func trial(locks, options, size) {
  # The recorded program has a heap from the start.
  free(malloc(1))
  step("start")
  if locks { mlockall(MCL_CURRENT | MCL_FUTURE); step("mlockall") }
  if options { mallopt(M_TRIM_THRESHOLD, -1UL); mallopt(M_MMAP_MAX, 0); step("mallopt") }
  p = malloc(size)
  step("malloc")
  if p == NULL { exit }
  write p, size - 4K
  step("touch1")
  write p, size - 4K
  step("touch2")
  free(p)
  step("free")
  p = malloc(size)
  step("malloc-2")
  write p, size - 4K
  step("touch-again")
  free(p)
  step("free-2")
  if locks { munlockall(); step("munlockall") }
  exit
}
END
  for mode in never always; do
    switch_thp $mode
    for size in 102400 200 64; do
      for lock in 0 1; do
        for option in 0 1; do
          n=$((n + 1))
          echo "title(\"rt thp=$mode lock=$lock mallopt=$option KiB=$size\")"
          echo "process rt$n { trial($lock == 1, $option == 1, ${size}K) }"
        done
      done
    done
  done
  cat <<'END'
title("non-root mlockall")
process user1 { setuid(1000); trial(true, true, 200K) }
process user2 { setuid(1000); trial(true, true, 102400K) }
title("ulimit -l unlimited non-root")
process user3 {
  setrlimit(RLIMIT_MEMLOCK, RLIM_INFINITY, RLIM_INFINITY)
  setuid(1000)
  trial(true, true, 102400K)
}
END
}

# forkcow: 100 MiB of a process and its child, through fork and writes of both.
scenario_forkcow() {
  local mode
  boot
  stages
  for mode in never always; do
    switch_thp $mode
    cat <<END
title("thp $mode")
process parent_$mode {
  p = malloc(100M)
  print "== after-malloc"
  memory("after-malloc")
  look("parent")
  write p, 100M - 4K
  print "== parent-touched"
  memory("parent-touched")
  look("parent")
  fork("child_$mode")
}
func both_$mode(stage) {
  print "== {stage}"
  memory(stage)
  process parent_$mode { look("parent") }
  process child_$mode { look("child") }
}
both_$mode("after-fork")
process child_$mode { read p, 100M - 4K }
both_$mode("child-read-all")
process child_$mode { write p, 50M - 4K }
both_$mode("child-wrote-half")
process parent_$mode { write p, 50M - 4K }
both_$mode("parent-wrote-first-half")
process parent_$mode { write p + 50M, 25M - 4K }
both_$mode("parent-wrote-third-quarter")
process child_$mode { exit }
func alone_$mode(stage) {
  print "== {stage}"
  memory(stage)
  process parent_$mode { look("parent") }
}
alone_$mode("child-exited")
process parent_$mode { write p + 75M, 25M - 4K }
alone_$mode("parent-wrote-last-quarter")
process parent_$mode { free(p) }
alone_$mode("parent-freed")
process parent_$mode { exit }
END
  done
}

# thp: one byte in every 2 MiB of 100 MiB, then all pages.
scenario_thp() {
  local mode advice
  boot
  stages
  for mode in always madvise never; do
    for advice in 0 1; do
      echo "title(\"enabled=$mode madvise=$advice\")"
      switch_thp $mode
      cat <<END
process thp_$mode$advice {
  # The recorded program has a heap from the start.
  free(malloc(1))
  counters("start")
  memory("start")
  p = malloc(100M)
  if $advice == 1 { madvise(p / 4K * 4K, 100M + 4K, MADV_HUGEPAGE) }
  own("after-malloc")
  for i in 0..<50 { write p + i * 2M, 1 }
  own("after 1 byte/2MiB")
  print "minflt={getrusage(RUSAGE_SELF, "ru_minflt")}"
  rollup()
  counters("after")
  memory("after")
  print "--- /proc/self/oom_score"
  cat /proc/self/oom_score
  write p, 100M - 4K
  own("after touch all")
  print "minflt={getrusage(RUSAGE_SELF, "ru_minflt")}"
  counters("all")
  rollup()
  free(p)
  own("after free")
  memory("freed")
  exit
}
END
    done
  done
}

# wmark: marks and reserves of the zones after writes to the settings that move them.
scenario_wmark() {
  local mode value
  boot
  # marks TITLE FILE: the zones, and what the file reads.
  marks() { printf 'print "===== %s ====="\nprint "reads back:"\ncat /proc/sys/vm/%s\ncat /proc/zoneinfo\n' "$1" "$2"; }
  marks 'as booted' min_free_kbytes
  for mode in never always madvise never; do
    switch_thp $mode
    marks "thp=$mode" min_free_kbytes
  done
  for value in 0 128 1024 4096 16384 65536 131072 262144; do
    setting min_free_kbytes $value
    marks "min_free_kbytes write $value" min_free_kbytes
    echo 'cat /proc/meminfo'
  done
  setting min_free_kbytes 4096
  echo 'print "===== after user set: thp always ====="'
  for mode in always never; do
    switch_thp $mode
    echo 'print "reads back:"'
    echo 'cat /proc/sys/vm/min_free_kbytes'
  done
  for value in 1 10 100 1000 3000; do
    setting watermark_scale_factor $value
    marks "watermark_scale_factor $value" watermark_scale_factor
  done
  setting watermark_scale_factor 10
  for value in '256 256 32 0 0' '1 1 1 1 1' '0 0 0 0 0' '64 64 64 64 64' '256 32 0 0'; do
    setting lowmem_reserve_ratio "\"$value\""
    marks "lowmem_reserve_ratio $value" lowmem_reserve_ratio
  done
}

# buddyseq: blocks of growing size come and go, then every other page of 64 MiB.
scenario_buddyseq() {
  local mode
  boot
  stages
  for mode in never always; do
    echo "title(\"thp=$mode\")"
    switch_thp $mode
    cat <<END
func blocks_$mode(stage) {
  print "== {stage}"
  print "--- /proc/buddyinfo"
  cat /proc/buddyinfo
}
process seq_$mode {
  blocks_$mode("start")
  memory("start")
  sizes = [4, 8, 16, 64, 256, 1024, 4096, 16384, 65536]
  maps = []
  for size in sizes {
    p = mmap(NULL, size * 1K, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    write p, size * 1K
    maps = maps + [p]
    blocks_$mode("mmap+touch {size} KiB")
    memory("m")
  }
  for i in 0..<9 {
    munmap(maps[i], sizes[i] * 1K)
    blocks_$mode("munmap {sizes[i]} KiB")
    memory("u")
  }
  p = mmap(NULL, 64M, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  madvise(p, 64M, MADV_NOHUGEPAGE)
  write p, 64M
  blocks_$mode("64 MiB touched (nohuge)")
  for i in 0..<8192 { madvise(p + i * 8K, 4K, MADV_DONTNEED) }
  blocks_$mode("every other page DONTNEED")
  munmap(p, 64M)
  blocks_$mode("munmapped")
  exit
}
END
  done
}
