// The whole state of a booted kernel's page allocator, as a kernel module printed it.

@testable import LinuxMemory

/// Reads states of the page allocator and the calls between them.
///
/// A state has for each zone a line `Z` with its figures, `T` with the migrate type of each page block, `U` with
/// the pages of each on LRU lists, `L` for each free list, `P` for the CPU's lists and `Q` for each of them. A call
/// is `a`, the order, a letter for the flags and the frame that was given, or `f`, the order and the frame freed.
enum RecordedPageAllocator {
  /// What a letter of the recordings stands for; none of the requests may reclaim or wake kswapd.
  static func flags(_ letter: Character) -> GFPFlags? {
    switch letter {
    case "u": return []
    case "m": return .__GFP_MOVABLE
    case "r": return .__GFP_RECLAIMABLE
    case "d": return .__GFP_DMA
    case "D": return .__GFP_DMA32
    case "h": return .__GFP_HIGHMEM
    case "M": return [.__GFP_HIGHMEM, .__GFP_MOVABLE]
    case "H": return .__GFP_HIGH
    case "A": return [.__GFP_HIGH, .__GFP_ATOMIC]
    default: return nil
    }
  }

  /// The allocator of a state.
  ///
  /// - Parameters:
  ///   - lines: the lines of the state.
  ///   - cpu: whose per-CPU lists to take.
  ///   - boostFactor: `watermark_boost_factor`.
  static func state(_ lines: [String], cpu: Int, boostFactor: Int) -> PageAllocator {
    let is32Bit = lines.contains { $0.hasPrefix("Z HighMem") || $0.contains("order=10") }
    let kinds: [ZoneKind] =
      is32Bit ? [.dma, .normal, .highMem, .movable] : [.dma, .dma32, .normal, .movable]
    var zones = kinds.map { kind in
      var zone = MemoryZone(
        kind: kind, start: FrameNumber(0), spanned: 0, present: 0, pageblockOrder: is32Bit ? 10 : 9)
      zone.lowmemReserve = kinds.map { _ in 0 }
      return zone
    }
    var current = 0
    var isOurs = true
    for line in lines {
      let words = line.split(separator: " ")
      switch words[0] {
      case "Z":
        current = kinds.firstIndex { $0.name == words[1] } ?? 0
        zones[current] = zone(line, words, kind: kinds[current], boostFactor: boostFactor)
      case "T":
        // A page block in a hole has no type.
        for (block, digit) in words[1].replacing("15", with: "1").enumerated() {
          zones[current].pageblockTypes[block] =
            MigrateType(rawValue: UInt8(digit.wholeNumberValue ?? 1)) ?? .movable
        }
      case "L":
        insert(words, into: &zones[current])
      case "P":
        let fields = Recording.fields(line)
        isOurs = fields["cpu"] == cpu
        guard isOurs else { break }
        zones[current].perCPU.count = fields["count"] ?? 0
        zones[current].perCPU.high = fields["high"] ?? 0
        zones[current].perCPU.batch = fields["batch"] ?? 0
        zones[current].perCPU.freeFactor = fields["factor"] ?? 0
      case "Q":
        guard isOurs, let list = Int(words[1]) else { break }
        let order = PerCPUPages.order(ofList: list, pageblockOrder: zones[current].pageblockOrder)
        for frame in words.dropFirst(2).compactMap({ Int($0, radix: 16) }) {
          zones[current].perCPU[list].pushTail(BlockRun(first: frame >> order, count: 1, step: 1))
        }
      default: break
      }
    }
    for line in lines {
      let words = line.split(separator: " ")
      if words[0] == "Z" { current = kinds.firstIndex { $0.name == words[1] } ?? 0 }
      if words[0] == "U" { pin(all: words.dropFirst().compactMap { Int($0) }, in: &zones[current]) }
    }
    let normal = zones.firstIndex { $0.kind == .normal && $0.isPopulated } ?? -1
    return PageAllocator(
      zones: zones, guardedClass: is32Bit ? -1 : normal, routes: RequestRoutes(zones, hasDMA32: !is32Bit),
      lowmemReserveRatio: [], cpus: 1)
  }

  private static func zone(
    _ line: String, _ words: [Substring], kind: ZoneKind, boostFactor: Int
  ) -> MemoryZone {
    let fields = Recording.fields(line)
    let start = line.split(separator: "start=").last?.prefix { $0 != " " } ?? "0"
    var zone = MemoryZone(
      kind: kind, start: FrameNumber(Int(start, radix: 16) ?? 0), spanned: fields["spanned"] ?? 0,
      present: fields["present"] ?? 0, pageblockOrder: fields["order"] ?? 9)
    zone.managed = fields["managed"] ?? 0
    zone.minWatermark = fields["min"] ?? 0
    zone.lowWatermark = fields["low"] ?? 0
    zone.highWatermark = fields["high"] ?? 0
    zone.watermarkBoost = fields["boost"] ?? 0
    zone.highAtomicReserve = fields["atomic"] ?? 0
    zone.watermarkBoostFactor = boostFactor
    let reserve = line.split(separator: "reserve=").last?.prefix { $0 != " " } ?? ""
    zone.lowmemReserve = reserve.split(separator: ",").compactMap { Int($0) }
    return zone
  }

  /// Everything in a zone that is neither free nor on LRU lists cannot move.
  private static func pin(all movable: [Int], in zone: inout MemoryZone) {
    let size = 1 << zone.pageblockOrder
    let first = zone.start.rawValue >> zone.pageblockOrder
    var held = [Int](repeating: 0, count: movable.count)
    for range in zone.heldRanges() {
      for frame in stride(from: range.range.start.rawValue, to: range.range.end.rawValue, by: size) {
        held[frame >> zone.pageblockOrder - first] += Swift.min(range.range.count, size)
      }
    }
    for block in movable.indices {
      zone.pinnedPages[block] = UInt16(Swift.max(0, size - movable[block] - held[block]))
    }
  }

  private static func insert(_ words: [Substring], into zone: inout MemoryZone) {
    guard let order = Int(words[1]), let number = UInt8(words[2]), let type = MigrateType(rawValue: number)
    else { return }
    for frame in words.dropFirst(3).compactMap({ Int($0, radix: 16) }) {
      zone.freePages += 1 << order
      if order == MemoryZone.largestOrder {
        zone.largest[Int(number)].pushTail(BlockRun(first: frame >> order, count: 1, step: 1))
      } else {
        zone.index.insert(frame, order: order, type: type, atTail: true)
      }
    }
  }
}
