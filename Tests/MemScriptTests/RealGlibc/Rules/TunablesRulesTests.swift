// GLIBC_TUNABLES, one by one.

import Testing

@Suite("Rules of tunables")
struct TunablesRulesTests {
  @Test func tcacheCountZeroTurnsTheCacheOff() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; f 1
      q => smblks=1
      """, tunables: "glibc.malloc.tcache_count=0")
  }

  @Test func tcacheCountIsItsDepth() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; m 3 24; m 4 24; f 1; f 2; f 3
      q => smblks=1
      """, tunables: "glibc.malloc.tcache_count=2")
  }

  @Test func tcacheCountAbove65535IsIgnored() throws {
    try expectCalls(
      """
      m 1 24; m 2 24; m 3 24; m 4 24; m 5 24; m 6 24; m 7 24; m 8 24; m 9 24; m 10 24; m 11 24
      f 1; f 2; f 3; f 4; f 5; f 6; f 7; f 8
      q => smblks=1
      """, tunables: "glibc.malloc.tcache_count=65536")
  }

  @Test func tcacheMaxLimitsItsSizes() throws {
    try expectCalls(
      """
      m 1 40; m 2 41; m 3 24; f 1; f 2
      q => smblks=1
      """, tunables: "glibc.malloc.tcache_max=40")
  }

  @Test func tcacheMaxAbove1032IsIgnored() throws {
    try expectCalls(
      """
      m 1 1032; m 2 24; f 1
      q => ordblks=1
      """, tunables: "glibc.malloc.tcache_max=1033")
  }

  @Test func mxfastIsMalloptsParameter() throws {
    try expectCalls(
      """
      m 1 152; m 2 24; f 1
      q => smblks=1 fsmblks=160
      """, tunables: "glibc.malloc.mxfast=160:glibc.malloc.tcache_count=0")
  }

  @Test func mxfastAbove160IsIgnored() throws {
    try expectCalls(
      """
      m 1 152; m 2 24; f 1
      q => smblks=0
      """, tunables: "glibc.malloc.mxfast=161:glibc.malloc.tcache_count=0")
  }

  @Test func mmapMaxLimitsMappings() throws {
    try expectCalls(
      """
      m 1 200000 => M31000+10:31000 200688 b=21000 s=brk0,brk+21000,mmap:31000@M31000
      m 2 200000 => h2a0 200008 b=51000 s=brk+30000
      """, tunables: "glibc.malloc.mmap_max=1")
  }

  @Test func mmapMaxOutOfRangeIsIgnored() throws {
    try expectCalls(
      """
      m 1 200000 => M31000+10:31000 200688 b=21000 s=brk0,brk+21000,mmap:31000@M31000
      """, tunables: "glibc.malloc.mmap_max=-1")
  }

  @Test func topPadTunableIsAddedToEveryGrowth() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=1000 s=brk0,brk+1000
      """, tunables: "glibc.malloc.top_pad=0")
  }

  @Test func perturbTouchesPages() throws {
    try expectCalls(
      """
      m 1 100000 => h2a0 100008 b=21000 s=brk0,brk+21000
      q => res=25
      """, tunables: "glibc.malloc.perturb=1")
  }

  @Test func perturbAbove255IsIgnored() throws {
    try expectCalls(
      """
      m 1 100000 => h2a0 100008 b=21000 s=brk0,brk+21000
      q => res=2
      """, tunables: "glibc.malloc.perturb=256")
  }

  @Test func mmapThresholdIsFixedByIt() throws {
    try expectCalls(
      """
      m 1 5000 => h2a0 5000 b=21000 s=brk0,brk+21000
      f 1 => -
      m 2 5000 => h2a0 5000
      """, tunables: "glibc.malloc.mmap_threshold=4096")
  }

  @Test func trimThresholdIsFixedByIt() throws {
    try expectCalls(
      """
      m 1 80000
      f 1 => -
      q => keepcost=134512
      """, tunables: "glibc.malloc.trim_threshold=0")
  }

  @Test func tcacheUnsortedLimitOfNoneIsTheDefault() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=21000 s=brk0,brk+21000
      """, tunables: "glibc.malloc.tcache_unsorted_limit=0")
  }

  @Test func arenaTunablesChangeNothingForOneThread() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=21000 s=brk0,brk+21000
      """, tunables: "glibc.malloc.arena_max=1:glibc.malloc.arena_test=1")
  }

  @Test func anEmptyNumberIsZero() throws {
    try expectCalls(
      """
      m 1 200000 => h2a0 200008 b=51000 s=brk0,brk+21000,brk+30000
      """, tunables: "glibc.malloc.mmap_max=")
  }

  @Test func noNumberIsZero() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=1000 s=brk0,brk+1000
      """, tunables: "glibc.malloc.top_pad=abc")
  }

  @Test func numbersMayBeHexadecimal() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=2000 s=brk0,brk+2000
      """, tunables: "glibc.malloc.top_pad=0x1000")
  }

  @Test func numbersMayBeOctal() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=2000 s=brk0,brk+2000
      """, tunables: "glibc.malloc.top_pad=010000")
  }

  @Test func whatFollowsTheDigitsIsIgnored() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=2000 s=brk0,brk+2000
      """, tunables: "glibc.malloc.top_pad=4096k")
  }

  @Test func blanksAndASignMayStandBefore() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=2000 s=brk0,brk+2000
      """, tunables: "glibc.malloc.top_pad= +4096")
  }

  @Test func theLastOfEqualNamesCounts() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=2000 s=brk0,brk+2000
      """, tunables: "glibc.malloc.top_pad=0:glibc.malloc.top_pad=4096")
  }

  @Test func unknownNamesAreSkipped() throws {
    try expectCalls(
      """
      m 1 24 => h2a0 24 b=1000 s=brk0,brk+1000
      """, tunables: "glibc.malloc.nothing=1:x=2::glibc.malloc.top_pad:glibc.malloc.top_pad=0")
  }
}
