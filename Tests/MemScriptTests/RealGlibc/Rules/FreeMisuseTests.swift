// Each abort that a bad pointer or an overwritten header leads to.

import Testing

@Suite("Misuse that free, realloc and the break notice")
struct FreeMisuseTests {
  @Test func misalignedPointer() throws {
    try expectCalls(
      """
      m 1 100
      F 1 8 => abort: free(): invalid pointer
      """)
  }

  @Test func pointerIntoABlockOfZeros() throws {
    try expectCalls(
      """
      c 1 1 100
      F 1 16 => abort: free(): invalid pointer
      """)
  }

  @Test func sizeThatIsNoMultipleOf16() throws {
    try expectCalls(
      """
      m 1 100; W 1 -8 121
      f 1 => abort: free(): invalid size
      """)
  }

  @Test func sizeBelowTheMinimum() throws {
    try expectCalls(
      """
      m 1 100; W 1 -8 17
      f 1 => abort: free(): invalid size
      """)
  }

  @Test func sizeThatWraps() throws {
    try expectCalls(
      """
      m 1 100; W 1 -8 18446744073709551601
      f 1 => abort: free(): invalid pointer
      """)
  }

  @Test func doubleFreeOfTop() throws {
    try expectCalls(
      """
      m 1 2000; K 1
      K 1 => abort: double free or corruption (top)
      """)
  }

  @Test func doubleFreeOfAMergedChunk() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; K 1
      K 1 => abort: double free or corruption (!prev)
      """)
  }

  @Test func chunkThatEndsBeyondTop() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; W 1 -8 262145
      f 1 => abort: double free or corruption (out)
      """)
  }

  @Test func invalidNextSizeNormal() throws {
    try expectCalls(
      """
      m 1 2000; m 2 100; W 1 2008 1
      f 1 => abort: free(): invalid next size (normal)
      """)
  }

  @Test func forgedChunkIsBelieved() throws {
    try expectCalls(
      """
      m 1 200; W 1 8 65; W 1 72 145
      F 1 16 => -
      m 2 48 => h2b0 56
      """)
  }

  @Test func mappedChunkWithABadLead() throws {
    try expectCalls(
      """
      m 1 200000; W 1 -16 16
      f 1 => abort: munmap_chunk(): invalid pointer
      """)
  }

  @Test func mappedChunkWithABadLengthIsBelievedPageByPage() throws {
    try expectCalls(
      """
      m 1 200000; W 1 -8 196610
      f 1 => - s=munmap:30000@M31000
      q => hblks=0 hblkhd=4096
      """)
  }

  @Test func secondFreeOfAMappedChunk() throws {
    try expectCalls(
      """
      m 1 200000; K 1
      K 1 => !signal 11
      """)
  }

  @Test func remapOfABadHeader() throws {
    try expectCalls(
      """
      m 1 200000; W 1 -16 16
      r 1 2 300000 => abort: mremap_chunk(): invalid pointer
      """)
  }

  @Test func reallocOfAMisalignedPointer() throws {
    try expectCalls(
      """
      m 1 100
      A 1 8 200 => abort: realloc(): invalid pointer
      """)
  }

  @Test func reallocOfAChunkLargerThanTheHeap() throws {
    try expectCalls(
      """
      m 1 100; m 2 100; W 1 -8 16777217
      r 1 3 200 => abort: realloc(): invalid old size
      """)
  }

  @Test func reallocBeforeAnInvalidNextSize() throws {
    try expectCalls(
      """
      m 1 2000; m 2 100; W 1 2008 1
      r 1 3 3000 => abort: realloc(): invalid next size
      """)
  }

  @Test func sizeThatClaimsAnotherArena() throws {
    try expectCalls(
      """
      m 1 100; W 1 -8 117
      f 1 => !signal 11
      """)
  }

  @Test func topLargerThanTheHeap() throws {
    try expectCalls(
      """
      m 1 24; W 1 24 1048577
      m 2 100 => abort: malloc(): corrupted top size
      """)
  }

  @Test func topTooSmall() throws {
    try expectCalls(
      """
      m 1 24; W 1 24 17
      m 2 100 => abort: Fatal glibc error: malloc assertion failure in sysmalloc: (old_top == \
      initial_top (av) && old_size == 0) || ((unsigned long) (old_size) >= MINSIZE && prev_inuse (old_top) && ((unsigned long) old_end & (pagesize - 1)) == 0)
      """)
  }

  @Test func topThatEndsNowhere() throws {
    try expectCalls(
      """
      m 1 24; W 1 24 3281
      m 2 5000 => abort: Fatal glibc error: malloc assertion failure in sysmalloc: (old_top == \
      initial_top (av) && old_size == 0) || ((unsigned long) (old_size) >= MINSIZE && prev_inuse (old_top) && ((unsigned long) old_end & (pagesize - 1)) == 0)
      """)
  }

  @Test func breakMovedBelowTop() throws {
    try expectCalls(
      """
      m 1 100; s -4096; o -3 1073741824
      m 2 200000 => s=brk+31000,abort="break adjusted to free malloc space" !signal 6
      """)
  }

  @Test func usableSizeOfAFreedChunkIsZero() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; K 1
      m 3 2000 => h2a0 2008
      """)
  }
}
