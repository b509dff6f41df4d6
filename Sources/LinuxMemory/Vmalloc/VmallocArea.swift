// The vmalloc area: which addresses are taken, and where the next mapping goes.

/// The kernel's area for mappings of scattered pages and of devices (mm/vmalloc.c of Linux 6.1).
package struct VmallocArea: Sendable, Equatable, Codable {
  /// The first address (`VMALLOC_START`).
  package let start: UInt64
  /// The last address and one, or as on x86_64 the last address (`VMALLOC_END`).
  package let end: UInt64
  /// The mapped areas by address.
  package private(set) var areas: [VirtualArea] = []
  /// The devices and tables that boot mapped for good.
  private(set) var firmwareAreas: [VirtualArea] = []
  /// Unmapped ranges that cannot be used again before the next purge, by address and joined
  /// (`unpurged vm_area` in `/proc/vmallocinfo`).
  package private(set) var unpurged: [Range<UInt64>] = []
  /// Pages owned by all areas (`nr_vmalloc_pages`, VmallocUsed).
  package private(set) var mappedPages = 0

  /// Limits the messages about addresses that have run out.
  var refusalLimit = RateLimit(function: "alloc_vmap_area")
  /// The page tables under the area.
  var pageTables: VmallocPageTables
  /// The objects of the cache `vmap_area` that were taken since boot.
  var descriptorObjects: [UInt64] = []
  /// How many such objects the mapped, unmapped and free ranges had after boot.
  var bootDescriptors = 0
  /// Free ranges by address.
  private var gaps: [Range<UInt64>]
  /// Pages in `unpurged`.
  private var unpurgedPages = 0
  /// More unmapped pages than this are purged at once (`lazy_max_pages`).
  private let unpurgedLimit: Int

  /// Makes an empty area.
  ///
  /// - Parameters:
  ///   - start: the first address.
  ///   - end: where it ends.
  ///   - cpus: the number of CPUs, which sets how lazily ranges are purged.
  init(start: UInt64, end: UInt64, cpus: Int) {
    self.start = start
    self.end = end
    gaps = [start..<end & ~4095]
    pageTables = VmallocPageTables(isWide: start > UInt64(UInt32.max))
    unpurgedLimit = (Int.bitWidth - Swift.max(cpus, 1).leadingZeroBitCount) * 8192
  }

  /// The size of the area in kilobytes (VmallocTotal).
  package var totalKilobytes: UInt64 { (end - start) >> 10 }
  /// Bytes in free ranges, the unpurged ones not included.
  package var freeBytes: UInt64 { gaps.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } }

  /// The ranges that can be mapped now, by address.
  var freeRanges: [Range<UInt64>] { gaps }

  /// How many descriptors the ranges need (`struct vmap_area`): one for each that is mapped, unmapped or free.
  var neededDescriptors: Int { areas.count + unpurged.count + gaps.count }

  /// The mapped area that holds an address.
  package func area(at address: UInt64) -> VirtualArea? {
    guard let index = index(at: address) else { return nil }
    return areas[index]
  }

  /// Finds room at the lowest address that fits (`find_vmap_lowest_match`), purging if there is none.
  ///
  /// - Parameters:
  ///   - size: bytes including the guard page, whole pages.
  ///   - alignment: a power of two, at least a page.
  /// - Returns: the address, now taken; nil when no gap is large enough.
  mutating func reserve(_ size: UInt64, alignment: UInt64) -> UInt64? {
    if let address = takeGap(size, alignment) { return address }
    guard !unpurged.isEmpty else { return nil }
    purge()
    return takeGap(size, alignment)
  }

  /// Logs that there is no gap (`alloc_vmap_area`, mm/vmalloc.c).
  ///
  /// - Parameter size: bytes with the guard page.
  mutating func reportExhaustion(_ size: UInt64, to log: inout KernelLog, at time: UInt64) {
    guard refusalLimit.allows(at: time, log: &log) else { return }
    log.append("vmap allocation for size \(size) failed: use vmalloc=<size> to increase size", at: time)
  }

  /// Takes a given range, as boot does; false when it is not free.
  mutating func reserve(at range: Range<UInt64>) -> Bool {
    guard
      let index = gaps.firstIndex(where: {
        $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
      })
    else { return false }
    split(gap: index, around: range)
    return true
  }

  /// Enters an area whose range was reserved.
  mutating func insert(_ area: VirtualArea) {
    let index = areas.partitionIndex { $0.start >= area.start }
    areas.insert(area, at: index)
    mappedPages += area.pages
    if area.kind == .ioremap, !area.isRemovable { firmwareAreas.append(area) }
  }

  /// Unmaps the area that starts at an address; its range stays unused until the next purge
  /// (`free_vmap_area_noflush`).
  ///
  /// - Returns: the area, whose pages are the caller's now; nil when none starts there.
  mutating func remove(at address: UInt64) -> VirtualArea? {
    guard let index = index(at: address), areas[index].start == address else { return nil }
    let area = areas.remove(at: index)
    mappedPages -= area.pages
    guard area.start >= start, area.end <= end else { return area }
    insert(area.start..<area.end, into: \.unpurged)
    unpurgedPages += Int(area.size >> 12)
    if unpurgedPages > unpurgedLimit { purge() }
    return area
  }

  /// Makes unmapped ranges usable again (`__purge_vmap_area_lazy`).
  private mutating func purge() {
    for range in unpurged { insert(range, into: \.gaps) }
    unpurged.removeAll()
    unpurgedPages = 0
  }

  private func index(at address: UInt64) -> Int? {
    let after = areas.partitionIndex { $0.start > address }
    guard after > 0, address < areas[after - 1].end else { return nil }
    return after - 1
  }

  private mutating func takeGap(_ size: UInt64, _ alignment: UInt64) -> UInt64? {
    for index in gaps.indices {
      let gap = gaps[index]
      let (sum, overflow) = gap.lowerBound.addingReportingOverflow(alignment - 1)
      let address = sum & ~(alignment - 1)
      guard !overflow, address < gap.upperBound, gap.upperBound - address >= size else { continue }
      split(gap: index, around: address..<address + size)
      return address
    }
    return nil
  }

  private mutating func split(gap index: Int, around range: Range<UInt64>) {
    let gap = gaps[index]
    let rests = [gap.lowerBound..<range.lowerBound, range.upperBound..<gap.upperBound]
    gaps.replaceSubrange(index...index, with: rests.filter { !$0.isEmpty })
  }

  /// Adds a range to a list of ranges, joined with its neighbours.
  private mutating func insert(
    _ range: Range<UInt64>, into list: WritableKeyPath<VmallocArea, [Range<UInt64>]>
  ) {
    var joined = range
    var index = self[keyPath: list].partitionIndex { $0.lowerBound >= range.lowerBound }
    if index < self[keyPath: list].count, self[keyPath: list][index].lowerBound == joined.upperBound {
      joined = joined.lowerBound..<self[keyPath: list].remove(at: index).upperBound
    }
    if index > 0, self[keyPath: list][index - 1].upperBound == joined.lowerBound {
      index -= 1
      joined = self[keyPath: list].remove(at: index).lowerBound..<joined.upperBound
    }
    self[keyPath: list].insert(joined, at: index)
  }
}

extension Array {
  /// The first index whose element satisfies a predicate that is false for a prefix and true after it.
  func partitionIndex(_ predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
