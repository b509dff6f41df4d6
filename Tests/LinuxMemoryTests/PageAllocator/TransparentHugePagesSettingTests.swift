// Switching transparent huge pages changes min_free_kbytes as recorded.

import Testing

@testable import LinuxMemory

@Suite("Setting of transparent huge pages")
struct TransparentHugePagesSettingTests {
  /// The recorded steps on 1 GiB of x86_64: never and always in turn, then with 4096 written by hand.
  @Test("min_free_kbytes follows, unless it was written")
  func minimumFree() throws {
    var machine = try Machine(configuration: MachineConfiguration())
    #expect(machine.tunables.minFreeKilobytes == 45_056)
    machine.setTransparentHugePages(.never)
    #expect(machine.tunables.minFreeKilobytes == 3828)
    machine.setTransparentHugePages(.always)
    #expect(machine.tunables.minFreeKilobytes == 45_056)
    machine.setTransparentHugePages(.madvise)
    #expect(machine.tunables.minFreeKilobytes == 45_056)
    machine.setTransparentHugePages(.never)
    #expect(machine.tunables.minFreeKilobytes == 3828)
    _ = machine.writeTunable("min_free_kbytes", text: "4096", by: ProcessID(1))
    machine.setTransparentHugePages(.always)
    #expect(machine.tunables.minFreeKilobytes == 45_056)
    machine.setTransparentHugePages(.never)
    #expect(machine.tunables.minFreeKilobytes == 45_056)
    let raised =
      "khugepaged: raising min_free_kbytes from 4096 to 45056 to help transparent hugepage allocations"
    let kept = "min_free_kbytes is not updated to 3828 because user defined value 4096 is preferred"
    #expect(machine.log.lines.suffix(2).map(\.text) == [raised, kept])
  }
}
