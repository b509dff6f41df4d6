// Slab layouts against /sys/kernel/slab of booted kernels.

import Testing

@testable import LinuxMemory

@Suite("Slab geometry")
struct SlabGeometryTests {
  @Test("order, objects per slab and partial limits of every recorded cache")
  func recordedCaches() throws {
    let lines = try Recording("kernel/slab-geometry.txt").lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    #expect(lines.count > 600)
    for line in lines {
      let fields = line.split(separator: " ").map(String.init)
      let numbers = fields.dropFirst(3).compactMap { Int($0) }
      let cpus = try #require(Int(fields[1]))
      let geometry = try #require(SlabGeometry(size: numbers[1], alignment: numbers[4], cpus: cpus))
      #expect(geometry.objectsPerSlab == numbers[2], "\(line)")
      #expect(geometry.order == numbers[3], "\(line)")
      #expect(geometry.minimumPartial == numbers[5], "\(line)")
      #expect(geometry.perCPUPartialObjects == numbers[6], "\(line)")
    }
  }

  @Test("the distance of objects follows from size, alignment and flags")
  func sizes() throws {
    let cases: [(size: Int, alignment: Int, flags: SlabFlags, expected: Int)] = [
      (8, 0, [], 8), (100, 0, [], 104), (100, 64, [], 128), (300, 0, [], 304), (20_000, 0, [], 20_000),
      (32, 4096, [], 4096), (2240, 0, [.SLAB_HWCACHE_ALIGN, .SLAB_TYPESAFE_BY_RCU], 2304),
      (184, 0, .SLAB_HWCACHE_ALIGN, 192),
      (16, 0, .SLAB_HWCACHE_ALIGN, 16), (304, 0, .SLAB_TYPESAFE_BY_RCU, 312),
    ]
    for item in cases {
      let geometry = try #require(
        SlabGeometry(
          objectSize: item.size, alignment: item.alignment, flags: item.flags, profile: .x8664, cpus: 1))
      #expect(geometry.size == item.expected)
    }
  }

  @Test("size, alignment, flags and a constructor give the recorded layout, debugging included")
  func recordedCreations() throws {
    let lines = try Recording("kernel/slab-creation.txt").lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    #expect(lines.count > 200)
    for line in lines {
      let fields = line.split(separator: " ").map(String.init)
      let flags = try #require(UInt32(fields[4], radix: 16))
      let numbers = [fields[1], fields[2], fields[3]].compactMap { Int($0) }
      let geometry = try #require(
        SlabGeometry(
          objectSize: numbers[1], alignment: numbers[2], flags: SlabFlags(rawValue: flags),
          hasConstructor: fields[5] == "1", profile: fields[0] == "i386" ? .i386 : .x8664, cpus: numbers[0]))
      let computed = [
        geometry.size, geometry.objectsPerSlab, geometry.order, geometry.alignment, geometry.minimumPartial,
        geometry.perCPUPartialObjects,
      ]
      #expect(computed == fields[8...].compactMap { Int($0) }, "\(line)")
    }
  }
}
