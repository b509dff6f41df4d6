// mallinfo2, field by field.

import Testing

@Suite("Rules of mallinfo2")
struct MallinfoRulesTests {
  @Test func anUntouchedHeapHasOneFreeChunk() throws {
    try expectCalls(
      """
      q => arena=0 ordblks=1 smblks=0 hblks=0 hblkhd=0 usmblks=0 fsmblks=0 uordblks=0 fordblks=0 \
      keepcost=0
      """)
  }

  @Test func theThreadCacheStructureIsInUse() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=21000 s=brk0,brk+21000
      q => arena=135168 ordblks=1 smblks=0 hblks=0 hblkhd=0 usmblks=0 fsmblks=0 uordblks=688 \
      fordblks=134480 keepcost=134480
      """)
  }

  @Test func fastChunksAreFreeButCountedApart() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; f 1
      q => ordblks=1 smblks=1 fsmblks=32 uordblks=688 fordblks=134480
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func binnedChunksCountAsOrdinary() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; m 3 3000; m 4 24; f 1; f 3
      q => ordblks=3 fordblks=134448 keepcost=129424
      """)
  }

  @Test func mappedChunksAreCountedApart() throws {
    try expectCalls(
      """
      m 1 24; m 2 200000; m 3 300000
      q => arena=135168 hblks=2 hblkhd=503808 uordblks=688
      """)
  }

  @Test func aForeignGapCountsIntoTheArena() throws {
    try expectCalls(
      """
      m 1 24; s 8192; o -3 1073741824; m 2 200000
      q => arena=278528
      """)
  }
}
