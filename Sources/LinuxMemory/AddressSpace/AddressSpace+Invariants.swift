// What must hold for an address space at every moment.

extension AddressSpace {
  /// The rules that the address space breaks; empty when all is well.
  func invariantViolations() -> [String] {
    areas.invariantViolations() + pageTable.invariantViolations() + entryViolations()
  }

  /// Every entry lies in a mapping and says what that mapping can hold.
  private func entryViolations() -> [String] {
    var found: [String] = []
    for entry in pageTable.mappings.all {
      var next = entry.start
      for area in areas.areas(in: entry.start << pageShift..<entry.end << pageShift) {
        if area.pages.lowerBound > next { break }
        if !Self.fits(entry.value.target, area) {
          found.append("page \(next) does not hold what its mapping is for")
        }
        next = area.pages.upperBound
      }
      if next < entry.end { found.append("page \(next) has an entry and lies in no mapping") }
    }
    if peakResidentPages < resident.total && peakPages < areas.totals.total {
      found.append("the high-water marks lie below what there is")
    }
    return found
  }

  private static func fits(_ target: PageMapping.Target, _ area: VirtualMemoryArea) -> Bool {
    switch (target, area.backing) {
    case (.shared, .sharedMemory), (.program, .program), (.program, .special), (.zeroPage, .special): true
    case (.anonymous, .anonymous), (.zeroPage, .anonymous), (.swapped, .anonymous): true
    // Private copies of what was read from elsewhere.
    case (.anonymous, .program), (.swapped, .program), (.anonymous, .special), (.swapped, .special): true
    case (.program, .file): true
    case (.anonymous, .file), (.swapped, .file): area.isPrivate
    default: false
    }
  }
}

extension VirtualMemoryAreas {
  /// The rules that the mappings break: they rise in whole pages without overlap, and the sums are theirs.
  func invariantViolations() -> [String] {
    var found: [String] = []
    var sums = AreaTotals()
    var end: UInt64 = 0
    for area in list {
      if area.start >= area.end || !area.start.isMultiple(of: pageSize) || !area.end.isMultiple(of: pageSize)
      {
        found.append("a mapping goes from \(area.start) to \(area.end)")
        continue
      }
      if area.start < end { found.append("the mapping at \(area.start) overlaps the one below") }
      end = area.end
      sums.count(area, sign: 1)
    }
    if sums != totals { found.append("the mappings have other sums than those that are kept") }
    return found
  }
}

extension PageTable {
  /// The rules that the page table breaks: its counters are those of its entries, huge pages are whole and aligned, and
  /// every entry has its tables.
  func invariantViolations() -> [String] {
    var found = mappings.invariantViolations()
    let size = directory.geometry.hugePageCount
    var counted = ResidentPages()
    for entry in mappings.all {
      counted.count(entry.value, pages: Int(entry.count))
      if entry.value.isHuge, !entry.start.isMultiple(of: size) || !entry.end.isMultiple(of: size) {
        found.append("the huge page at \(entry.start) is not whole")
      }
      if entry.value.isHuge, let frame = entry.value.frame, !frame.rawValue.isMultiple(of: Int(size)) {
        found.append("the huge page at \(entry.start) has the frame \(frame.rawValue)")
      }
      if !directory.missing(for: entry.range).isEmpty {
        found.append("page \(entry.start) has an entry without a table")
      }
    }
    if counted != resident { found.append("the entries are \(counted), counted are \(resident)") }
    return found + directory.invariantViolations()
  }
}

extension PageTableDirectory {
  /// The rules that the tables break: the counts are theirs.
  func invariantViolations() -> [String] {
    var found: [String] = []
    for (level, count) in counts.enumerated() {
      let tables = frames(ofLevel: level).reduce(0) { $0 + $1.count }
      if tables != count { found.append("\(tables) tables of level \(level), \(count) counted") }
    }
    return found
  }
}
