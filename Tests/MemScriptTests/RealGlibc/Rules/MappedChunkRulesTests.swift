// Chunks with a mapping of their own, rule by rule.

import Testing

@Suite("Rules of mapped chunks")
struct MappedChunkRulesTests {
  @Test func theThresholdIsAChunkSize() throws {
    try expectCalls(
      """
      m 1 24; m 2 100000
      m 3 131048 => h18970 131048 b=59000 s=brk+38000
      m 4 131049 => h38960 131064
      """)
  }

  @Test func freeingOneRaisesBothThresholds() throws {
    try expectCalls(
      """
      m 1 1048576; f 1
      m 2 1048576 => h2a0 1048584 b=121000 s=brk+100000
      f 2 => -
      m 3 3000000 => M2dd000+10:2dd000 3002352 s=mmap:2dd000@M2dd000
      """)
  }

  @Test func mappingsOf32MiBDoNotRaiseThem() throws {
    try expectCalls(
      """
      m 1 33554408; f 1
      m 2 200000 => M31000+10:31000 200688 s=mmap:31000@M31000
      """)
  }

  @Test func thePageBelow32MiBDoes() throws {
    try expectCalls(
      """
      m 1 33550000; f 1
      m 2 200000 => h2a0 200008 b=51000 s=brk+30000
      """)
  }

  @Test func mmapMaxLimitsTheirNumber() throws {
    try expectCalls(
      """
      o -4 1; m 1 200000
      m 2 200000 => h2a0 200008 b=51000 s=brk+30000
      f 1 => - s=munmap:31000@M31000
      m 3 200000 => M31000+10:31000 200688 s=mmap:31000@M31000
      """)
  }

  @Test func settingAParameterFixesTheThreshold() throws {
    try expectCalls(
      """
      o -1 131072; m 1 1048576; f 1
      m 2 1048576 => M101000+10:101000 1052656 s=mmap:101000@M101000
      """)
  }

  @Test func perturbDoesNot() throws {
    try expectCalls(
      """
      o -6 1; m 1 1048576; f 1
      m 2 1048576 => h2a0 1048584 b=121000 s=brk+100000
      """)
  }

  @Test func reallocRemapsEvenToOnePage() throws {
    try expectCalls(
      """
      m 1 500000
      r 1 2 300000 => M7b000+10:4a000 303088 s=mremap:7b000>4a000@M7b000>M7b000
      r 2 3 100 => M7b000+10:1000 4080 s=mremap:4a000>1000@M7b000>M7b000
      q => hblks=1 hblkhd=4096
      r 3 4 500000 => M7b000+10:7b000 503792 s=mremap:1000>7b000@M7b000>M7b000
      """)
  }

  @Test func reallocWithinTheSamePagesCallsNobody() throws {
    try expectCalls(
      """
      m 1 200000
      r 1 2 200001 => M31000+10:31000 200688
      """)
  }

  @Test func alignmentLeavesALeadInTheMapping() throws {
    try expectCalls(
      """
      m 1 24
      a 2 65536 200000 => M41000+1000:41000 262144 s=mmap:41000@M41000
      f 2 => - s=munmap:41000@M41000
      m 3 150000 => h2c0 150008 b=45000 s=brk+24000
      """)
  }
}
