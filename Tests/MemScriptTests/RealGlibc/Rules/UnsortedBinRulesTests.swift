// The unsorted bin, rule by rule.

import Testing

@Suite("Rules of the unsorted bin")
struct UnsortedBinRulesTests {
  @Test func anExactFitIsTakenOldestFirst() throws {
    try expectCalls(
      """
      m 1 500; m 2 500; m 3 500; m 4 500; m 5 500; m 6 500; m 7 500; f 1; f 3; f 5
      m 10 500 => h2a0 504
      m 11 500 => h6a0 504
      m 12 500 => haa0 504
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func exactFitsFillTheThreadCacheAndTheLastIsReturned() throws {
    try expectCalls(
      """
      m 1 500; m 2 500; m 3 500; m 4 500; m 5 500; m 6 500; m 7 500; m 8 500; m 9 500; m 10 500
      m 11 500; m 12 500; m 13 500; m 14 500; m 15 500; m 16 500; m 17 500; m 18 500; m 19 500
      f 2; f 4; f 6; f 8; f 10; f 12; f 14; m 30 24; m 40 500; m 41 500; m 42 500; m 43 500
      m 44 500; m 45 500; m 46 500; m 50 504; m 51 504; m 52 504; m 53 504; m 54 504; m 55 504
      m 56 504
      q => ordblks=1
      m 60 500 => h36c0 504
      m 61 500 => h38c0 504
      """)
  }

  @Test func whatDoesNotFitIsSortedOnTheWay() throws {
    try expectCalls(
      """
      m 1 600; m 2 24; m 3 700; m 4 24; f 1; f 3
      m 5 2000 => h810 2008
      m 6 600 => h2a0 600
      m 7 700 => h520 712
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func theLastRemainderIsSplitAgainAndAgain() throws {
    try expectCalls(
      """
      m 1 3000; m 2 24; f 1
      m 3 100 => h2a0 104
      m 4 200 => h310 200
      m 5 300 => h3e0 312
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func theLastRemainderIsNotSplitWhenTooLittleWouldStay() throws {
    try expectCalls(
      """
      m 1 1000; m 2 24; f 1; m 3 100
      m 4 848 => h310 856
      q => ordblks=2
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func onlyALoneRemainderIsSplitByThatRule() throws {
    try expectCalls(
      """
      m 1 3000; m 2 24; m 3 600; m 4 24; f 1; m 5 100; f 3
      m 6 200 => he80 200
      m 7 600 => h310 600
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func largeRequestsDoNotSplitTheLastRemainder() throws {
    try expectCalls(
      """
      m 1 5000; m 2 24; f 1; m 3 100
      m 4 1100 => h310 1112
      m 5 200 => h770 200
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func theUnsortedLimitEndsTheSearchAfterAHit() throws {
    try expectCalls(
      """
      m 1 500; m 101 24; m 2 600; m 102 24; m 3 400; m 103 24; m 4 500; m 104 24; m 5 600
      m 105 24; m 6 400; m 106 24; m 7 500; m 107 24; m 8 600; m 108 24; m 9 400; m 109 24
      m 10 500; m 110 24; m 11 600; m 111 24; m 12 400; m 112 24; f 1; f 2; f 3; f 4; f 5; f 6
      f 7; f 8; f 9; f 10; f 11; f 12
      m 30 500 => h900 504
      q => ordblks=7
      m 31 500 => h2a0 504
      q => ordblks=7
      """, tunables: "glibc.malloc.tcache_unsorted_limit=1:glibc.malloc.tcache_count=2")
  }
}
