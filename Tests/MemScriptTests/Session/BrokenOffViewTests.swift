// Views of a large state that are broken off in the middle.

import MemScript
import ScriptLanguage
import Testing

struct BrokenOffViewTests {
  @Test("every view ends cleanly wherever its steps run out")
  func views() throws {
    let transcript = try Transcript()
    let setup = """
      for i in 0..<60 { p = mmap(0, 8K); write p, 1; mprotect(p + 4K, 4K, PROT_READ) }
      for i in 0..<60 { kmem_cache_create("cache{i}", 5000 + i * 8); vmalloc(4K) }
      for i in 0..<60 { truncate -s 4K "/tmp/d{i}/f" }
      for i in 0..<6 { fork "child" }
      blocks = []
      for i in 0..<300 { push(blocks, malloc(16 + i * 4)); malloc(24) }
      for block in blocks { free(block) }
      """
    #expect(transcript.run(setup).outcome == .finished)
    var ends = 0
    for view in [
      "cat /proc/self/maps", "cat /proc/self/smaps", "cat /proc/self/smaps_rollup", "pmap -x $main",
      "cat /proc/slabinfo",
      "slabtop -o", "vmstat -m", "cat /proc/vmallocinfo", "ps aux", "bins", "bins -a", "heap", "heap -a",
      "ls /proc", "ls /sys/kernel/slab", "cat /proc/pagetypeinfo", "why_oom",
      "grep -c cache /proc/slabinfo", "dmesg",
    ] {
      for steps in [1, 300, 600, 1000, 2500, 6000, 14_000] {
        transcript.session.limits.steps = steps
        if let diagnostics = transcript.run(view).outcome.failure?.diagnostics {
          #expect(diagnostics.last?.hint == "the limit is `ScriptLimits.steps`", "\(view), \(steps) steps")
          ends += 1
        }
      }
    }
    #expect(transcript.session.machine.invariantViolations() == [])
    #expect(ends > 40)
  }
}
