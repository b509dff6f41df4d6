// How a machine differs from the one whose state it was set to.

import KernelText
import LinuxMemory

extension MachineCapture {
  /// What of the machine differs by more than a hundredth from what was captured, a sentence each; and of processes by
  /// more than a page.
  ///
  /// - Parameter machine: the machine as it was made from the capture.
  public func differences(from machine: Machine) -> [String] {
    systemDifferences(MemoryInformation(of: machine)) + processDifferences(machine)
  }

  private func systemDifferences(_ made: MemoryInformation) -> [String] {
    let fields: [(String, KeyPath<MemoryInformation, Int>)] = [
      ("MemTotal", \.total), ("MemFree", \.free), ("MemAvailable", \.available), ("Buffers", \.buffers),
      ("Cached", \.cached), ("SwapTotal", \.swapTotal), ("SwapFree", \.swapFree), ("AnonPages", \.anonymous),
      ("Mapped", \.mapped), ("Shmem", \.shared), ("SReclaimable", \.slabReclaimable),
      ("SUnreclaim", \.slabUnreclaimable), ("KernelStack", \.kernelStack), ("PageTables", \.pageTables),
      ("Committed_AS", \.committed), ("AnonHugePages", \.anonymousHugePages), ("Percpu", \.perCPUOrZero),
      ("Mlocked", \.mlocked), ("Unevictable", \.unevictable), ("Dirty", \.dirty),
      ("SwapCached", \.swapCached),
    ]
    return fields.compactMap { name, field in
      let (wanted, found) = (memory[keyPath: field], made[keyPath: field])
      // What one process or the rounding to pages makes is no difference.
      guard abs(wanted - found) > max(wanted / 100, 2048) else { return nil }
      return "\(name) is \(found) kB here and \(wanted) kB there"
    }
  }

  private func processDifferences(_ machine: Machine) -> [String] {
    var found: [String] = []
    var shares: [(name: String, wanted: Int, found: Int)] = []
    for figures in figures {
      guard let process = machine.process(figures.id) else { continue }
      let resident = Int(clamping: process.residentBytes >> 10)
      let swapped = process.addressSpace.resident.swapped * 4
      if abs(resident - figures.resident) > 4 || abs(swapped - figures.swapped) > 4 {
        found.append(
          "process \(figures.id) (\(figures.name)) has \(resident) kB and \(swapped) kB in swap here, "
            + "\(figures.resident) kB and \(figures.swapped) kB there")
      }
      guard let wanted = figures.proportional else { continue }
      let share = process.addressSpace.areas.list.reduce(UInt64(0)) {
        $0 + machine.usage(of: $1, in: process).proportional >> UInt64(MappingUsage.proportionalShift)
      }
      shares.append((figures.name, wanted, Int(clamping: share >> 10)))
    }
    let wrong = shares.filter { abs($0.found - $0.wanted) > max($0.wanted / 100, 4) }
    if let worst = wrong.max(by: { abs($0.found - $0.wanted) < abs($1.found - $1.wanted) }) {
      found.append(
        "Pss of \(wrong.count) of \(shares.count) processes differs, most that of \(worst.name): \(worst.found) kB here, "
          + "\(worst.wanted) kB there (no file tells which pages are shared)")
    }
    return found
  }
}

extension MemoryInformation {
  /// Per-CPU memory; 0 where it is not told.
  fileprivate var perCPUOrZero: Int { perCPU ?? 0 }
}
