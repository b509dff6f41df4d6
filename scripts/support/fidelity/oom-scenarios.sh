# The scenarios of the recordings as memsh scripts. Sourced by oom.sh; each function prints a script.
# MEBIBYTES of RAM, MACHINE (settings) and HOG (MiB that the hog asks for) are set.

boot() { printf 'machine %s%s\necho 1 > /proc/sys/vm/overcommit_memory\n' "$MACHINE" "${1:+, $1}"; }

# hog MIB [ADJUSTMENT]: a program that writes until it dies; what it wrote is counted in steps of 64 KiB.
hog() {
  cat <<END
written = 0
process hog {
  echo ${2:-0} > /proc/self/oom_score_adj
  memory = malloc($1M)
  if memory != NULL {
    for step in 0..<$1 * 16 { write memory + step * 64K, 64K; written = (step + 1) * 64 }
  }
  exit
}
print "PROGRESS {written} KiB"
END
}

# awaited_hog MIB: one whose parent waits for it and ends after it, as in the recordings. That end gives back what
# the CPU's lists of free pages hold.
awaited_hog() {
  echo 'process wt { fork("hog") }'
  hog "$1"
  echo 'process wt { exit }'
}

# hold NUMBER MIB ADJUSTMENT: a program that keeps memory.
hold() {
  cat <<END
process holder$1 {
  prctl(PR_SET_NAME, "hold")
  echo $3 > /proc/self/oom_score_adj
  kept = mmap(NULL, $2M, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  write kept, $2M
}
END
}

holders() { hold 1 200 0; hold 2 100 500; hold 3 300 -500; hold 4 50 -1000; }
setting() { echo "echo $2 > /proc/sys/vm/$1"; }
thp() { echo "echo $1 > /sys/kernel/mm/transparent_hugepage/enabled"; }
spare_main() { echo 'echo -1000 > /proc/self/oom_score_adj'; }

# runs COUNT: so many hogs with huge pages always, then never.
runs() {
  local mode run
  boot
  for mode in always never; do
    thp "$mode"
    for ((run = 0; run < $1; run++)); do awaited_hog "$HOG"; done
  done
  echo dmesg
}
scenario_oomrun() { runs 2; }
scenario_repro() { runs 3; }

scenario_oom_oc1() { boot; hog 2000; echo dmesg; }
scenario_oom_thpalways() { boot; thp always; hog 2000; echo dmesg; }
scenario_oom_thpnever() { boot; thp never; hog 2000; echo dmesg; }
scenario_oom_oc0() { boot; setting overcommit_memory 0; hog 2000; hog 900; hog 970; echo dmesg; }
scenario_oom_oc2() {
  boot
  setting overcommit_memory 2
  hog 2000
  hog 400
  setting overcommit_ratio 100
  hog 900
  echo dmesg
}
scenario_swap_oom() { boot swap=256M; hog 2000; echo dmesg; }
scenario_swap_oom_thpnever() { boot swap=256M; thp never; hog 2000; echo dmesg; }

# multi: four holders and a hog, after what was set before.
multi() { spare_main; holders; hog 2000 "${1:-0}"; echo dmesg; }
scenario_multi() { boot; multi; }
scenario_multi_alloc() { boot; setting oom_kill_allocating_task 1; multi; }
scenario_multi_panic() { boot; setting panic_on_oom 1; multi; }
scenario_multi_panic2() { boot; setting panic_on_oom 2; multi; }
scenario_multi_dead() { boot; multi -1000; }
scenario_multi_tie() {
  boot
  spare_main
  hold 1 200 0; hold 2 200 0; hold 3 200 0
  hog 2000 -900
  echo dmesg
}
scenario_parentchild() {
  boot
  spare_main
  hold 1 100 0; hold 2 200 0
  echo 'echo f > /proc/sysrq-trigger'
  echo dmesg
}

# sweep FILE FROM TO STEP: writes each value and prints what the three files then read.
sweep() {
  cat <<END
value = $2
while value <= $3 {
  echo \$value > /proc/\$holder1/$1
  print "write $1={value}"
  cat /proc/\$holder1/oom_adj /proc/\$holder1/oom_score_adj /proc/\$holder1/oom_score
  value += $4
}
END
}
scenario_oomadj() {
  boot
  hold 1 100 0
  sweep oom_adj -17 15 1
  sweep oom_score_adj -1000 1000 50
  sweep oom_score_adj 0 20 1
  sweep oom_score_adj -20 -1 1
}

# The largest requests that are granted, by bisection, and how many small ones.
probes() {
  cat <<'END'
func grants(flags, pages) {
  p = mmap(NULL, pages * 4K, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0)
  if p == MAP_FAILED { return false }
  munmap(p, pages * 4K)
  return true
}
func largest(flags, limit) {
  low = 0
  high = limit
  while low < high {
    middle = low + (high - low + 1) / 2
    if grants(flags, middle) { low = middle } else { high = middle - 1 }
  }
  return low
}
func mallocs(pages) {
  p = malloc(pages * 4K)
  if p == NULL { return false }
  free(p)
  return true
}
func largest_malloc(limit) {
  low = 0
  high = limit
  while low < high {
    middle = low + (high - low + 1) / 2
    if mallocs(middle) { low = middle } else { high = middle - 1 }
  }
  return low
}
func chunks() {
  n = 0
  while n < 40000 {
    p = mmap(NULL, 1M, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if p == MAP_FAILED { return n }
    n += 1
  }
  return n
}
END
}
# probe TITLE: what a program is granted now.
probe() {
  local limit=$(((1 << 47) / 4096))
  case $MACHINE in *i386*) limit=$(((3 << 30) / 4096)) ;; esac
  cat <<END
print "===== $1 ====="
process big {
  cat /proc/meminfo
  print "largest mmap = {largest(0, $limit)} pages"
  print "largest mmap-noreserve = {largest(MAP_NORESERVE, $limit)} pages"
  print "largest malloc = {largest_malloc($limit)} pages"
  print "1-MiB mmaps until failure (cap 40000): {chunks()}"
  exit
}
END
}
scenario_overcommit() {
  local swap mode ratio
  boot swap=256M
  probes
  echo 'swapoff -a'
  for swap in off on; do
    [ $swap = off ] || echo 'swapon /swapfile'
    for mode in 0 1 2; do
      for ratio in 50 80; do
        setting overcommit_ratio $ratio
        setting overcommit_memory $mode
        probe "swap=$swap mode=$mode ratio=$ratio uid=0"
      done
    done
  done
}
