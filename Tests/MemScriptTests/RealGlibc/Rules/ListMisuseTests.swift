// Each abort that a bad pointer in the thread cache or a fastbin leads to.

import Testing

@Suite("Misuse that the thread cache and the fastbins notice")
struct ListMisuseTests {
  @Test func doubleFreeInTheThreadCache() throws {
    try expectCalls(
      """
      m 1 24; K 1
      K 1 => abort: free(): double free detected in tcache 2
      """)
  }

  @Test func doubleFreeIsNoticedWhileTheBinIsFull() throws {
    try expectCalls(
      """
      m 1 24; m 101 24; m 102 24; m 103 24; m 104 24; m 105 24; m 106 24; m 107 24; K 1; f 101
      f 102; f 103; f 104; f 105; f 106
      K 1 => abort: free(): double free detected in tcache 2
      """)
  }

  @Test func anOverwrittenKeyHidesADoubleFree() throws {
    try expectCalls(
      """
      m 1 24; K 1; W 1 8 0
      K 1 => -
      m 2 24 => h2a0 24
      m 3 24 => h2a0 24
      """)
  }

  @Test func tooManyChunksInTheThreadCache() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; m 3 24; m 4 24; m 5 24; m 6 24; m 7 24; K 1; K 2; K 3; K 4; K 5; K 6; K 7
      X 7 0 7 0
      K 1 => abort: free(): too many chunks detected in tcache
      """)
  }

  @Test func unalignedChunkInTheThreadCache() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; K 1; K 2; W 2 0 1; m 3 24
      m 4 24 => abort: malloc(): unaligned tcache chunk detected
      """)
  }

  @Test func unalignedChunkSeenByFree() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; m 3 24; K 1; K 2; K 3; W 3 0 1
      K 1 => abort: free(): unaligned chunk detected in tcache 2
      """)
  }

  @Test func doubleFreeOfTheFastBinsHead() throws {
    try expectCalls(
      """
      m 101 24; m 102 24; m 103 24; m 104 24; m 105 24; m 106 24; m 107 24; m 1 24; m 2 24; m 3 24
      f 101; f 102; f 103; f 104; f 105; f 106; f 107; K 1
      K 1 => abort: double free or corruption (fasttop)
      """)
  }

  @Test func doubleFreeBehindTheHeadGoesUnnoticed() throws {
    try expectCalls(
      """
      m 101 24; m 102 24; m 103 24; m 104 24; m 105 24; m 106 24; m 107 24; m 1 24; m 2 24; m 3 24
      f 101; f 102; f 103; f 104; f 105; f 106; f 107; K 1; K 2
      K 1 => -
      """)
  }

  @Test func invalidNextSizeFast() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; W 1 24 1
      f 1 => abort: free(): invalid next size (fast)
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func unalignedFastChunk() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; K 1; K 2; W 2 0 1; m 3 24
      m 4 24 => abort: malloc(): unaligned fastbin chunk detected 2
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func unalignedFastChunkWhileStashing() throws {
    try expectCalls(
      """
      m 101 24; m 102 24; m 103 24; m 104 24; m 105 24; m 106 24; m 107 24; m 1 24; m 2 24; m 3 24
      f 101; f 102; f 103; f 104; f 105; f 106; f 107; K 1; K 2; K 3; W 3 0 1; m 201 24; m 202 24
      m 203 24; m 204 24; m 205 24; m 206 24; m 207 24
      m 4 24 => abort: malloc(): unaligned fastbin chunk detected 3
      """)
  }

  @Test func fastChunkOfAnotherSize() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; K 1; W 1 -8 81
      m 3 24 => abort: malloc(): memory corruption (fast)
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func fastBinHeadOfAnotherSizeSeenByRealloc() throws {
    try expectCalls(
      """
      m 1 24; m 2 56; m 3 24; K 1; W 1 -8 81
      r 2 4 24 => abort: invalid fastbin entry (free)
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func unalignedFastChunkSeenByConsolidation() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; K 1; W 1 0 1
      m 3 3000 => abort: malloc_consolidate(): unaligned fastbin chunk detected
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func wrongSizeSeenByConsolidation() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; K 1; W 1 -8 81
      m 3 3000 => abort: malloc_consolidate(): invalid chunk size
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func wrongPreviousSizeSeenByConsolidation() throws {
    try expectCalls(
      """
      m 1 200; m 2 24; m 3 24; f 1; K 2; W 2 -16 32
      m 4 3000 => abort: corrupted size vs. prev_size in fastbins
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func unalignedFastChunkSeenByMallinfo() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; K 1; W 1 0 1
      q => abort: int_mallinfo(): unaligned fastbin chunk detected
      """, tunables: "glibc.malloc.tcache_count=0")
  }
}
