// The zones that a request may use, and what it must leave free in them.

import KernelText

/// The zones of a report as its request sees them; sizes in KiB.
struct RequestZones: Sendable {
  /// One of them.
  struct Zone: Sendable {
    /// The zone.
    let zone: ReportZone
    /// What is free of it for this request: not what is kept for requests that may not wait, nor for devices.
    let free: Int
    /// What must stay free, by its lowest mark and by its reserve for lower requests.
    let floor: Int
    /// The same by its highest mark: above it no request fails.
    let ceiling: Int
  }

  /// The zones that the request may use; those of the nodes to which it is bound.
  let zones: [Zone]
  /// Whether none of the zones of these nodes is one that it may use.
  let hasNone: Bool
  /// All zones of these nodes, whether it may use them or not.
  let reachable: [ReportZone]
  private let pageSize: Int

  /// Looks at the zones of a report.
  init(_ facts: ReportFacts) {
    let report = facts.report
    pageSize = facts.pageSize
    let nodes = report.boundNodes
    let shown = report.zones.filter { nodes?.contains($0.node) ?? true }
    reachable = shown
    let isMovable = report.request.map { Self.mayUse("Movable", $0, report) } ?? false
    let usable = shown.filter { zone in report.request.map { Self.mayUse(zone.name, $0, report) } ?? true }
    hasNone = usable.isEmpty && !shown.isEmpty
    zones = usable.compactMap { zone in
      guard let free = zone.sizes["free"], let min = zone.sizes["min"] else { return nil }
      let kept = (zone.sizes["reserved_highatomic"] ?? 0) + (isMovable ? 0 : zone.sizes["free_cma"] ?? 0)
      let reserve = Self.reserve(of: zone, for: report, isMovable: isMovable) * facts.pageSize
      return Zone(
        zone: zone, free: max(free - kept, 0), floor: min + reserve,
        ceiling: (zone.sizes["high"] ?? min) + reserve)
    }
  }

  /// Whether a request may use zones of a name: the lowest bits of its flags name them (`___GFP_DMA`, `___GFP_HIGHMEM`,
  /// `___GFP_DMA32`, `___GFP_MOVABLE`).
  private static func mayUse(_ name: String, _ request: MemoryRequest, _ report: KernelReport) -> Bool {
    guard let flags = request.flags else { return true }
    if flags & 1 != 0 { return name == "DMA" }
    if flags & 4 != 0 { return name.hasPrefix("DMA") }
    switch name {
    case "HighMem": return flags & 2 != 0
    case "Movable": return flags & 2 != 0 && flags & 8 != 0
    default: return true
    }
  }

  /// Pages of a zone that are kept for requests that can use no higher one.
  private static func reserve(of zone: ReportZone, for report: KernelReport, isMovable: Bool) -> Int {
    guard let flags = report.request?.flags, !zone.reserve.isEmpty, zone.name != "Movable" else { return 0 }
    // The list has a number for each kind of zone that the kernel was built with; those of devices come last.
    let hasHighMemory = report.zones.contains { $0.name == "HighMem" }
    let count = zone.reserve.count
    let normal = hasHighMemory ? count - 3 : count >= 4 ? 2 : count == 3 ? 1 : 0
    let kind: Int
    if flags & 1 != 0 {
      kind = 0
    } else if flags & 4 != 0 {
      kind = 1
    } else if flags & 2 != 0, hasHighMemory || isMovable {
      kind = isMovable ? normal + (hasHighMemory ? 2 : 1) : normal + 1
    } else {
      kind = normal
    }
    return zone.reserve[min(max(kind, 0), count - 1)]
  }

  /// Whether some zone has an amount above what must stay free.
  func haveRoom(for kilobytes: Int) -> Bool { zones.contains { $0.free - kilobytes >= $0.floor } }

  /// Whether some zone has so much that no request fails for want of free pages: clearly more than its highest mark.
  var havePlenty: Bool { zones.contains { $0.free > $0.ceiling + $0.ceiling / 4 + 4 * pageSize } }

  /// Whether the zones that the request may use are there by name only.
  var areEmpty: Bool {
    hasNone
      || !zones.isEmpty
        && zones.allSatisfy { ($0.zone.sizes["managed"] ?? $0.zone.sizes["present"] ?? 1) == 0 }
  }

  /// Free KiB in all.
  var free: Int { zones.reduce(0) { $0 + $1.free } }

  /// Blocks of a size or larger in zones that have room.
  ///
  /// - Returns: how many; nil where no line tells.
  func blocks(ofOrder order: Int) -> Int? {
    let counted = zones.filter { $0.free >= $0.floor }.compactMap(\.zone.freeBlocks)
    guard !counted.isEmpty else { return nil }
    let wanted = pageSize << min(order, 20)
    return counted.reduce(0) { sum, counts in
      sum
        + counts.blocks.filter { block in
          // What is kept for requests that may not wait and for devices is no help.
          block.kilobytes >= wanted && (block.types.map { $0.contains { !"HCI".contains($0) } } ?? true)
        }.reduce(0) { $0 + $1.count }
    }
  }

  /// How the zones stand, for a sentence.
  var text: String {
    zones.suffix(2).map { zone in
      let min = zone.zone.sizes["min"] ?? 0
      let reserve = zone.floor > min ? " and \(zone.floor - min) kB of reserve" : ""
      return "\(zone.zone.name) \(zone.zone.sizes["free"] ?? 0) kB free, min \(min) kB\(reserve)"
    }.joined(separator: "; ")
  }
}

extension MemoryRequest {
  /// Whether the request may wait until memory is reclaimed (`__GFP_DIRECT_RECLAIM`; `__GFP_WAIT` before Linux 4.4);
  /// nil where its flags are not told.
  var mayReclaim: Bool? {
    guard let flags else { return nil }
    guard let flagNames else { return flags & 0x10 != 0 }
    let waiting: Set = [
      "GFP_KERNEL", "GFP_KERNEL_ACCOUNT", "GFP_USER", "GFP_HIGHUSER", "GFP_HIGHUSER_MOVABLE", "GFP_NOFS",
      "GFP_NOIO", "GFP_TEMPORARY", "GFP_TRANSHUGE", "__GFP_DIRECT_RECLAIM", "__GFP_RECLAIM",
    ]
    return flagNames.split(separator: "|").contains { waiting.contains(String($0)) }
  }

  /// Whether it is for kernel virtual memory, of which one call fails for its size.
  var isVirtual: Bool { failure.map { $0.hasPrefix("vmalloc") } ?? false }
}
