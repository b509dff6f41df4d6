// The files of /sys/kernel/debug/extfrag: how fragmented free memory is.

import LinuxMemory

/// `/sys/kernel/debug/extfrag` (`extfrag_debug_init`, mm/vmstat.c).
enum FragmentationFiles {
  /// Every file.
  static let all: [ProcFile] = [
    ProcFile.readOnly("/sys/kernel/debug/extfrag/extfrag_index") { machine, _ in
      table(machine) { zone, order in thousandths(zone.fragmentationIndex(order: order)).alignedRight(6) }
    },
    ProcFile.readOnly("/sys/kernel/debug/extfrag/unusable_index") { machine, _ in
      table(machine) { zone, order in thousandths(zone.unusableFreeIndex(order: order)) }
    },
  ]

  private static func table(_ machine: Machine, _ cell: (MemoryZone, Int) -> String) -> String {
    machine.pageAllocator.zones.filter(\.isPopulated).map { zone in
      let cells = (0...MemoryZone.largestOrder).map { cell(zone, $0) + " " }.joined()
      return "Node 0, zone \(zone.name.alignedRight(8)) \(cells)\n"
    }.joined()
  }

  /// A number of thousandths as the kernel's `%d.%03d` prints it; what is below −1000 does not occur.
  private static func thousandths(_ value: Int) -> String {
    let fraction = String(value % 1000)
    return "\(value / 1000)." + String(repeating: "0", count: max(0, 3 - fraction.count)) + fraction
  }
}
