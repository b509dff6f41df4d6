// mallopt, tunables, and the figures of mallinfo2 and malloc_stats.

import Testing

@testable import LinuxMemory

@Suite("mallopt and statistics")
struct MallocOptionsTests {
  @Test func fastBinLimitHasACeiling() throws {
    var heap = TestHeap()
    #expect(try heap.set(.largestFastRequest, 161) == 0)
    #expect(try heap.set(.largestFastRequest, -1) == 0)
    #expect(try heap.set(.largestFastRequest, 160) == 1)
    #expect(heap.state.parameters.largestFastChunk == 160)
    #expect(try heap.set(.largestFastRequest, 7) == 1)
    #expect(heap.state.parameters.largestFastChunk == 16)
  }

  @Test func unknownParametersAreAccepted() throws {
    var heap = TestHeap()
    #expect(try heap.state.setOption(99, 5, kernel: &heap.kernel) == 1)
    #expect(try heap.set(.checkAction, 3) == 1)
    #expect(try heap.set(.arenaTest, 0) == 1)
    #expect(try heap.set(.arenaMaximum, 1) == 1)
  }

  @Test func everyOptionConsolidates() throws {
    var heap = TestHeap("glibc.malloc.tcache_count=0")
    let blocks = try heap.malloc(24, times: 3)
    try heap.free(blocks)
    _ = try heap.set(.checkAction, 0)
    #expect(try heap.information().smblks == 0)
  }

  @Test func perturbTouchesWhatItFills() throws {
    var heap = TestHeap()
    _ = try heap.set(.fillByte, 1)
    _ = try heap.malloc(100_000)
    #expect(heap.kernel.pages.count == 25)
  }

  @Test func tunablesOutOfRangeAreIgnored() {
    let tunables = MallocTunables(
      "glibc.malloc.perturb=256:glibc.malloc.mmap_max=-1:glibc.malloc.mxfast=0x50:x=1:glibc.malloc.top_pad")
    #expect(tunables == MallocTunables("glibc.malloc.mxfast=80"))
    #expect(tunables == MallocTunables("glibc.malloc.mxfast=0120"))
  }

  @Test func tunablesActAtTheFirstCall() throws {
    var heap = TestHeap("glibc.malloc.mmap_threshold=4096:glibc.malloc.top_pad=0")
    let calls = try heap.calls { _ = try $0.malloc(5000) }
    #expect(calls == ["getrandom", "brk0", "brk+1000", "mmap:2000@M2000"])
  }

  @Test func informationOfAnUntouchedHeap() throws {
    var heap = TestHeap()
    #expect(try heap.information() == MallocInformation(ordblks: 1))
  }

  @Test func informationCountsTheThreadCacheAsInUse() throws {
    var heap = TestHeap()
    let block = try heap.malloc(24)
    let before = try heap.information()
    try heap.free(block)
    #expect(try heap.information() == before)
    #expect(before.uordblks == 0x290 + 32)
    #expect(before.arena == before.uordblks + before.fordblks)
  }

  @Test func statisticsText() throws {
    var heap = TestHeap()
    _ = try heap.malloc(24)
    _ = try heap.malloc(200_000)
    #expect(
      try heap.state.statisticsText(kernel: &heap.kernel) == """
        Arena 0:
        system bytes     =     135168
        in use bytes     =        688
        Total (incl. mmap):
        system bytes     =     335872
        in use bytes     =     201392
        max mmap regions =          1
        max mmap bytes   =     200704

        """)
  }
}
