// Fastbins, rule by rule.

import Testing

@Suite("Rules of fastbins")
struct FastBinRulesTests {
  @Test func aFastBinIsAStack() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; m 3 24; f 1; f 2; f 3
      m 4 24 => h2e0 24
      m 5 24 => h2c0 24
      m 6 24 => h2a0 24
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func chunksUpTo128BytesAreFast() throws {
    try expectCalls(
      """
      m 1 120; m 2 121; m 3 24; f 1; f 2
      q => smblks=1 fsmblks=128 ordblks=2
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func fastChunksDoNotMergeWithTheirNeighbours() throws {
    try expectCalls(
      """
      m 1 40; m 2 40; m 3 40; f 1; f 2; f 3
      q => smblks=3
      m 4 100 => h330 104
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func aHitMovesTheRestIntoTheThreadCacheInReverse() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; m 3 24; m 4 24; m 5 24; m 6 24; m 7 24; m 8 24; m 9 24; m 10 24; m 11 24
      m 12 24; f 1; f 2; f 3; f 4; f 5; f 6; f 7; f 8; f 9; f 10; f 11; f 12; m 20 24; m 21 24
      m 22 24; m 23 24; m 24 24; m 25 24; m 26 24
      q => smblks=5
      m 30 24 => h400 24
      q => smblks=0
      m 31 24 => h380 24
      m 32 24 => h3a0 24
      m 33 24 => h3c0 24
      """)
  }

  @Test func aLargeRequestConsolidatesAllOfThem() throws {
    try expectCalls(
      """
      m 1 100; m 2 100; m 3 100; m 4 100; m 5 24; f 1; f 2; f 3; f 4
      q => smblks=4 ordblks=1
      m 6 1001 => h480 1016
      q => smblks=0 ordblks=2
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func aSmallRequestDoesNot() throws {
    try expectCalls(
      """
      m 1 100; m 2 100; m 3 100; m 4 100; m 5 24; f 1; f 2; f 3; f 4
      m 6 1000 => h480 1000
      q => smblks=4
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func freeingALargeChunkConsolidatesThem() throws {
    try expectCalls(
      """
      m 1 100; m 2 100; m 3 100; m 4 100; m 5 70000; m 6 24; f 1; f 2; f 3; f 4
      q => smblks=4
      f 5 => -
      q => smblks=0 ordblks=2
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func anExhaustedTopConsolidatesThem() throws {
    try expectCalls(
      """
      o -2 0; m 1 56; m 2 56; m 3 56; m 4 56; m 5 56; m 6 56; m 7 56; m 8 56; m 9 56; m 10 56
      m 11 56; m 12 56; m 13 56; m 14 56; m 15 56; m 16 56; m 17 56; m 18 56; m 19 56; m 20 56
      m 21 56; m 22 56; m 23 56; m 24 56; m 25 56; m 26 56; m 27 56; m 28 56; m 29 56; m 30 56
      m 31 56; m 32 56; m 33 56; m 34 56; m 35 56; m 36 56; m 37 56; m 38 56; m 39 56; m 40 56
      m 41 56; m 42 56; m 43 56; m 44 56; m 45 56; m 46 56; m 47 56; m 48 56; m 49 56; m 50 56
      m 51 56; m 52 56; m 53 56; m 54 56; m 55 56; m 56 56; m 57 56; m 58 56; m 59 56; f 1; f 2
      f 3; f 4; f 5; f 6; f 7; f 8; f 9; f 10; f 11; f 12; f 13; f 14; f 15; f 16; f 17; f 18
      f 19; f 20; f 21; f 22; f 23; f 24; f 25; f 26; f 27; f 28; f 29; f 30; f 31; f 32; f 33
      f 34; f 35; f 36; f 37; f 38; f 39; f 40; f 41; f 42; f 43; f 44; f 45; f 46; f 47; f 48
      f 49; f 50; f 51; f 52; f 53; f 54; f 55; f 56; f 57; f 58; f 59
      q => smblks=59 keepcost=3760
      m 70 760 => h1160 760
      q => smblks=59 keepcost=2992
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func mxfastChangesWhichSizesAreFast() throws {
    try expectCalls(
      """
      o 1 64; m 1 56; m 2 72; m 3 73; m 4 24; f 1; f 2; f 3
      q => smblks=1 fsmblks=64 ordblks=2
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func mxfastZeroTurnsThemOff() throws {
    try expectCalls(
      """
      o 1 0; m 1 24; m 2 24; f 1
      q => smblks=0 ordblks=2
      """, tunables: "glibc.malloc.tcache_count=0")
  }
}
