// memalign, aligned_alloc, valloc and pvalloc, rule by rule.

import Testing

@Suite("Rules of aligned allocation")
struct AlignmentRulesTests {
  @Test func alignmentsBelow32CountAs32() throws {
    try expectCalls(
      """
      m 1 24
      a 2 17 100 => h2c0 104
      a 3 31 100 => h380 104
      """)
  }

  @Test func othersAreRoundedUpToAPowerOfTwo() throws {
    try expectCalls(
      """
      m 1 24
      a 2 33 10 => h2c0 24
      a 3 100 10 => h380 24
      a 4 65 10 => h480 24
      """)
  }

  @Test func zeroAndOneAreNoAlignment() throws {
    try expectCalls(
      """
      m 1 24
      a 2 0 10 => h2c0 24
      a 3 1 10 => h2e0 24
      """)
  }

  @Test func theLeadIsFreedIntoTheThreadCache() throws {
    try expectCalls(
      """
      m 1 24
      a 2 256 1000 => h300 1000
      m 3 24 => h7e0 24
      q => ordblks=1
      """)
  }

  @Test func theTailIsCutWhenMoreThan32BytesAreOver() throws {
    try expectCalls(
      """
      m 1 24
      a 2 64 1000 => h2c0 1000
      a 3 64 1000 => h740 1000
      """)
  }

  @Test func theHeapIsGrownForTheWorstCase() throws {
    try expectCalls(
      """
      m 1 24
      a 2 131072 100 => h4000 104
      """)
  }

  @Test func sizePlusAlignmentDecidesAboutAMapping() throws {
    try expectCalls(
      """
      m 1 24
      a 2 4096 126000 => h1000 126008
      a 3 4096 127000 => M21000+1000:21000 131072 s=mmap:21000@M21000
      """)
  }

  @Test func moreThan2To63IsInvalid() throws {
    try expectCalls(
      """
      a 1 9223372036854775809 10 => 0 0 e=22
      """)
  }

  @Test func aligningTo2To63IsOutOfMemory() throws {
    try expectCalls(
      """
      a 1 9223372036854775808 10 => 0 0 e=12
      a 2 9223372036854775807 9223372036854775807 => 0 0 e=12
      """)
  }

  @Test func vallocAlignsToPages() throws {
    try expectCalls(
      """
      m 1 24
      v 2 1 => h1000 24
      v 3 5000 => h2000 5000
      """)
  }

  @Test func pvallocRoundsUpWithABug() throws {
    try expectCalls(
      """
      m 1 24
      V 2 1 => h1000 4104
      V 3 2 => h3000 4104
      V 4 4097 => h5000 8200
      """)
  }

  @Test func pvallocNoticesAnOverflow() throws {
    try expectCalls(
      """
      V 1 18446744073709551615 => 0 0 e=12
      """)
  }
}
