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

  /// The recorded steps at other sizes: `marks VALUE SCALE SETTING WHEN`.
  @Test(
    "min_free_kbytes follows at other sizes",
    arguments: [
      ("amd64-512", "x86_64", "512M"), ("amd64-4096", "x86_64", "4G"), ("i386", "i386", "1G"),
    ])
  func otherSizes(recording: String, architecture: String, ram: String) throws {
    var machine = try Machine(
      configuration: MachineConfiguration(settings: [
        ("arch", architecture), ("ram", ram), ("thp", "always"),
      ]))
    var steps = 0
    for line in try Recording("kernel/watermarks-\(recording).txt").lines {
      let words = line.split(separator: " ").map(String.init)
      guard words.first == "marks", words[3] != "-" else { continue }
      if words[4] == "set", let setting = MachineConfiguration.TransparentHugePages(rawValue: words[3]) {
        machine.setTransparentHugePages(setting)
      }
      #expect(machine.tunables.minFreeKilobytes == Int(words[1]), "\(line)")
      steps += 1
    }
    #expect(steps == 5)
  }
}
