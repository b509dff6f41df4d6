// free's trim of top and malloc_trim, rule by rule.

import Testing

@Suite("Rules of trimming")
struct TrimRulesTests {
  @Test func freeTrimsWhenTopReachesTheThreshold() throws {
    try expectCalls(
      """
      m 1 100000; m 2 100000
      f 2 => - b=39000 s=brk-19000
      q => keepcost=132800
      f 1 => - b=21000 s=brk-18000
      q => keepcost=134512
      """)
  }

  @Test func onlyAMergeOf64KiBLooksAtTop() throws {
    try expectCalls(
      """
      o -1 0; m 1 24; m 2 2000; m 3 2000
      f 3 => -
      q => keepcost=132464
      """)
  }

  @Test func aSmallFreeNextToALargeTopDoes() throws {
    try expectCalls(
      """
      m 1 2000; o -1 0
      f 1 => -
      q => keepcost=134512
      """)
  }

  @Test func thePaddingStays() throws {
    try expectCalls(
      """
      o -2 65536; m 1 200000; o -3 1073741824; m 2 200000
      f 2 => - b=11000 s=brk-30000
      q => keepcost=68976
      """)
  }

  @Test func aForeignSbrkBlocksIt() throws {
    try expectCalls(
      """
      m 1 130000; m 2 100000; s 0; s 4096
      f 2 => -
      f 1 => -
      t 0 => =0
      """)
  }

  @Test func mallocTrimReleasesAllButAPage() throws {
    try expectCalls(
      """
      m 1 24
      t 0 => =1 b=1000 s=brk-20000
      q => keepcost=3408
      t 0 => =0
      """)
  }

  @Test func mallocTrimKeepsItsPadding() throws {
    try expectCalls(
      """
      m 1 24
      t 65536 => =1 b=11000 s=brk-10000
      q => keepcost=68944
      t 18446744073709551615 => =0
      """)
  }

  @Test func mallocTrimDropsPagesInsideFreeChunks() throws {
    try expectCalls(
      """
      m 1 50000; m 2 24; w 1 0 50000; f 1
      q => res=13
      t 0 => =1 b=d000 s=madv:b000@h1000:4,brk-14000
      q => res=2
      t 0 => =1 s=madv:b000@h1000:4
      """)
  }

  @Test func mallocTrimConsolidates() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; m 3 24; f 2
      q => smblks=1
      t 0 => =1 b=1000 s=brk-20000
      q => smblks=0
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func topOf32BytesMakesMallocTrimGrowTheHeap() throws {
    try expectCalls(
      """
      o -2 0; m 1 3400
      q => keepcost=32
      t 0 => =1 b=2000 s=brk+1000
      q => keepcost=4128
      """)
  }

  @Test func beforeTheFirstAllocationItAsksForTheBreakOnly() throws {
    try expectCalls(
      """
      t 0 => =0 s=brk0
      t 0 => =0
      """)
  }
}
