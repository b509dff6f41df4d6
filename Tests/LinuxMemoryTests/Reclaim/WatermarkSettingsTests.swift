// Settings that move the watermarks, against a recording of a machine with 1 GiB.

import Testing

@testable import LinuxMemory

@Suite("Watermark settings")
struct WatermarkSettingsTests {
  func marks(_ machine: Machine) -> [[Int]] {
    machine.pageAllocator.zones.filter(\.isPopulated).map {
      [$0.minWatermark, $0.lowWatermark, $0.highWatermark]
    }
  }

  @Test("huge pages on and off")
  func hugePages() throws {
    var machine = try Machine.recorded(hugePages: .always)
    #expect(marks(machine) == [[177, 221, 265], [11086, 13857, 16628]])
    machine.setTransparentHugePages(.never)
    #expect(machine.tunables.minFreeKilobytes == 3828)
    #expect(marks(machine) == [[14, 17, 20], [942, 1184, 1426]])
    machine.setTransparentHugePages(.madvise)
    #expect(machine.tunables.minFreeKilobytes == 45056)
    #expect(marks(machine) == [[175, 218, 261], [11088, 13860, 16632]])
  }

  @Test("what the user sets is raised by huge pages and not lowered without them")
  func userValue() throws {
    var machine = try Machine.recorded()
    _ = try machine.writeTunable("min_free_kbytes", text: "4096", by: ProcessID(1)).get()
    #expect(marks(machine) == [[15, 18, 21], [1008, 1260, 1512]])
    machine.setTransparentHugePages(.always)
    #expect(machine.tunables.minFreeKilobytes == 45056)
    machine.setTransparentHugePages(.never)
    #expect(machine.tunables.minFreeKilobytes == 45056)
    #expect(
      machine.log.lines.map(\.text) == [
        "khugepaged: raising min_free_kbytes from 4096 to 45056 to help transparent hugepage allocations",
        "min_free_kbytes is not updated to 3828 because user defined value 4096 is preferred",
      ])
    _ = try machine.writeTunable("watermark_scale_factor", text: "1000", by: ProcessID(1)).get()
    #expect(marks(machine)[1][1] - marks(machine)[1][0] == 24209)
    _ = try machine.writeTunable("lowmem_reserve_ratio", text: "64 64 64 64 64", by: ProcessID(1)).get()
    #expect(machine.pageAllocator.zones[0].lowmemReserve[1] == 3782)
  }
}
