// An allocator on the model kernel, for tests that read like programs.

@testable import LinuxMemory

/// One process that allocates. Addresses are distances from the initial break.
struct TestHeap {
  var state: MallocState
  var kernel = ModelKernel()

  init(_ tunables: String = "", layout: MallocLayout = .x86_64, release: GlibcRelease = .glibc236) {
    state = MallocState(layout: layout, release: release, tunables: MallocTunables(tunables))
    if layout == .i386 { kernel = ModelKernel(initialBreak: 0x804_b000, mappingTop: 0xf7c0_0000) }
  }

  private func distance(_ address: UInt64) -> UInt64? {
    address == 0 ? nil : address &- kernel.initialBreak
  }

  private func address(_ distance: UInt64?) -> UInt64 {
    distance.map { $0 &+ kernel.initialBreak } ?? 0
  }

  mutating func malloc(_ size: UInt64) throws -> UInt64? {
    distance(try state.malloc(size, kernel: &kernel))
  }

  /// Allocates several blocks of one size.
  mutating func malloc(_ size: UInt64, times: Int) throws -> [UInt64] {
    var blocks: [UInt64] = []
    for _ in 0..<times {
      if let block = try malloc(size) { blocks.append(block) }
    }
    return blocks
  }

  mutating func calloc(_ count: UInt64, _ size: UInt64) throws -> UInt64? {
    distance(try state.calloc(count: count, size: size, kernel: &kernel))
  }

  mutating func realloc(_ block: UInt64?, _ size: UInt64) throws -> UInt64? {
    distance(try state.realloc(address(block), size, kernel: &kernel))
  }

  mutating func memalign(_ alignment: UInt64, _ size: UInt64) throws -> UInt64? {
    distance(try state.memalign(alignment: alignment, size: size, kernel: &kernel))
  }

  mutating func free(_ block: UInt64?) throws {
    try state.free(address(block), kernel: &kernel)
  }

  mutating func free(_ blocks: some Sequence<UInt64>) throws {
    for block in blocks { try free(block) }
  }

  mutating func trim(_ padding: UInt64 = 0) throws -> Bool {
    try state.trim(keeping: padding, kernel: &kernel)
  }

  mutating func usableSize(_ block: UInt64?) throws -> UInt64 {
    try state.usableSize(of: address(block), kernel: &kernel)
  }

  mutating func information() throws -> MallocInformation {
    try state.information(kernel: &kernel)
  }

  mutating func endThread() throws {
    try state.endThread(kernel: &kernel)
  }

  /// Writes a 64-bit value as the program might.
  mutating func write(_ value: UInt64, at block: UInt64) throws {
    try state.programStore(value, count: 8, at: address(block), kernel: &kernel)
  }

  /// The state of a block's chunk.
  func chunkState(_ block: UInt64) -> HeapChunkState? {
    var found: HeapChunkState?
    state.walkChunks { chunk in
      if chunk.address == address(block) &- state.layout.headerSize { found = chunk.state }
      return found == nil
    }
    return found
  }
}
