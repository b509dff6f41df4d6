// The page allocator's free blocks as a value: zones by order and migrate type.

import LinuxMemory

/// What `buddy` shows; counts in blocks and pages.
public struct BuddyView: Sendable, Equatable, Encodable {
  /// The free blocks of a zone.
  public struct Zone: Sendable, Equatable, Encodable {
    /// Its name, such as `DMA32`.
    public var name: String
    /// Its pages: those the allocator has, and those that are free.
    public var managedPages: Int, freePages: Int
    /// The marks in pages: below low kswapd wakes, below min only the kernel itself is served.
    public var min: Int, low: Int, high: Int
    /// Free blocks by order.
    public var blocks: [Int]
    /// The same by migrate type; types without free blocks are left out.
    public var types: [MigrateList]
    /// Pages that wait in the CPUs' own lists.
    public var perCpuPages: Int
  }

  /// The free blocks of one migrate type.
  public struct MigrateList: Sendable, Equatable, Encodable {
    /// Its name, such as `Movable`.
    public var name: String
    /// Free blocks by order.
    public var blocks: [Int]
  }

  /// The populated zones.
  public var zones: [Zone]

  /// Looks at a machine.
  public init(of machine: Machine) {
    let orders = 0...MemoryZone.largestOrder
    zones = machine.pageAllocator.zones.filter(\.isPopulated).map { zone in
      let boost = zone.watermarkBoost
      let types = MigrateType.allCases.map { type in
        MigrateList(name: type.name, blocks: orders.map { zone.freeBlockCount(order: $0, type: type) })
      }
      return Zone(
        name: zone.name, managedPages: zone.managed, freePages: zone.freePages,
        min: zone.minWatermark + boost,
        low: zone.lowWatermark + boost, high: zone.highWatermark + boost,
        blocks: orders.map { zone.freeBlockCount(order: $0) },
        types: types.filter { $0.blocks.contains { $0 > 0 } }, perCpuPages: zone.allCPUsCount)
    }
  }

  /// The picture: each zone against its marks, and a row for each order.
  public func text(_ style: ViewStyle = ViewStyle()) -> String {
    zones.map { zone in heading(zone, style) + table(zone, style) }.joined(separator: "\n")
  }

  private func heading(_ zone: Zone, _ style: ViewStyle) -> String {
    let size = { (pages: Int) in byteCountText(UInt64(max(pages, 0)) << 12) }
    let cells = style.columns < 70 ? 7 : 36
    let used = zone.managedPages - zone.freePages
    let bar = style.bar(
      [(UInt64(max(used, 0)), .full)], of: UInt64(max(zone.managedPages, 1)), cells: cells)
    let title =
      "zone \(zone.name.alignedLeft(8)) \(bar) \(size(zone.freePages)) of \(size(zone.managedPages)) free\n"
    let marks =
      "  marks: min \(size(zone.min)), low \(size(zone.low)) (kswapd wakes), high \(size(zone.high)) (it sleeps); "
    return title
      + TextWrap.lines(
        marks + "\(size(zone.perCpuPages)) in the CPUs' own lists", width: style.columns, hanging: 4)
  }

  private func table(_ zone: Zone, _ style: ViewStyle) -> String {
    let isNarrow = style.columns < 70
    let width = isNarrow ? 8 : 12
    let shown = zone.types.map { isNarrow ? String($0.name.lowercased().prefix(7)) : $0.name.lowercased() }
    var text =
      (isNarrow ? "ord block    blocks" : "  order  block     blocks  ")
      + shown.map { $0.alignedRight(width) }.joined() + "\n"
    let most = zone.blocks.enumerated().map { $0.element << $0.offset }.max() ?? 1
    let cells = isNarrow ? 0 : Swift.min(style.columns - 29 - width * shown.count, 20)
    for order in zone.blocks.indices.reversed() {
      let types = zone.types.map { $0.blocks[order] == 0 ? "" : String($0.blocks[order]) }
      let size = byteCountText(4096 << UInt64(order)).alignedLeft(8)
      var line =
        isNarrow
        ? "\(order.decimal(3)) \(size) \(zone.blocks[order].decimal(6))"
        : "  \(order.decimal(5))  \(size) \(zone.blocks[order].decimal(7))  "
      line += types.map { $0.alignedRight(width) }.joined()
      if cells >= 6, zone.blocks[order] > 0 {
        let count = Swift.max(1, (zone.blocks[order] << order) * cells / Swift.max(most, 1))
        line += "  " + style.drawn(String(repeating: style.sign(.freed), count: count), .freed)
      }
      text += String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    return text
  }
}
