// Every C call with the values that no program should pass.

import MemScript
import Testing

@Suite("Hostile arguments")
struct HostileArgumentTests {
  /// What a call is given: extremes, addresses of every kind, and two allocations that are alive.
  private static let values = [
    "0", "1", "-1", "NULL", "p", "q", "24", "4095", "4096", "-4096", "65536", "2M", "1G", "1T", "0x7fffffff",
    "0x80000000", "0xffffffff", "0x100000000", "0xc0000000", "0xfe000000", "9223372036854775807",
    "-9223372036854775807 - 1", "\"text\"", "true",
  ]

  /// Calls that end the script's process, or only pass time.
  private static let leftOut: Set = ["exit", "sleep", "usleep"]

  @Test(
    "end in a result, a signal or a diagnostic, never in a trap",
    arguments: ["ram=256M,swap=64M", "arch=i386,ram=256M,thp=always"], [1, 2] as [UInt64])
  func survive(_ machine: String, _ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    for entry in Catalogue.all {
      guard case .call = entry.handler, !Self.leftOut.contains(entry.signature.name) else { continue }
      let session = try Session(machine: Session.machineSettings(fromOption: machine)) { _, _ in }
      for number in 0..<8 {
        let arguments = entry.signature.parameters.map { _ in Self.values.randomElement(using: &random) ?? "0"
        }
        let call = "\(entry.signature.name)(\(arguments.joined(separator: ", ")))"
        session.run("process hostile\(number) { p = malloc(100); q = malloc(1M); write q; \(call) }")
        // What was left behind must still be in order.
        session.run("cat /proc/meminfo /proc/buddyinfo > /dev/null")
        let free = session.machine.pageAllocator.freePageCount
        #expect((0...session.machine.pageAllocator.totalPages).contains(free), "seed \(seed): \(call)")
      }
    }
  }
}
