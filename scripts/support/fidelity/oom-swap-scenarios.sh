# The scenarios of the recordings about swap and the page cache, as memsh scripts. Sourced by oom.sh.
# They print what oom-stages.awk reads; MEBIBYTES, MACHINE and HOG are set.

# swapoff: pages come back, or the caller dies of it, or may not even try.
scenario_swapoff() {
  boot swap=256M
  setting overcommit_memory 0
  stages
  thp never
  cat <<'END'
func hold(size) {
  prctl(PR_SET_NAME, "hold")
  kept = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  write kept, size
}
title("case 1: holder 900 + holder 150, kill 150, then swapoff (fits)")
process first { hold(900M) }
cat /proc/swaps
process second { hold(150M) }
cat /proc/swaps
memory("both")
process first { own("A") }
process second { own("B") }
kill -9 $second
cat /proc/swaps
memory("killedB")
process t1 { prctl(PR_SET_NAME, "t"); swapoff /swapfile; exit status }
print "swapoff: {status}"
memory("afterswapoff")
process first { own("A") }
kill -9 $first
title("case 2: holder 1100, swapoff (does not fit)")
swapon /swapfile
process third { hold(1100M) }
cat /proc/swaps
memory("held")
process third { own("A") }
print "--- /proc/$third/oom_score"
cat /proc/$third/oom_score
process t2 { prctl(PR_SET_NAME, "t"); swapoff /swapfile }
print "swapoff: {status}"
cat /proc/swaps
memory("afterswapoff")
process third { own("A") }
dmesg -c
title("case 2b: busybox swapoff")
process t3 { prctl(PR_SET_NAME, "busybox"); swapoff /swapfile }
print "swapoff: {status}"
cat /proc/swaps
process third { own("A") }
dmesg -c
title("case 2c: swapoff with oom_score_adj -1000 in swapoff process")
process t4 {
  prctl(PR_SET_NAME, "t")
  echo -1000 > /proc/self/oom_score_adj
  swapoff /swapfile
}
print "swapoff: {status}"
cat /proc/swaps
process third { own("A") }
dmesg -c
title("case 3: mode 2 (ratio chosen so that Committed_AS fits only with swap), swapoff")
echo 92 > /proc/sys/vm/overcommit_ratio
echo 2 > /proc/sys/vm/overcommit_memory
cat /proc/meminfo
swapoff /swapfile
cat /proc/swaps
cat /proc/meminfo
echo 0 > /proc/sys/vm/overcommit_memory
title("case 4: swapoff errors")
swapoff /dev/null
swapoff /nonexistent
kill -9 $third
swapoff /swapfile
print "swapoff: {status}"
swapoff /swapfile
END
}

# swap_reread: more than fits is written, then all of it read.
scenario_swap_reread() {
  local size
  boot swap=256M
  setting overcommit_memory 0
  stages
  thp never
  for size in 1000 1100; do
    cat <<END
title("swaptouch $size")
process touch_$size {
  p = mmap(NULL, ${size}M, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  write p, ${size}M
  memory("touched")
  counters("touched")
  own("touched")
  cat /proc/swaps
  before = getrusage(RUSAGE_SELF, "ru_majflt")
  read p, ${size}M
  print "re-read all: majflt +{getrusage(RUSAGE_SELF, "ru_majflt") - before}"
  memory("reread")
  counters("reread")
  own("reread")
  cat /proc/swaps
  exit
}
title("vmstat delta")
cat /proc/swaps
END
  done
}

# pagecache: a disk read twice, then two programs that want its memory, then drop_caches.
scenario_pagecache() {
  local value
  echo "machine $MACHINE, disk=600M"
  stages
  cat <<'END'
func snap(name) {
  title("SNAP {name}")
  print "--- /proc/meminfo"
  cat /proc/meminfo
  print "--- /proc/vmstat"
  cat /proc/vmstat
}
func show() {
  cat /proc/meminfo
}
print "--- /proc/vmstat"
cat /proc/vmstat
dd if=/dev/vda of=/dev/null bs=1M
snap("after read")
dd if=/dev/vda of=/dev/null bs=1M
snap("after 2nd read")
END
  thp never
  setting overcommit_memory 1
  hog 700
  echo 'snap("after hog 700")'
  hog 2000
  echo 'snap("after OOM")'
  echo 'dmesg'
  echo 'title("drop_caches")'
  echo 'dd if=/dev/vda of=/dev/null bs=1M count=300'
  echo 'print "--- /proc/meminfo"'
  echo 'show()'
  for value in 1 2 3; do
    setting drop_caches $value
    echo "print \"after drop_caches=$value\""
    echo 'show()'
  done
}
