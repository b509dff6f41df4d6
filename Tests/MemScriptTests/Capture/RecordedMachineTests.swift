// Real machines as scripts/capture copied them: the copy has their figures, and memory ends as it ended there.

import KernelText
import Testing

@testable import LinuxMemory
@testable import MemScript

struct RecordedMachineTests {
  /// A machine with its end: whom the OOM killer took while `late` wrote 300 MiB.
  struct Machine: Sendable, CustomTestStringConvertible {
    var name: String
    /// The victims, in order.
    var victims: [Int]
    /// What is known to differ by more than a hundredth, with the reason.
    var differences: [String] = []
    var testDescription: String { name }
  }

  private static let machines = [
    // Its marks were boosted at that moment, which lowers MemAvailable.
    Machine(name: "shop", victims: [120], differences: ["MemAvailable"]),
    // Under pressure it had freed slab that boot leaves behind. A group of three dies as a whole.
    Machine(
      name: "node", victims: [224, 221, 223, 219, 178],
      differences: ["MemFree", "MemAvailable", "SReclaimable"]),
    Machine(name: "old", victims: [121]),
  ]

  private func files(_ machine: Machine) throws -> MachineCapture.Files {
    try #require(MachineCapture.Files(bundle: Array(PackedFile.unpack("machines/\(machine.name)"))))
  }

  @Test(
    "each process has its RSS and its swap to the page, the system its amounts within a hundredth",
    arguments: machines)
  func figures(machine: Machine) throws {
    let capture = try MachineCapture(files(machine))
    let copy = try capture.machine()
    let untold = machine.differences + ["Pss", "SwapCached"]
    let differences = capture.differences(from: copy)
    #expect(differences.filter { text in !untold.contains { text.hasPrefix("\($0) ") } } == [])
    #expect(copy.invariantViolations() == [])
    let memory = try #require(files(machine).read("/proc/meminfo", as: KibibyteTable.self))
    let made = MemoryInformation(of: copy)
    #expect(UInt64(made.total) == memory["MemTotal"])
    #expect(UInt64(made.swapFree) == memory["SwapFree"])
    #expect(capture.state.processes.count > 12)
  }

  @Test("memory ends as it ended there", arguments: machines)
  func end(machine: Machine) throws {
    var said = ""
    let session = try Session { said += $1 }
    let files = try files(machine)
    session.captureLoader = { _ in files }
    session.run(
      """
      machine from="it"
      process late { q = malloc(300M); write q }
      dmesg | grep "Killed process"
      """)
    var victims: [Int] = []
    for line in said.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "process"), words[place - 1] == "Killed",
        let victim = Int(words[place + 1]), !victims.contains(victim)
      else { continue }
      victims.append(victim)
    }
    #expect(victims == machine.victims, "\(said)")
  }
}
