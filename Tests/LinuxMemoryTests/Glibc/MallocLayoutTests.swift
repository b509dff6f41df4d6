// Which bin a chunk's size belongs to.

import Testing

@testable import LinuxMemory

@Suite("The bins of sizes")
struct MallocLayoutTests {
  @Test(
    arguments: [
      (1008, 63), (1024, 64), (3136, 97), (3200, 97), (10752, 112), (45056, 120), (163_840, 124),
      (786_432, 126),
    ] as [(UInt64, Int)])
  func binOfASize(_ size: UInt64, _ bin: Int) {
    #expect(MallocLayout.x86_64.bin(forSize: size) == bin)
  }

  @Test(arguments: [(16, 2), (992, 63), (1008, 64)] as [(UInt64, Int)])
  func binOfASizeIn32BitBuilds(_ size: UInt64, _ bin: Int) {
    #expect(MallocLayout.i386.bin(forSize: size) == bin)
  }
}
