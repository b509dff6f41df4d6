// Early memory and what follows from it, against boots with `memblock=debug` on the command line.

import Testing

@testable import LinuxMemory

@Suite("Early memory")
struct EarlyMemoryTests {
  @Test("allocations come from the top, aligned, and merge again when released")
  func topDown() {
    let ram = [FrameRange(start: FrameNumber(1), count: 15), FrameRange(start: FrameNumber(32), count: 32)]
    var memory = EarlyMemory(ram: ram, limit: FrameNumber(48))
    #expect(memory.allocate(100) == 0x2_ff80..<0x2_ffe4)
    #expect(memory.allocate(4096, alignment: 4096) == 0x2_e000..<0x2_f000)
    #expect(memory.allocate(0x8000, alignment: 0x8000) == 0x2_0000..<0x2_8000)
    #expect(memory.allocate(4096, alignment: 4096, below: 0x8000) == 0x7000..<0x8000)
    #expect(memory.allocate(1 << 40) == nil)
    // The least address is only a wish: what does not fit above it comes from below.
    #expect(memory.allocate(0x7000, alignment: 4096, from: 0x2_9000) == 0x9000..<0x1_0000)
    #expect(
      memory.reservedFrames(of: ram)
        == [
          FrameRange(start: FrameNumber(7), count: 1), FrameRange(start: FrameNumber(9), count: 7),
          FrameRange(start: FrameNumber(32), count: 8), FrameRange(start: FrameNumber(46), count: 1),
          FrameRange(start: FrameNumber(47), count: 1),
        ].joinedNeighbours)
    memory.release(0x2_ff80..<0x2_ffe4)
    memory.release(0x2_e000..<0x2_f000)
    memory.release(0x2_0000..<0x2_8000)
    memory.release(0x9000..<0x1_0000)
    memory.release(0x7000..<0x8000)
    #expect(memory.free == [0x1000..<0x1_0000, 0x2_0000..<0x4_0000])
  }

  @Test(
    "page tables of the direct map that the image has no room for",
    arguments: [(256, 0), (1024, 0), (3072, 1), (4096, 3), (16_384, 3), (32_768, 19)])
  func directMap(mebibytes: Int, pages: Int) throws {
    let layout = try Self.layout("\(mebibytes)M", "x86_64")
    let ram = layout.ram.map { UInt64($0.start.rawValue) << 12..<UInt64($0.end.rawValue) << 12 }
    #expect(DirectMapTables(ram: ram, buffer: 0x440_0000..<0x441_1000).allocated == pages)
  }

  @Test("the array of struct page lies where it was recorded")
  func pageStructs() throws {
    for (arch, ram, address) in [
      ("x86_64", "1G", 0x3ee0_0000), ("x86_64", "16G", 0x4_2fe0_0000), ("i386", "1G", 0x3608_e000),
      ("i386", "256M", 0xfbf_0000),
    ] {
      let settings = [(key: "arch", value: arch), (key: "ram", value: ram)]
      let memory = PhysicalMemory(try MachineConfiguration(settings: settings))
      #expect(memory.pageStructs.rawValue << 12 == address, "\(arch) \(ram)")
    }
  }

  /// Bytes of hash tables as the kernel's log names them.
  @Test(
    "hash tables have the size that the kernel's log names",
    arguments: [
      ("x86_64", "256M", [262_144, 131_072, 4096, 32_768, 4096, 16_384, 65_536, 6144, 8192]),
      ("x86_64", "1G", [1_048_576, 524_288, 16_384, 131_072, 8192, 65_536, 262_144, 24_576, 16_384]),
      (
        "x86_64", "16G",
        [16_777_216, 8_388_608, 262_144, 2_097_152, 131_072, 1_048_576, 2_097_152, 393_216, 262_144]
      ),
      ("i386", "2G", [524_288, 262_144, 8192, 131_072, 4096, 32_768, 131_072, 16_384, 16_384]),
    ])
  func hashTables(arch: String, ram: String, bytes: [Int]) throws {
    let layout = try Self.layout(ram, arch)
    let late = SystemHashTable.late
    // Mounts and UDP have two tables of a size each.
    let tables = SystemHashTable.early + [late[0]] + late[2...7]
    let sizes = tables.map {
      $0.bytes(kernelPages: layout.kernelPages, allPages: layout.allPages, isWide: arch == "x86_64")
    }
    #expect(sizes == bytes)
  }

  @Test(
    "units of per-CPU memory",
    arguments: [(1, 1, 2048), (2, 2, 1024), (3, 4, 512), (5, 6, 1024), (8, 8, 256)])
  func perCPU(cpus: Int, units: Int, kibibytes: Int) throws {
    let layout = PerCPULayout(try MachineConfiguration(settings: [("cpus", "\(cpus)")]))
    #expect(layout.count == units)
    #expect(layout.size == kibibytes << 10)
  }

  private static func layout(_ ram: String, _ arch: String) throws -> PhysicalLayout {
    PhysicalLayout(try MachineConfiguration(settings: [("ram", ram), ("arch", arch)]))
  }
}

extension [FrameRange] {
  /// The same frames with neighbouring ranges joined.
  fileprivate var joinedNeighbours: [FrameRange] {
    reduce(into: []) { $0.appendJoined($1) }
  }
}
