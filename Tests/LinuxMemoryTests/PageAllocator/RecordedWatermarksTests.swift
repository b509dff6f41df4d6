// Watermarks and lowmem reserves after settings were written, against /proc/zoneinfo of booted kernels.

import Testing

@testable import LinuxMemory

@Suite("Recorded watermarks")
struct RecordedWatermarksTests {
  @Test(
    "marks and reserves are exact functions of the settings",
    arguments: [
      ("amd64", "x86_64", "1G"), ("amd64-512", "x86_64", "512M"), ("amd64-4096", "x86_64", "4G"),
      ("i386", "i386", "1G"),
    ])
  func recorded(machine: String, architecture: String, ram: String) throws {
    let settings = [(key: "arch", value: architecture), (key: "ram", value: ram)]
    var allocator = PageAllocator(configuration: try MachineConfiguration(settings: settings))
    var checksMarks = false
    var checksReserve = false
    var checked = 0
    for line in try Recording("kernel/watermarks-\(machine).txt").lines where !line.hasPrefix("#") {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "marks":
        // Those of boot were computed before the initialisation code was freed.
        checksMarks = words[4] == "set"
        if checksMarks {
          allocator.setWatermarks(
            minFreeKilobytes: try #require(Int(words[1])), scaleFactor: try #require(Int(words[2])))
        }
      case "ratio":
        allocator.setLowmemReserve(ratio: words[1].split(separator: ",").compactMap { Int($0) })
        checksReserve = true
        checksMarks = false
      case "zone":
        let zone = try #require(allocator.zones.first { $0.name == words[1] })
        let numbers = words[2...5].compactMap { Int($0) }
        #expect(zone.managed == numbers[0], "\(zone.name)")
        if checksMarks {
          #expect(
            [zone.minWatermark, zone.lowWatermark, zone.highWatermark] == Array(numbers[1...]), "\(line)")
        }
        if checksReserve {
          #expect(zone.lowmemReserve == words[6].split(separator: ",").compactMap { Int($0) }, "\(line)")
        }
        checked += 1
      default: break
      }
    }
    #expect(checked >= 40)
  }

  @Test("min_free_kbytes by itself and with huge pages")
  func minFree() throws {
    func booted(_ settings: [(key: String, value: String)]) throws -> PageAllocator {
      PageAllocator(configuration: try MachineConfiguration(settings: settings))
    }
    for thp in ["always", "madvise"] {
      #expect(try booted([("thp", thp)]).minFreeKilobytes == 45_056)
      #expect(try booted([("thp", thp), ("arch", "i386")]).minFreeKilobytes == 43_124)
    }
    // Huge pages turned off later: the square root is taken of what lies above the high marks.
    var allocator = try booted([("thp", "always")])
    #expect(abs(allocator.calculatedMinFreeKilobytes - 3828) <= 2, "\(allocator.calculatedMinFreeKilobytes)")
    allocator.setWatermarks(minFreeKilobytes: .max, scaleFactor: .max)
    #expect(allocator.allocate(order: 0, .GFP_KERNEL, watermark: .low) == nil)
    #expect(allocator.allocate(order: 0, .GFP_KERNEL, watermark: .none) != nil)
  }

  /// What a kernel module took until nothing was given any more, with order 0 and without reclaim.
  struct Exhaustion: Sendable {
    let minFreeKilobytes: Int
    let flags: GFPFlags
    let freeDMA, freeDMA32: Int

    static let all = [
      Exhaustion(minFreeKilobytes: 45_056, flags: [], freeDMA: 1109, freeDMA32: 11_061),
      Exhaustion(minFreeKilobytes: 45_056, flags: .__GFP_HIGH, freeDMA: 1002, freeDMA32: 4141),
      Exhaustion(
        minFreeKilobytes: 45_056, flags: [.__GFP_HIGH, .__GFP_ATOMIC], freeDMA: 1002, freeDMA32: 4143),
      Exhaustion(minFreeKilobytes: 3828, flags: [], freeDMA: 948, freeDMA32: 939),
      Exhaustion(minFreeKilobytes: 3828, flags: .__GFP_HIGH, freeDMA: 942, freeDMA32: 349),
      Exhaustion(minFreeKilobytes: 3828, flags: .GFP_NOWAIT, freeDMA: 948, freeDMA32: 934),
    ]
  }

  @Test("requests without reclaim stop where the recorded ones did", arguments: Exhaustion.all)
  func exhaustion(recorded: Exhaustion) throws {
    var allocator = BootedMemory(configuration: MachineConfiguration()).ledger.allocator
    allocator.setWatermarks(minFreeKilobytes: recorded.minFreeKilobytes, scaleFactor: 10)
    var extents: [FrameRange] = []
    _ = allocator.allocatePages(
      1 << 40, recorded.flags, watermark: recorded.flags.slowPathWatermark, into: &extents)
    // The last batch of a per-CPU list may go below the mark by less than its 63 pages.
    #expect(abs(allocator.zones[0].freePages - recorded.freeDMA) <= 3, "\(allocator.zones[0].freePages)")
    #expect(abs(allocator.zones[1].freePages - recorded.freeDMA32) < 63, "\(allocator.zones[1].freePages)")
  }
}
