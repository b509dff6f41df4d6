// Small bins, rule by rule.

import Testing

@Suite("Rules of small bins")
struct SmallBinRulesTests {
  @Test func aSmallBinIsAQueue() throws {
    try expectCalls(
      """
      m 1 200; m 2 200; m 3 200; m 4 200; m 5 200; m 6 200; m 7 200; f 1; f 3; f 5; m 9 3000
      m 10 200 => h2a0 200
      m 11 200 => h440 200
      m 12 200 => h5e0 200
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func aHitMovesTheRestIntoTheThreadCache() throws {
    try expectCalls(
      """
      m 1 200; m 2 200; m 3 200; m 4 200; m 5 200; m 6 200; m 7 200; m 8 200; m 9 200; m 10 200
      m 11 200; m 12 200; m 13 200; m 14 200; m 15 200; m 16 200; m 17 200; m 18 200; m 19 200
      m 20 200; m 21 200; m 22 200; m 23 200; m 24 200; m 25 200; m 26 200; m 27 200; m 28 200
      m 29 200; m 30 200; m 31 200; m 32 200; m 33 200; m 34 200; m 35 200; m 36 200; m 37 200
      m 38 200; m 39 200; m 40 200; f 1; f 3; f 5; f 7; f 9; f 11; f 13; f 15; f 17; f 19; f 21
      f 23; f 25; f 27; f 29; f 31; f 33; f 35; f 37; f 39; m 50 5000; m 51 200; m 52 200
      m 53 200; m 54 200; m 55 200; m 56 200; m 57 200
      q => ordblks=14
      m 60 200 => he00 200
      q => ordblks=6
      m 61 200 => h1960 200
      """)
  }

  @Test func callocFillsTheThreadCacheToo() throws {
    try expectCalls(
      """
      m 1 200; m 2 200; m 3 200; m 4 200; m 5 200; m 6 200; m 7 200; m 8 200; m 9 200; m 10 200
      m 11 200; m 12 200; m 13 200; m 14 200; m 15 200; m 16 200; m 17 200; m 18 200; m 19 200
      m 20 200; m 21 200; m 22 200; m 23 200; m 24 200; m 25 200; m 26 200; m 27 200; m 28 200
      m 29 200; m 30 200; m 31 200; m 32 200; m 33 200; m 34 200; m 35 200; m 36 200; m 37 200
      m 38 200; m 39 200; m 40 200; f 1; f 3; f 5; f 7; f 9; f 11; f 13; f 15; f 17; f 19; f 21
      f 23; f 25; f 27; f 29; f 31; f 33; f 35; f 37; f 39; m 50 5000; m 51 200; m 52 200
      m 53 200; m 54 200; m 55 200; m 56 200; m 57 200
      c 60 1 200 => he00 200
      q => ordblks=6
      m 61 200 => h1960 200
      """)
  }

  @Test func theSmallestLargerChunkIsSplit() throws {
    try expectCalls(
      """
      m 1 500; m 2 24; m 3 300; m 4 24; f 1; f 3; m 5 3000
      m 6 200 => h4c0 200
      m 7 60 => h590 72
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func aRemainderBelow32BytesIsNotSplitOff() throws {
    try expectCalls(
      """
      m 1 232; m 2 24; f 1; m 3 3000
      m 4 216 => h2a0 232
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func sizesBelow1024AreSmall() throws {
    try expectCalls(
      """
      m 1 1000; m 2 24; m 3 1000; m 4 24; f 1; f 3; m 5 3000
      m 6 1000 => h2a0 1000
      m 7 1000 => h6b0 1000
      """, tunables: "glibc.malloc.tcache_count=0")
  }
}
