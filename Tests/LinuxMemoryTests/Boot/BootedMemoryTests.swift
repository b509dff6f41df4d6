// What boot leaves behind, against booted kernels.

import Testing

@testable import LinuxMemory

/// Free memory of a booted machine as recorded, in kilobytes.
struct RecordedFree: Sendable, CustomStringConvertible {
  let settings: [(key: String, value: String)]
  let memFree, slab, vmallocUsed: Int
  let largestBlocks: Int

  var description: String { settings.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") }

  static let all = [
    RecordedFree(
      settings: [("ram", "1G")], memFree: 945_564, slab: 14_532, vmallocUsed: 7340, largestBlocks: 229),
    RecordedFree(
      settings: [("ram", "2G")], memFree: 1_975_460, slab: 14_564, vmallocUsed: 7340, largestBlocks: 480),
    RecordedFree(
      settings: [("ram", "4G"), ("cpus", "4")], memFree: 3_962_964, slab: 16_292, vmallocUsed: 5364,
      largestBlocks: 960),
    RecordedFree(
      settings: [("ram", "1G"), ("arch", "i386")], memFree: 1_003_912, slab: 8808, vmallocUsed: 272,
      largestBlocks: 241),
    RecordedFree(
      settings: [("ram", "2G"), ("arch", "i386")], memFree: 2_042_044, slab: 8800, vmallocUsed: 272,
      largestBlocks: 495),
  ]
}

@Suite("Memory after boot")
struct BootedMemoryTests {
  @Test("free memory is close to the recorded one", arguments: RecordedFree.all)
  func freeMemory(recorded: RecordedFree) throws {
    let booted = BootedMemory(configuration: try MachineConfiguration(settings: recorded.settings))
    let free = booted.pageAllocator.freePageCount * 4
    #expect(abs(free - recorded.memFree) <= recorded.memFree / 200, "\(free)")
    let slab = (booted.slab.reclaimablePages + booted.slab.unreclaimablePages) * 4
    #expect(abs(slab - recorded.slab) <= recorded.slab / 500, "\(slab)")
    #expect(abs(booted.vmallocArea.mappedPages * 4 - recorded.vmallocUsed) <= recorded.vmallocUsed / 2)
    let large = booted.pageAllocator.zones.reduce(0) { $0 + $1.freeBlockCount(order: 10) }
    #expect(abs(large - recorded.largestBlocks) <= 8, "\(large)")
  }

  @Test("every managed frame is in exactly one place", arguments: RecordedFree.all)
  func ownership(recorded: RecordedFree) throws {
    let booted = BootedMemory(configuration: try MachineConfiguration(settings: recorded.settings))
    #expect(booted.pageAllocator.invariantViolations() == [])
    var ranges = booted.pageAllocator.heldRanges() + booted.kernelPages.bootFrames
    ranges += booted.slab.caches.flatMap { $0?.bootFrames ?? [] } + booted.slab.bootLargeFrames
    ranges += booted.slab.pool.map { FrameRange(start: FrameNumber($0.frame), count: 1 << Int($0.order)) }
    ranges += booted.vmallocArea.areas.flatMap(\.frames)
    ranges.sort { $0.start < $1.start }
    for (left, right) in zip(ranges, ranges.dropFirst()) {
      #expect(left.end <= right.start)
    }
    #expect(ranges.reduce(0) { $0 + $1.count } == booted.pageAllocator.totalPages)
  }

  @Test("a terabyte boots, and the smallest machines")
  func extremes() throws {
    for settings in [
      [("ram", "1T")], [("ram", "2T"), ("cpus", "64")], [("ram", "128M")],
      [("ram", "64M"), ("arch", "i386")], [("ram", "4G"), ("arch", "i386")], [("ram", "3.5G")],
    ] {
      let pairs = settings.map { (key: $0.0, value: $0.1) }
      let booted = BootedMemory(configuration: try MachineConfiguration(settings: pairs))
      #expect(booted.pageAllocator.invariantViolations() == [])
      #expect(booted.pageAllocator.freePageCount > 0)
    }
  }
}
