// The thread cache, rule by rule.

import Testing

@Suite("Rules of the thread cache")
struct ThreadCacheRulesTests {
  @Test func theStructureIsTheFirstChunkOfTheHeap() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=21000 s=brk0,brk+21000
      """)
  }

  @Test func theStructureComesFirstEvenWhenTheRequestIsMapped() throws {
    try expectCalls(
      """
      m 1 200000 => M31000+10:31000 200688 b=21000 s=brk0,brk+21000,mmap:31000@M31000
      """)
  }

  @Test func aRequestTooLargeDoesNotCreateTheStructure() throws {
    try expectCalls(
      """
      m 1 18446744073709551615 => 0 0 e=12
      m 2 24 => h2a0 24 b=21000 s=brk0,brk+21000
      """)
  }

  @Test func binsAreStacks() throws {
    try expectCalls(
      """
      m 1 40; m 2 40; m 3 40; f 1; f 2; f 3
      m 4 40 => h300 40
      m 5 40 => h2d0 40
      m 6 40 => h2a0 40
      """)
  }

  @Test func aBinServesEveryRequestThatRoundsToItsSize() throws {
    try expectCalls(
      """
      m 1 40; f 1
      m 2 25 => h2a0 40
      """)
  }

  @Test func theEighthChunkOfASizeGoesToItsFastBin() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; m 3 24; m 4 24; m 5 24; m 6 24; m 7 24; m 8 24; m 9 24; f 1; f 2; f 3; f 4
      f 5; f 6; f 7
      q => smblks=0
      f 8 => -
      q => smblks=1
      """)
  }

  @Test func theLastBinServes1032Bytes() throws {
    try expectCalls(
      """
      m 1 1032; m 2 1033; m 3 24; f 1; f 2
      q => ordblks=2
      m 4 1040 => h6b0 1048
      m 5 1032 => h2a0 1032
      """)
  }

  @Test func cachedChunksCountAsInUse() throws {
    try expectCalls(
      """
      m 1 1000
      q => uordblks=1664
      f 1 => -
      q => uordblks=1664
      """)
  }

  @Test func callocDoesNotTakeFromIt() throws {
    try expectCalls(
      """
      m 1 40; f 1
      c 2 1 40 => h2d0 40
      m 3 40 => h2a0 40
      """)
  }

  @Test func growingByReallocDoesNotTakeFromIt() throws {
    try expectCalls(
      """
      m 1 40; m 2 100; m 3 24; f 2
      r 1 4 100 => h360 104
      m 5 100 => h2d0 104
      """)
  }

  @Test func memalignDoesNotTakeFromIt() throws {
    try expectCalls(
      """
      m 1 120; m 2 24; f 1
      a 3 64 120 => h340 120
      """)
  }

  @Test func alignmentsUpTo16AreServedByIt() throws {
    try expectCalls(
      """
      m 1 120; f 1
      a 2 16 120 => h2a0 120
      """)
  }

  @Test func memalignAsFirstCallComesBeforeTheStructure() throws {
    try expectCalls(
      """
      a 1 64 100 => h40 104 b=21000 s=brk0,brk+21000
      m 2 24 => h380 24
      """)
  }

  @Test func theStructureGoesToASecondArenaWhenTheHeapCannotHoldIt() throws {
    try expectCalls(
      """
      m 1 24 => 0 0 e=12 \
      s=brk0,brk+4000000000001000!,mmap:4000000000100000!12,mmap:8000000@M8000000,munmap:c00000@M8000000,munmap:3400000@M3400000,sys10,brk+4000000000001000!,mmap:4000000000100000!12
      q => arena=67108864 ordblks=2 fordblks=67105952 keepcost=0
      """, tunables: "glibc.malloc.top_pad=4611686018427387904")
  }

  @Test func theStructureGetsAMappingWhenNoArenaCanBeMade() throws {
    try expectCalls(
      """
      B 0x0 => =0
      L as 1100 => =0
      o -2 2097152 => =1
      m 1 24 => 0 0 e=12 \
      s=brk0,brk+201000!,mmap:300000!12,mmap:8000000!12,mmap:4000000!12,mmap:8000000!12,mmap:4000000!12,mmap:1000@M1000,brk+201000!,mmap:300000!12
      q => hblks=1 hblkhd=4096
      """)
  }

  @Test func withOneArenaOnlyTheHeapIsTriedTwice() throws {
    try expectCalls(
      """
      m 1 24 => 0 0 e=12 \
      s=brk0,brk+4000000000001000!,mmap:4000000000100000!12,brk+4000000000001000!,mmap:4000000000100000!12,brk+4000000000001000!,mmap:4000000000100000!12
      q => arena=0
      """, tunables: "glibc.malloc.top_pad=4611686018427387904:glibc.malloc.arena_max=1")
  }
}
