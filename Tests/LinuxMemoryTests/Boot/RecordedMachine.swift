// What booted kernels said of their memory, from Recordings/kernel/booted.txt.

import Testing

@testable import LinuxMemory

/// A zone as recorded: `/proc/zoneinfo` of Linux 6.1 under QEMU, THP on.
struct RecordedZone: Sendable {
  let name: String
  let start, spanned, present, managed, min, low, high: Int
  let protection: [Int]
  let perCPUHigh, batch: Int
}

/// A machine as recorded; amounts in kilobytes.
struct RecordedMachine: Sendable, CustomStringConvertible {
  let settings: [(key: String, value: String)]
  let cpus, memTotal, memFree, slab, vmallocUsed, kernelStack, perCPU, minFree, largestBlocks: Int
  private(set) var zones: [RecordedZone] = []

  var description: String { settings.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") }

  /// The configuration with huge pages as on the recorded machine.
  func configuration() throws -> MachineConfiguration {
    try MachineConfiguration(settings: settings + [(key: "thp", value: "always")])
  }

  /// All machines of the recording; empty when it cannot be read, which `BootedZonesTests` notices.
  static let all: [RecordedMachine] = {
    var machines: [RecordedMachine] = []
    for line in (try? Recording("kernel/booted.txt").lines) ?? [] {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "machine": machines.append(RecordedMachine(words))
      case "zone": machines[machines.count - 1].zones.append(RecordedZone(words))
      default: break
      }
    }
    return machines
  }()

  private init(_ words: [String]) {
    let number = words.map { Int($0) ?? 0 }
    settings = [("arch", words[1]), ("ram", words[2] + "M"), ("cpus", words[3])]
    cpus = number[3]
    (memTotal, memFree, slab, vmallocUsed) = (number[4], number[5], number[6], number[7])
    (kernelStack, perCPU, minFree, largestBlocks) = (number[8], number[9], number[10], number[11])
  }
}

extension RecordedZone {
  fileprivate init(_ words: [String]) {
    let number = words.map { Int($0) ?? 0 }
    name = words[1]
    (start, spanned, present, managed) = (number[2], number[3], number[4], number[5])
    (min, low, high) = (number[6], number[7], number[8])
    protection = words[9].split(separator: ",").compactMap { Int($0) }
    (perCPUHigh, batch) = (number[10], number[11])
  }
}
