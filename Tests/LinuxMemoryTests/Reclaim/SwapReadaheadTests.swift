// How the window of swap readahead grows and shrinks.

import Testing

@testable import LinuxMemory

@Suite("Swap readahead")
struct SwapReadaheadTests {
  @Test("the first fault reads a whole cluster, for the kernel begins with four hits")
  func firstFault() {
    var readahead = SwapReadahead()
    #expect(readahead.window(at: 100, limit: 8) == 8)
  }

  @Test("a window that was not wanted is halved, and ends at one page")
  func shrinks() {
    var readahead = SwapReadahead()
    let windows = [10, 500, 90, 700, 300].map { readahead.window(at: $0, limit: 8) }
    #expect(windows == [8, 4, 2, 1, 1])
  }

  @Test("neighbours are read in pairs until there are hits to go by")
  func neighbours() {
    var readahead = SwapReadahead()
    for offset in [10, 500, 90, 700] { _ = readahead.window(at: offset, limit: 8) }
    #expect(readahead.window(at: 701, limit: 8) == 2)
    readahead.noteRead(1)
    #expect(readahead.noteUse(3) == 1)
    #expect(readahead.window(at: 900, limit: 8) == 4)
    readahead.noteRead(3)
    #expect(readahead.noteUse(3) == 3)
    #expect(readahead.window(at: 40, limit: 8) == 8)
  }

  @Test("page-cluster 0 reads single pages", arguments: [0, 1])
  func noCluster(limit: Int) {
    var readahead = SwapReadahead()
    #expect(readahead.window(at: 1, limit: limit) == 1)
  }
}
