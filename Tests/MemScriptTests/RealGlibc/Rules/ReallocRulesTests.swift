// realloc, path by path.

import Testing

@Suite("Rules of realloc")
struct ReallocRulesTests {
  @Test func nullIsMallocAndZeroIsFree() throws {
    try expectCalls(
      """
      r 0 1 100 => h2a0 104 b=21000 s=brk0,brk+21000
      r 1 2 0 => 0 0
      m 3 100 => h2a0 104
      """)
  }

  @Test func shrinkingFreesTheRestIntoTheThreadCache() throws {
    try expectCalls(
      """
      m 1 200; m 2 24
      r 1 3 100 => h2a0 104
      m 4 88 => h310 88
      """)
  }

  @Test func aRestBelow32BytesStays() throws {
    try expectCalls(
      """
      m 1 120; m 2 24
      r 1 3 104 => h2a0 120
      """)
  }

  @Test func growsIntoTop() throws {
    try expectCalls(
      """
      m 1 1000
      r 1 2 5000 => h2a0 5000
      q => keepcost=129504
      """)
  }

  @Test func growsIntoAFreeNeighbourAndCutsTheRest() throws {
    try expectCalls(
      """
      m 1 2000; m 2 2000; m 3 2000; f 2
      r 1 5 3000 => h2a0 3000
      q => ordblks=1
      """)
  }

  @Test func takesTheWholeNeighbourWhenLittleWouldStay() throws {
    try expectCalls(
      """
      m 1 2000; m 2 2000; m 3 2000; f 2
      r 1 5 4000 => h2a0 4024
      q => ordblks=1
      """)
  }

  @Test func doesNotTakeACachedNeighbour() throws {
    try expectCalls(
      """
      m 1 200; m 2 200; m 3 200; f 2
      r 1 5 300 => h510 312
      """)
  }

  @Test func doesNotTakeAFastNeighbour() throws {
    try expectCalls(
      """
      m 1 40; m 2 40; m 3 40; f 2
      r 1 5 90 => h330 104
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func neverGrowsBackward() throws {
    try expectCalls(
      """
      m 1 2000; m 2 2000; m 3 2000; f 1
      r 2 5 3000 => h1a40 3000
      """)
  }

  @Test func joinsTheChunkBehindWhenMallocReturnsIt() throws {
    try expectCalls(
      """
      o -2 0; m 1 2000; m 2 24; f 2; m 3 24
      r 1 4 2300 => haa0 2312 b=2000 s=brk+1000
      """)
  }

  @Test func readsTheWholeOldBlock() throws {
    try expectCalls(
      """
      m 1 100000; m 2 24
      q => res=2 zero=0
      r 1 3 110000 => h18970 110008 b=54000 s=brk+33000
      q => res=51 zero=23
      """)
  }

  @Test func aRequestTooLargeLeavesTheBlock() throws {
    try expectCalls(
      """
      m 1 100
      r 1 2 9223372036854775808 => 0 0 e=12
      r 1 3 100 => h2a0 104
      """)
  }

  @Test func aRefusedRemapCopies() throws {
    try expectCalls(
      """
      m 1 200000; L as 300
      r 1 2 700000 => 0 0 e=12 s=mremap:31000>ab000@M31000!12,mmap:ab000!12,brk+ab000!,mmap:100000!12
      q => hblks=1
      """)
  }
}
