// What a real kernel makes of hostile numbers in /proc/sys/vm.

import Foundation
import Testing

@testable import LinuxMemory

@Suite("vm.* settings against recordings")
struct RecordedTunablesTests {
  @Test("every write ends and reads back as recorded", arguments: ["amd64", "i386"])
  func writes(architecture: String) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Recordings/sysctl/vm-\(architecture).txt")
    let machine = try Machine(
      configuration: MachineConfiguration(settings: [("arch", architecture == "amd64" ? "x86_64" : "i386")]))
    var checked = 0
    for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
    where !line.hasPrefix("#") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map {
        String($0.replacing("\\t", with: "\t"))
      }
      let (name, input, outcome, reads) = (fields[0], fields[1], fields[2], fields[3])
      var changed = machine
      let boot = machine.tunables.text(of: name)
      let result = changed.writeTunable(name, text: input == "<empty>" ? "" : input + "\n", by: ProcessID(1))
      switch result {
      case .success: #expect(outcome == "ok", "\(line)")
      case .failure(let error): #expect(outcome == "\(error)", "\(line)")
      }
      let expected = reads == "=" ? boot : .success(reads)
      #expect(changed.tunables.text(of: name) == expected, "\(line)")
      // The numbers behind it can be asked for, whatever was written.
      _ = (changed.commitLimitKilobytes, changed.dirtyLimits, changed.stateByteCount)
      #expect(changed.invariantViolations() == [], "\(line)")
      checked += 1
    }
    #expect(checked > 1000)
  }

  @Test("what zones keep from others after a write of divisors, as recorded")
  func protection() throws {
    var machine = try Machine(configuration: MachineConfiguration(settings: []))
    for (text, dma) in [
      ("-1", [0, 0, 0, 0, 0]), ("5 6 7", [0, 48419, 48419, 48419, 48419]),
      ("1", [0, 242_099, 242_099, 242_099, 242_099]), ("-5 3 -7 2", [0, 0, 0, 0, 0]),
    ] {
      _ = try machine.writeTunable("lowmem_reserve_ratio", text: text, by: ProcessID(1)).get()
      #expect(machine.pageAllocator.zones[0].lowmemReserve == dma, "\(text)")
      for zone in machine.pageAllocator.zones.dropFirst() { #expect(zone.lowmemReserve == [0, 0, 0, 0, 0]) }
    }
  }
}
