// Large bins, rule by rule.

import Testing

@Suite("Rules of large bins")
struct LargeBinRulesTests {
  @Test func theSmallestThatFitsIsTaken() throws {
    try expectCalls(
      """
      m 1 4000; m 101 24; m 2 2000; m 102 24; m 3 3000; m 103 24; m 4 2500; m 104 24; f 1; f 2
      f 3; f 4; m 50 9000
      m 51 2400 => h2650 2408
      m 52 2600 => h1a70 2600
      m 53 1500 => h1270 1512
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func equalSizesGoSecondAndAreTakenSecond() throws {
    try expectCalls(
      """
      m 1 2000; m 101 24; m 2 2000; m 102 24; m 3 2000; m 103 24; f 1; f 2; f 3; m 50 9000
      m 51 2000 => h12a0 2008
      m 52 2000 => haa0 2008
      m 53 2000 => h2a0 2008
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func theRemainderGoesToTheUnsortedBinButIsNoLastRemainder() throws {
    try expectCalls(
      """
      m 1 8000; m 2 24; m 3 3000; m 4 24; f 1; f 3; m 50 9000
      m 51 2000 => h2210 2008
      m 52 100 => h29f0 104
      m 53 100 => h2a60 104
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func boundariesOfTheBins() throws {
    try expectCalls(
      """
      m 1 3112; m 101 24; m 2 3128; m 102 24; m 3 10728; m 103 24; m 4 10744; m 104 24; m 5 45032
      m 105 24; m 6 45048; m 106 24; f 1; f 2; f 3; f 4; f 5; f 6; m 50 60000
      m 51 3120 => hef0 3128
      m 52 10736 => h4560 10744
      m 53 45040 => h11f90 45048
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func theFirstNonEmptyBinAboveServesARequest() throws {
    try expectCalls(
      """
      m 1 20000; m 2 24; m 3 50000; m 4 24; f 1; f 3; m 50 70000
      m 51 12000 => h2a0 12008
      m 52 30000 => h50f0 30008
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func aHoleThatFitsComesBeforeAMapping() throws {
    try expectCalls(
      """
      o -3 1073741824; m 1 300000; m 2 24; f 1; o -3 4096
      m 3 200000 => h2a0 200008
      """, tunables: "glibc.malloc.tcache_count=0")
  }
}
