// malloc_info and malloc_stats, byte for byte as glibc 2.36 prints them.

// Each text was printed by a C program that does what the test does, calls malloc_info(0, stdout) or
// malloc_stats(), and had given stdout and stderr static buffers before, so that stdio allocates nothing.

import Testing

@testable import LinuxMemory

@Suite("malloc_info and malloc_stats")
struct MallocReportTests {
  private func document(_ heap: inout TestHeap) throws -> String {
    try heap.state.informationDocument(options: 0, kernel: &heap.kernel).get()
  }

  private func statistics(_ heap: inout TestHeap) throws -> String {
    try heap.state.statisticsText(kernel: &heap.kernel)
  }

  @Test func otherOptionsAreRefused() throws {
    var heap = TestHeap()
    #expect(try heap.state.informationDocument(options: 1, kernel: &heap.kernel) == .failure(.EINVAL))
    #expect(heap.state.errorNumber == nil)
  }

  /// The first call of the allocator.
  @Test func nothingAllocated() throws {
    var heap = TestHeap()
    #expect(
      try document(&heap) == """
        <malloc version="1">
        <heap nr="0">
        <sizes>
        </sizes>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="1" size="0"/>
        <system type="current" size="0"/>
        <system type="max" size="0"/>
        <aspace type="total" size="0"/>
        <aspace type="mprotect" size="0"/>
        </heap>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="1" size="0"/>
        <total type="mmap" count="0" size="0"/>
        <system type="current" size="0"/>
        <system type="max" size="0"/>
        <aspace type="total" size="0"/>
        <aspace type="mprotect" size="0"/>
        </malloc>

        """)
    #expect(
      try statistics(&heap) == """
        Arena 0:
        system bytes     =          0
        in use bytes     =          0
        Total (incl. mmap):
        system bytes     =          0
        in use bytes     =          0
        max mmap regions =          0
        max mmap bytes   =          0

        """)
  }

  /// 20 blocks of 24 bytes, 20 of 100, all freed.
  @Test func fastBins() throws {
    var heap = TestHeap()
    for block in try heap.malloc(24, times: 20) + heap.malloc(100, times: 20) { try heap.free(block) }
    #expect(
      try document(&heap) == """
        <malloc version="1">
        <heap nr="0">
        <sizes>
          <size from="17" to="32" total="416" count="13"/>
          <size from="97" to="112" total="1456" count="13"/>
        </sizes>
        <total type="fast" count="26" size="1872"/>
        <total type="rest" count="1" size="131632"/>
        <system type="current" size="135168"/>
        <system type="max" size="135168"/>
        <aspace type="total" size="135168"/>
        <aspace type="mprotect" size="135168"/>
        </heap>
        <total type="fast" count="26" size="1872"/>
        <total type="rest" count="1" size="131632"/>
        <total type="mmap" count="0" size="0"/>
        <system type="current" size="135168"/>
        <system type="max" size="135168"/>
        <aspace type="total" size="135168"/>
        <aspace type="mprotect" size="135168"/>
        </malloc>

        """)
    #expect(
      try statistics(&heap) == """
        Arena 0:
        system bytes     =     135168
        in use bytes     =       1664
        Total (incl. mmap):
        system bytes     =     135168
        in use bytes     =       1664
        max mmap regions =          0
        max mmap bytes   =          0

        """)
  }

  /// 64 blocks of 2000 bytes, every second freed, then malloc(3000).
  @Test func smallAndLargeBins() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(2000, times: 64)
    for index in stride(from: 0, to: 64, by: 2) { try heap.free(blocks[index]) }
    _ = try heap.malloc(3000)
    #expect(
      try document(&heap) == """
        <malloc version="1">
        <heap nr="0">
        <sizes>
          <size from="2017" to="2017" total="64544" count="32"/>
        </sizes>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="33" size="67024"/>
        <system type="current" size="135168"/>
        <system type="max" size="135168"/>
        <aspace type="total" size="135168"/>
        <aspace type="mprotect" size="135168"/>
        </heap>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="33" size="67024"/>
        <total type="mmap" count="0" size="0"/>
        <system type="current" size="135168"/>
        <system type="max" size="135168"/>
        <aspace type="total" size="135168"/>
        <aspace type="mprotect" size="135168"/>
        </malloc>

        """)
    #expect(
      try statistics(&heap) == """
        Arena 0:
        system bytes     =     135168
        in use bytes     =      68176
        Total (incl. mmap):
        system bytes     =     135168
        in use bytes     =      68176
        max mmap regions =          0
        max mmap bytes   =          0

        """)
  }

  /// 300 blocks of 200 + i % 40 * 16 bytes, every third freed, malloc(5000), then every ninth from 1 freed.
  @Test func unsortedAndBins() throws {
    var heap = TestHeap()
    var blocks: [UInt64?] = []
    for index in 0..<300 { blocks.append(try heap.malloc(200 + UInt64(index) % 40 * 16)) }
    for index in stride(from: 0, to: 300, by: 3) { try heap.free(blocks[index]) }
    _ = try heap.malloc(5000)
    for index in stride(from: 1, to: 300, by: 9) { try heap.free(blocks[index]) }
    #expect(
      try document(&heap) == """
        <malloc version="1">
        <heap nr="0">
        <sizes>
        </sizes>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="1" size="111872"/>
        <system type="current" size="270336"/>
        <system type="max" size="270336"/>
        <aspace type="total" size="270336"/>
        <aspace type="mprotect" size="270336"/>
        </heap>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="1" size="111872"/>
        <total type="mmap" count="0" size="0"/>
        <system type="current" size="270336"/>
        <system type="max" size="270336"/>
        <aspace type="total" size="270336"/>
        <aspace type="mprotect" size="270336"/>
        </malloc>

        """)
    #expect(
      try statistics(&heap) == """
        Arena 0:
        system bytes     =     270336
        in use bytes     =     158464
        Total (incl. mmap):
        system bytes     =     270336
        in use bytes     =     158464
        max mmap regions =          0
        max mmap bytes   =          0

        """)
  }

  /// 60 pairs of 1500 + 700 i and 24 bytes; the first of each pair freed, malloc(60000), then 20 of the second freed.
  @Test func largeBinsOfSeveralSizes() throws {
    var heap = TestHeap()
    var pairs: [(UInt64?, UInt64?)] = []
    for index in 0..<60 { pairs.append((try heap.malloc(1500 + UInt64(index) * 700), try heap.malloc(24))) }
    for pair in pairs { try heap.free(pair.0) }
    _ = try heap.malloc(60_000)
    for pair in pairs.prefix(20) { try heap.free(pair.1) }
    #expect(
      try document(&heap) == """
        <malloc version="1">
        <heap nr="0">
        <sizes>
          <size from="17" to="32" total="416" count="13"/>
          <size from="1521" to="1521" total="1521" count="1"/>
          <size from="2209" to="2209" total="2209" count="1"/>
          <size from="2913" to="2913" total="2913" count="1"/>
          <size from="3617" to="3617" total="3617" count="1"/>
          <size from="4321" to="4321" total="4321" count="1"/>
          <size from="5009" to="5009" total="5009" count="1"/>
          <size from="5713" to="5713" total="5713" count="1"/>
          <size from="6417" to="6417" total="6417" count="1"/>
          <size from="7121" to="7121" total="7121" count="1"/>
          <size from="7809" to="7809" total="7809" count="1"/>
          <size from="8513" to="8513" total="8513" count="1"/>
          <size from="9217" to="9217" total="9217" count="1"/>
          <size from="9921" to="9921" total="9921" count="1"/>
          <size from="10609" to="10609" total="10609" count="1"/>
          <size from="11313" to="12017" total="23330" count="2"/>
          <size from="12721" to="16209" total="86790" count="6"/>
          <size from="16913" to="20417" total="111990" count="6"/>
          <size from="21121" to="23921" total="112581" count="5"/>
          <size from="24609" to="28113" total="158182" count="6"/>
          <size from="28817" to="32321" total="183398" count="6"/>
          <size from="33009" to="36513" total="208582" count="6"/>
          <size from="37217" to="40721" total="233798" count="6"/>
          <size from="41409" to="42817" total="126339" count="3"/>
        </sizes>
        <total type="fast" count="13" size="416"/>
        <total type="rest" count="61" size="1403836"/>
        <system type="current" size="1466368"/>
        <system type="max" size="1466368"/>
        <aspace type="total" size="1466368"/>
        <aspace type="mprotect" size="1466368"/>
        </heap>
        <total type="fast" count="13" size="416"/>
        <total type="rest" count="61" size="1403836"/>
        <total type="mmap" count="0" size="0"/>
        <system type="current" size="1466368"/>
        <system type="max" size="1466368"/>
        <aspace type="total" size="1466368"/>
        <aspace type="mprotect" size="1466368"/>
        </malloc>

        """)
    #expect(
      try statistics(&heap) == """
        Arena 0:
        system bytes     =    1466368
        in use bytes     =      62176
        Total (incl. mmap):
        system bytes     =    1466368
        in use bytes     =      62176
        max mmap regions =          0
        max mmap bytes   =          0

        """)
  }

  /// Malloc(1 << 20), malloc(200000), free of the first, malloc(3000000).
  @Test func mappedChunks() throws {
    var heap = TestHeap()
    let first = try heap.malloc(1 << 20)
    _ = try heap.malloc(200_000)
    try heap.free(first)
    _ = try heap.malloc(3_000_000)
    #expect(
      try document(&heap) == """
        <malloc version="1">
        <heap nr="0">
        <sizes>
        </sizes>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="1" size="134512"/>
        <system type="current" size="135168"/>
        <system type="max" size="135168"/>
        <aspace type="total" size="135168"/>
        <aspace type="mprotect" size="135168"/>
        </heap>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="1" size="134512"/>
        <total type="mmap" count="2" size="3203072"/>
        <system type="current" size="135168"/>
        <system type="max" size="135168"/>
        <aspace type="total" size="135168"/>
        <aspace type="mprotect" size="135168"/>
        </malloc>

        """)
    #expect(
      try statistics(&heap) == """
        Arena 0:
        system bytes     =     135168
        in use bytes     =        656
        Total (incl. mmap):
        system bytes     =    3338240
        in use bytes     =    3203728
        max mmap regions =          2
        max mmap bytes   =    3203072

        """)
  }

  /// Three blocks of 100000 bytes, the third freed, then the second.
  @Test func trimmedHeap() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(100_000, times: 3)
    try heap.free(blocks[2])
    try heap.free(blocks[1])
    #expect(
      try document(&heap) == """
        <malloc version="1">
        <heap nr="0">
        <sizes>
        </sizes>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="1" size="132800"/>
        <system type="current" size="233472"/>
        <system type="max" size="335872"/>
        <aspace type="total" size="233472"/>
        <aspace type="mprotect" size="233472"/>
        </heap>
        <total type="fast" count="0" size="0"/>
        <total type="rest" count="1" size="132800"/>
        <total type="mmap" count="0" size="0"/>
        <system type="current" size="233472"/>
        <system type="max" size="335872"/>
        <aspace type="total" size="233472"/>
        <aspace type="mprotect" size="233472"/>
        </malloc>

        """)
    #expect(
      try statistics(&heap) == """
        Arena 0:
        system bytes     =     233472
        in use bytes     =     100672
        Total (incl. mmap):
        system bytes     =     233472
        in use bytes     =     100672
        max mmap regions =          0
        max mmap bytes   =          0

        """)
  }
}
