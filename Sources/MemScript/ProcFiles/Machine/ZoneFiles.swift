// /proc/buddyinfo, /proc/pagetypeinfo and /proc/zoneinfo of a machine.

import KernelText
import LinuxMemory

/// The files that list the zones.
enum ZoneFiles {
  private static let orders = 0...MemoryZone.largestOrder

  /// `/proc/buddyinfo`: the free blocks of each populated zone.
  static func buddyInformation(_ machine: Machine) -> String {
    BuddyInformation(
      zones: populated(machine).map { zone in
        .init(name: zone.name, freeBlocks: orders.map { zone.freeBlockCount(order: $0) })
      }
    ).text
  }

  /// `/proc/pagetypeinfo`: the same by migrate type, and the types of the page blocks.
  static func pageTypeInformation(_ machine: Machine) -> String {
    let zones = populated(machine)
    let types = MigrateType.allCases
    return PageTypeInformation(
      pageBlockOrder: machine.configuration.profile.pageblockOrder,
      free: zones.flatMap { zone in
        types.map { type in
          .init(
            zone: zone.name, type: type.name,
            counts: orders.map { String(zone.freeBlockCount(order: $0, type: type)) })
        }
      },
      types: types.map(\.name),
      blocks: zones.map { zone in
        .init(name: zone.name, freeBlocks: types.map { zone.pageblockCount(type: $0) })
      }
    ).text
  }

  /// `/proc/zoneinfo`: sizes, marks and per-CPU lists of each zone, and the node's counters.
  ///
  /// Boot's own interleaving over nodes (`numa_interleave`) is not counted.
  static func zoneInformation(_ machine: Machine) -> String {
    var zones: [ZoneInformation.Zone] = []
    var isFirstPopulated = true
    let statistics = machine.zoneStatistics
    for (index, zone) in machine.pageAllocator.zones.enumerated() {
      var lines = ZoneInformation.Zone(name: zone.name)
      if zone.isPopulated, isFirstPopulated {
        isFirstPopulated = false
        lines.nodeCounters = counters(machine.nodeCounters)
      }
      lines.sizes = sizes(of: zone)
      lines.protection = protection(of: zone, machine)
      if zone.isPopulated { addCounters(of: zone, statistics[index], machine, to: &lines) }
      zones.append(lines)
    }
    return ZoneInformation(zones: zones).text
  }

  private static func populated(_ machine: Machine) -> [MemoryZone] {
    machine.pageAllocator.zones.filter(\.isPopulated)
  }

  private static func counters(_ counters: [(name: String, value: Int)]) -> [CounterTable.Counter] {
    counters.map { .init(name: $0.name, value: $0.value) }
  }

  private static func sizes(of zone: MemoryZone) -> [CounterTable.Counter] {
    let boost = zone.watermarkBoost
    return counters([
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
    to lines: inout ZoneInformation.Zone
  ) {
    lines.counters = counters(machine.counters(of: zone, statistics))
    lines.pageSets = (0..<machine.configuration.cpus).map { cpu in
      .init(
        cpu: cpu, count: zone.perCPUCount(cpu: cpu), high: zone.perCPUHigh, batch: zone.perCPUBatch,
        threshold: threshold(of: zone, cpus: machine.configuration.cpus))
    }
    lines.startFrame = zone.start.rawValue
  }

  /// By how many pages a CPU's counters may drift (`calculate_normal_threshold`, mm/vmstat.c).
  static func threshold(of zone: MemoryZone, cpus: Int) -> Int {
    let blocks = zone.managed >> (27 - 12)
    return min(125, 2 * logarithm(cpus) * (1 + logarithm(blocks)))
  }

  /// The kernel's `fls`: the number of bits of a number.
  private static func logarithm(_ number: Int) -> Int { Int.bitWidth - number.leadingZeroBitCount }
}
