// /proc/buddyinfo, /proc/pagetypeinfo and /proc/zoneinfo of a machine.

import LinuxMemory

/// The files that list the zones.
enum ZoneFiles {
  private static let orders = 0...MemoryZone.largestOrder

  /// `/proc/buddyinfo`: the free blocks of each populated zone.
  static func buddyInformation(_ machine: Machine) -> String {
    populated(machine).map { zone in
      BuddyInformationText.line(zone: zone.name, freeBlocks: orders.map { zone.freeBlockCount(order: $0) })
    }.joined()
  }

  /// `/proc/pagetypeinfo`: the same by migrate type, and the types of the page blocks.
  static func pageTypeInformation(_ machine: Machine) -> String {
    let zones = populated(machine)
    let order = machine.configuration.profile.pageblockOrder
    var text = PageTypeInformationText.header(pageBlockOrder: order, orderCount: orders.count)
    for zone in zones {
      for type in MigrateType.allCases {
        text += PageTypeInformationText.freeLine(
          zone: zone.name, type: type.name,
          freeBlocks: orders.map { zone.freeBlockCount(order: $0, type: type) })
      }
    }
    text += PageTypeInformationText.blockHeader(types: MigrateType.allCases.map(\.name))
    for zone in zones {
      text += PageTypeInformationText.blockLine(
        zone: zone.name, blocks: MigrateType.allCases.map { zone.pageblockCount(type: $0) })
    }
    return text
  }

  /// `/proc/zoneinfo`: sizes, marks and per-CPU lists of each zone, and the node's counters.
  ///
  /// Boot's own interleaving over nodes (`numa_interleave`) is not counted.
  static func zoneInformation(_ machine: Machine) -> String {
    var text = ""
    var isFirstPopulated = true
    let statistics = machine.zoneStatistics
    for (index, zone) in machine.pageAllocator.zones.enumerated() {
      var lines = ZoneInformationText(zone: zone.name)
      if zone.isPopulated, isFirstPopulated {
        isFirstPopulated = false
        lines.addNodeCounters(machine.nodeCounters)
      }
      addSizes(of: zone, to: &lines)
      lines.addProtection(protection(of: zone, machine))
      if zone.isPopulated { addCounters(of: zone, statistics[index], machine, to: &lines) }
      text += lines.closed
    }
    return text
  }

  private static func populated(_ machine: Machine) -> [MemoryZone] {
    machine.pageAllocator.zones.filter(\.isPopulated)
  }

  private static func addSizes(of zone: MemoryZone, to lines: inout ZoneInformationText) {
    let boost = zone.watermarkBoost
    lines.addSizes([
      ("free", zone.freePages), ("boost", boost), ("min", zone.minWatermark + boost),
      ("low", zone.lowWatermark + boost), ("high", zone.highWatermark + boost), ("spanned", zone.spanned),
      ("present", zone.present), ("managed", zone.managed), ("cma", 0),
    ])
  }

  private static func protection(of zone: MemoryZone, _ machine: Machine) -> [Int] {
    let missing = machine.pageAllocator.zones.count - zone.lowmemReserve.count
    return zone.lowmemReserve + Array(repeating: 0, count: max(missing, 0))
  }

  private static func addCounters(
    of zone: MemoryZone, _ statistics: MemoryStatistics, _ machine: Machine,
    to lines: inout ZoneInformationText
  ) {
    lines.addCounters(machine.counters(of: zone, statistics))
    lines.addPageSetHeading()
    for cpu in 0..<machine.configuration.cpus {
      lines.addPageSet(
        cpu: cpu, count: zone.perCPUCount(cpu: cpu), high: zone.perCPUHigh, batch: zone.perCPUBatch,
        threshold: threshold(of: zone, cpus: machine.configuration.cpus))
    }
    lines.addEnd(unreclaimable: false, startFrame: zone.start.rawValue)
  }

  /// By how many pages a CPU's counters may drift (`calculate_normal_threshold`, mm/vmstat.c).
  static func threshold(of zone: MemoryZone, cpus: Int) -> Int {
    let blocks = zone.managed >> (27 - 12)
    return min(125, 2 * logarithm(cpus) * (1 + logarithm(blocks)))
  }

  /// The kernel's `fls`: the number of bits of a number.
  private static func logarithm(_ number: Int) -> Int { Int.bitWidth - number.leadingZeroBitCount }
}
