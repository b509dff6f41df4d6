// Zones after boot against what booted kernels said of themselves (/proc/zoneinfo).

import Testing

@testable import LinuxMemory

/// A zone as recorded: `/proc/zoneinfo` of Linux 6.1 under QEMU, THP on.
struct RecordedZone: Sendable {
  let name: String
  let spanned, present, managed, min, low, high: Int
  let protection: [Int]
  let perCPUHigh, batch, start: Int
}

/// A machine as recorded.
struct RecordedMachine: Sendable, CustomStringConvertible {
  let settings: [(key: String, value: String)]
  let memTotal: Int
  let zones: [RecordedZone]

  var description: String { settings.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") }

  static let all = [
    RecordedMachine(
      settings: [("ram", "1G")], memTotal: 983_756,
      zones: [
        RecordedZone(
          name: "DMA", spanned: 4095, present: 3998, managed: 3840, min: 177, low: 221, high: 265,
          protection: [0, 936, 936, 936, 936], perCPUHigh: 221, batch: 1, start: 1),
        RecordedZone(
          name: "DMA32", spanned: 258_016, present: 258_016, managed: 242_099, min: 11_086, low: 13_857,
          high: 16_628, protection: [0, 0, 0, 0, 0], perCPUHigh: 13_857, batch: 63, start: 4096),
      ]),
    RecordedMachine(
      settings: [("ram", "2G")], memTotal: 2_014_412,
      zones: [
        RecordedZone(
          name: "DMA", spanned: 4095, present: 3998, managed: 3840, min: 86, low: 107, high: 128,
          protection: [0, 1942, 1942, 1942, 1942], perCPUHigh: 107, batch: 1, start: 1),
        RecordedZone(
          name: "DMA32", spanned: 520_160, present: 520_160, managed: 499_763, min: 11_177, low: 13_971,
          high: 16_765, protection: [0, 0, 0, 0, 0], perCPUHigh: 13_971, batch: 63, start: 4096),
      ]),
    RecordedMachine(
      settings: [("ram", "4G"), ("cpus", "4")], memTotal: 4_008_664,
      zones: [
        RecordedZone(
          name: "DMA", spanned: 4095, present: 3998, managed: 3840, min: 64, low: 80, high: 96,
          protection: [0, 2938, 3890, 3890, 3890], perCPUHigh: 20, batch: 1, start: 1),
        RecordedZone(
          name: "DMA32", spanned: 1_044_480, present: 782_304, managed: 754_605, min: 12_712, low: 15_890,
          high: 19_068, protection: [0, 0, 952, 952, 952], perCPUHigh: 3972, batch: 63, start: 4096),
        RecordedZone(
          name: "Normal", spanned: 262_144, present: 262_144, managed: 243_721, min: 4118, low: 5147,
          high: 6176, protection: [0, 0, 0, 0, 0], perCPUHigh: 1286, batch: 63, start: 1_048_576),
      ]),
    RecordedMachine(
      settings: [("ram", "1G"), ("arch", "i386")], memTotal: 1_021_900,
      zones: [
        RecordedZone(
          name: "DMA", spanned: 4095, present: 3998, managed: 3840, min: 190, low: 237, high: 284,
          protection: [0, 832, 980, 980], perCPUHigh: 237, batch: 1, start: 1),
        RecordedZone(
          name: "Normal", spanned: 220_158, present: 220_158, managed: 213_777, min: 10_590, low: 13_237,
          high: 15_884, protection: [0, 0, 1183, 1183], perCPUHigh: 13_237, batch: 63, start: 4096),
        RecordedZone(
          name: "HighMem", spanned: 37_858, present: 37_858, managed: 37_858, min: 36, low: 506, high: 976,
          protection: [0, 0, 0, 0], perCPUHigh: 506, batch: 7, start: 224_254),
      ]),
    RecordedMachine(
      settings: [("ram", "2G"), ("arch", "i386")], memTotal: 2_060_236,
      zones: [
        RecordedZone(
          name: "DMA", spanned: 4095, present: 3998, managed: 3840, min: 190, low: 237, high: 284,
          protection: [0, 822, 1994, 1994], perCPUHigh: 237, batch: 1, start: 1),
        RecordedZone(
          name: "Normal", spanned: 220_158, present: 220_158, managed: 211_217, min: 10_462, low: 13_077,
          high: 15_692, protection: [0, 0, 9375, 9375], perCPUHigh: 13_077, batch: 63, start: 4096),
        RecordedZone(
          name: "HighMem", spanned: 300_002, present: 300_002, managed: 300_002, min: 128, low: 3853,
          high: 7578, protection: [0, 0, 0, 0], perCPUHigh: 3853, batch: 63, start: 224_254),
      ]),
  ]
}

@Suite("Zones after boot")
struct BootedZonesTests {
  @Test("extent and managed pages are those recorded", arguments: RecordedMachine.all)
  func extents(machine: RecordedMachine) throws {
    let allocator = PageAllocator(configuration: try MachineConfiguration(settings: machine.settings))
    for recorded in machine.zones {
      let zone = try #require(allocator.zones.first { $0.name == recorded.name })
      #expect(zone.start.rawValue == recorded.start)
      #expect(zone.spanned == recorded.spanned)
      #expect(zone.present == recorded.present)
      #expect(zone.managed == recorded.managed)
    }
    #expect(allocator.totalPages * 4 == machine.memTotal)
  }

  @Test("marks, reserves and per-CPU limits are those recorded", arguments: RecordedMachine.all)
  func marks(machine: RecordedMachine) throws {
    let allocator = PageAllocator(configuration: try MachineConfiguration(settings: machine.settings))
    for recorded in machine.zones {
      let zone = try #require(allocator.zones.first { $0.name == recorded.name })
      #expect(
        [zone.minWatermark, zone.lowWatermark, zone.highWatermark]
          == [recorded.min, recorded.low, recorded.high])
      #expect(zone.perCPUHigh == recorded.perCPUHigh)
      #expect(zone.perCPUBatch == recorded.batch)
      #expect(zone.lowmemReserve == recorded.protection)
    }
  }
}
