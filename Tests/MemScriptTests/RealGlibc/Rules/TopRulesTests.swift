// Top, the break and what comes when it cannot move.

import Testing

@Suite("Rules of top and the break")
struct TopRulesTests {
  @Test func theFirstGrowthHasRoomForTheStructureAndThePadding() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=21000 s=brk0,brk+21000
      q => arena=135168 keepcost=134480
      """)
  }

  @Test func topIsUsedWhenAtLeast32BytesStay() throws {
    try expectCalls(
      """
      o -2 0; m 1 24
      m 2 3352 => h2c0 3352
      q => keepcost=48
      m 3 24 => hfe0 24 b=2000 s=brk+1000
      """)
  }

  @Test func laterGrowthsCountWhatTopStillHas() throws {
    try expectCalls(
      """
      m 1 100000
      m 2 100000 => h18950 100008 b=52000 s=brk+31000
      """)
  }

  @Test func aFreedChunkUnderTopJoinsIt() throws {
    try expectCalls(
      """
      m 1 2000; m 2 2000
      q => keepcost=130480
      f 2 => -
      q => keepcost=132496 ordblks=1
      """)
  }

  @Test func aForeignSbrkEndsTheOldTopInFenceposts() throws {
    try expectCalls(
      """
      m 1 100; s 4096
      m 2 200000 => M31000+10:31000 200688 s=mmap:31000@M31000
      o -3 1073741824 => =1
      m 3 200000 => 0 0 b=43000 e=12 s=brk+31000,brk+21000,brk-31000
      q => arena=274432 ordblks=2
      """)
  }

  @Test func aForeignSbrkOfOddLengthIsRoundedUp() throws {
    try expectCalls(
      """
      m 1 100; s 100; o -3 1073741824
      m 2 200000 => 0 0 b=42000 e=12 s=brk+31000,brk+20f9c,brk-31000
      m 3 24 => h310 24
      """)
  }

  @Test func theRestOfTheOldTopMayGoToTheThreadCache() throws {
    try expectCalls(
      """
      o -2 0; m 1 24; m 2 2900; s 4096
      m 3 5000 => h2010 5000 b=5000 s=brk+2000,brk+1000
      q => ordblks=1
      m 4 424 => h33a0 424
      """)
  }

  @Test func aRefusedBreakIsReplacedByAMapping() throws {
    try expectCalls(
      """
      B 0x21000 => =0
      m 1 100000 => Nffd60 100008 e=12 s=brk0,brk+21000!,mmap:100000@M100000
      m 2 40000 => Ne76b0 40008
      q => arena=1048576 hblks=0
      """)
  }

  @Test func afterThatTheBreakIsStillTriedFirst() throws {
    try expectCalls(
      """
      B 0x21000; m 1 100000; m 2 40000; o -3 1073741824
      m 3 1000000 => N214ff0 1000008 e=12 s=brk+115000!,mmap:115000@M215000
      m 4 2000000 => N41dff0 2000008 e=12 s=brk+209000!,mmap:209000@M41e000
      """)
  }

  @Test func aPaddingThatWrapsStillMapsAPage() throws {
    try expectCalls(
      """
      o -2 -4096 => =1
      m 1 24 => Nd60 24 s=mmap:1000@M1000
      q => arena=4096
      """)
  }

  @Test func aShrinkingSbrkThatIsRefusedCountsAsDone() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=21000 s=brk0,brk+21000
      s -1099511627776 => h21000 s=brk-10000000000!
      s 0 => h21000
      """)
  }

  @Test func aBreakBelowTopAborts() throws {
    try expectCalls(
      """
      m 1 100 => h2a0 104 b=21000 s=brk0,brk+21000
      s -4096 => h21000 b=20000 s=brk-1000
      o -3 1073741824 => =1
      m 2 200000 => s=brk+31000,abort="break adjusted to free malloc space" !signal 6
      """)
  }

  @Test func requestsNear2To63AreNotAskedOfTheBreak() throws {
    try expectCalls(
      """
      m 1 9223372036854775807 => 0 0 b=21000 e=12 \
      s=brk0,brk+21000,mmap:8000000000001000!12,mmap:8000000000100000!12
      m 2 9223372036854775000 => 0 0 e=12 \
      s=mmap:8000000000000000!12,brk+7ffffffffffff000!,mmap:8000000000100000!12
      """)
  }
}
