// mallopt, parameter by parameter: return values and side effects.

import Testing

@Suite("Rules of mallopt")
struct MalloptRulesTests {
  @Test func mxfastAcceptsUpTo160() throws {
    try expectCalls(
      """
      o 1 160 => =1
      o 1 161 => =0
      o 1 -1 => =0
      o 1 0 => =1
      """)
  }

  @Test func trimThresholdMinusOneIsNever() throws {
    try expectCalls(
      """
      o -1 -1; m 1 120000; m 2 120000
      f 2 => -
      f 1 => -
      q => keepcost=372080
      """)
  }

  @Test func topPadIsAddedToEveryGrowth() throws {
    try expectCalls(
      """
      o -2 0 => =1
      m 1 24 => h2a0 24 b=1000 s=brk0,brk+1000
      o -2 1048576 => =1
      m 2 5000 => h2c0 5000 b=102000 s=brk+101000
      """)
  }

  @Test func mmapThresholdHasNoLimit() throws {
    try expectCalls(
      """
      o -3 2147483647 => =1
      m 1 40000000 => h2a0 40000008 b=2646000 s=brk0,brk+21000,brk+2625000
      o -3 0 => =1
      m 2 24 => h2625cb0 24
      m 3 50000000 => M2fb0000+10:2fb0000 50003952 s=mmap:2fb0000@M2fb0000
      """)
  }

  @Test func mmapMaxZeroTurnsMappingsOff() throws {
    try expectCalls(
      """
      o -4 0 => =1
      m 1 40000000 => h2a0 40000008 b=2646000 s=brk0,brk+21000,brk+2625000
      """)
  }

  @Test func negativeMmapMaxTurnsMappingsOff() throws {
    try expectCalls(
      """
      o -4 -1 => =1
      m 1 40000000 => h2a0 40000008 b=2646000 s=brk0,brk+21000,brk+2625000
      """)
  }

  @Test func checkActionIsIgnored() throws {
    try expectCalls(
      """
      o -5 3 => =1
      """)
  }

  @Test func perturbFillsWhatIsAllocatedAndFreed() throws {
    try expectCalls(
      """
      o -6 85 => =1
      m 1 100000 => h2a0 100008 b=21000 s=brk0,brk+21000
      q => res=25
      m 2 24 => h18950 24
      """)
  }

  @Test func arenaTestAndMaximumAreAccepted() throws {
    try expectCalls(
      """
      o -7 1 => =1
      o -7 0 => =1
      o -8 1 => =1
      o -8 0 => =1
      o -8 -1 => =1
      """)
  }

  @Test func unknownParametersAreAccepted() throws {
    try expectCalls(
      """
      o 99 5 => =1
      o 0 0 => =1
      o 2 1 => =1
      o -9 1 => =1
      """)
  }

  @Test func everyCallConsolidates() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; m 3 24; f 1; f 2
      q => smblks=2
      o 99 0 => =1
      q => smblks=0
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func itInitialisesTheAllocator() throws {
    try expectCalls(
      """
      o -5 0 => =1
      q => arena=0
      """)
  }
}
