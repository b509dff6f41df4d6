// Each abort that a bad chunk in the unsorted bin, a small bin or a large bin leads to.

import Testing

@Suite("Misuse that the bins notice")
struct BinMisuseTests {
  @Test func sizeTooLargeInTheUnsortedBin() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; K 1; W 1 -8 16777217
      m 3 3000 => abort: malloc(): invalid size (unsorted)
      """)
  }

  @Test func sizeTooSmallInTheUnsortedBin() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; K 1; W 1 -8 8
      m 3 3000 => abort: malloc(): invalid size (unsorted)
      """)
  }

  @Test func nextSizeInTheUnsortedBin() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; K 1; W 1 2008 1
      m 3 3000 => abort: malloc(): invalid next size (unsorted)
      """)
  }

  @Test func previousSizeOfTheNextInTheUnsortedBin() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; K 1; W 1 2000 2000
      m 3 3000 => abort: malloc(): mismatching next->prev_size (unsorted)
      """)
  }

  @Test func previousInUseOfTheNextInTheUnsortedBin() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; K 1; W 2 -8 33
      m 3 3000 => abort: malloc(): invalid next->prev_inuse (unsorted)
      """)
  }

  @Test func forwardLinkInTheUnsortedBin() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; K 1; P 1 0 2 0
      m 3 3000 => abort: malloc(): unsorted double linked list corrupted
      """)
  }

  @Test func brokenListSeenByFree() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; m 3 2000; m 4 24; K 1; P 1 8 2 0
      f 3 => abort: free(): corrupted unsorted chunks
      """)
  }

  @Test func brokenSmallBin() throws {
    try expectCalls(
      """
      m 1 200; m 2 24; K 1; m 3 3000; P 1 8 2 0
      m 4 200 => abort: malloc(): smallbin double linked list corrupted
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func unlinkChecksTheSize() throws {
    try expectCalls(
      """
      m 1 2000; m 2 2000; m 3 24; K 1; W 1 -8 2049
      m 4 24 => abort: malloc(): invalid next size (unsorted)
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func mergingChecksThePreviousSize() throws {
    try expectCalls(
      """
      m 1 2000; m 2 2000; m 3 24; K 1; W 1 -8 2049
      f 2 => abort: corrupted size vs. prev_size while consolidating
      """)
  }

  @Test func unlinkChecksTheLinks() throws {
    try expectCalls(
      """
      m 1 2000; m 2 2000; m 3 24; K 2; P 2 0 3 0
      f 1 => abort: corrupted double-linked list
      """)
  }

  @Test func unlinkChecksTheListOfSizes() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; m 3 3000; m 4 24; K 1; K 3; m 5 9000; P 3 16 2 0
      m 6 3000 => abort: corrupted double-linked list (not small)
      """)
  }

  @Test func sortingChecksTheListOfSizes() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; m 3 2032; m 4 24; m 5 2016; m 6 24; K 1; K 3; m 7 9000; K 5; P 1 24 2 0
      m 8 9000 => abort: malloc(): largebin double linked list corrupted (nextsize)
      """)
  }

  @Test func sortingChecksTheLinks() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; m 3 2032; m 4 24; m 5 2016; m 6 24; K 1; K 3; m 7 9000; K 5; P 1 8 2 0
      m 8 9000 => abort: malloc(): largebin double linked list corrupted (bk)
      """)
  }

  @Test func bestFitChecksTheUnsortedBin() throws {
    try expectCalls(
      """
      m 1 5000; m 2 24; m 3 3000; m 4 24; K 1; m 5 9000; K 3; o -5 0
      m 6 9000 => h4560 9000
      """)
  }

  @Test func aBinnedChunkSmallerThanItsBin() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; K 1; m 3 3000; W 1 -8 65
      m 4 1032 => abort: Fatal glibc error: malloc assertion failure in _int_malloc: (unsigned long) \
      (size) >= (unsigned long) (nb)
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func aBinnedChunkOfAnotherArena() throws {
    try expectCalls(
      """
      m 1 2000; m 2 24; m 3 2016; m 4 24; K 1; m 5 9000; W 1 -8 2021; K 3
      m 6 9000 => abort: Fatal glibc error: malloc assertion failure in _int_malloc: \
      chunk_main_arena (bck->bk)
      """)
  }
}
