# Makes a trace of a thousand bursts of calls that leave blocks behind, as scripts/record writes it.
# Usage: awk -v threads=1|1000 -f threads.awk; each burst is a thread's own, or all are one thread's.
function random(limit) {
  state = (state * 16807) % 2147483647
  return int(state / 2147483647 * limit)
}
BEGIN {
  state = 20260
  bursts = 1000
  print "#!cpus 1000"
  for (thread = 1; thread <= threads; thread++) print "[0] pthread_create(" thread ", 0)"
  for (round = 0; round < 2; round++)
    for (burst = 1; burst <= bursts; burst++) {
      thread = threads == 1 ? 1 : burst
      for (call = 0; call < 500; call++) {
        if (count[burst] == 0 || random(100) < (round ? 50 : 60)) {
          live[burst, count[burst]++] = ++last
          printf "[%d] malloc(%d) = 0x%x\n", thread, 16 + random(random(8) ? 300 : 3000), last * 4096
        } else {
          place = random(count[burst])
          printf "[%d] free(0x%x)\n", thread, live[burst, place] * 4096
          live[burst, place] = live[burst, --count[burst]]
        }
      }
    }
}
