// The memory of one process as the kernel sees it.

/// A process's address space: its mappings, page table and the counters over them (the kernel's
/// `mm_struct`).
public struct AddressSpace: Sendable, Equatable, Codable {
  /// The addresses that were fixed when the program started.
  package let layout: AddressSpaceLayout
  /// The path of the program's file.
  public let programPath: String
  /// The mappings.
  package internal(set) var areas = VirtualMemoryAreas()
  /// The program break: the end of the heap.
  public internal(set) var programBreak: UInt64
  /// Grows whenever a page may have stopped being present and writable, so that a user of the address
  /// space can remember what it has touched.
  public internal(set) var residencyGeneration: UInt64 = 0
  /// Whether prctl(PR_SET_THP_DISABLE) keeps huge pages away.
  public internal(set) var isHugePagesDisabled = false
  /// The largest virtual size so far, in pages (VmPeak).
  public internal(set) var peakPages = 0
  /// The largest resident set so far, in pages (VmHWM).
  public internal(set) var peakResidentPages = 0
  /// What new mappings are locked like since mlockall(MCL_FUTURE).
  public internal(set) var futureLock: VirtualMemoryArea.Flags = []

  /// The paths of the files that were mapped.
  var filePaths: [FileIdentifier: String] = [:]

  /// Whether it has mapped the huge page of zeros, which stays in use until the process ends.
  var usesHugeZeroPage = false

  /// The pages that nobody may touch although their area allows it (MADV_GUARD_INSTALL), by number.
  var guards = ExtentMap<GuardMark>()

  /// The page table.
  var pageTable: PageTable
  /// The number that the next group of anonymous pages gets.
  var nextAnonymousGroup: UInt32 = 1

  /// Makes an address space without mappings.
  init(layout: AddressSpaceLayout, programPath: String) {
    self.layout = layout
    self.programPath = programPath
    programBreak = layout.heapStart
    pageTable = PageTable(geometry: layout.geometry)
  }

  /// Makes the address space of a child: the same mappings, unlocked, and no pages yet.
  init(inheritedFrom parent: AddressSpace) {
    self.init(layout: parent.layout, programPath: parent.programPath)
    programBreak = parent.programBreak
    filePaths = parent.filePaths
    isHugePagesDisabled = parent.isHugePagesDisabled
    usesHugeZeroPage = parent.usesHugeZeroPage
    nextAnonymousGroup = parent.nextAnonymousGroup
    var copies: [VirtualMemoryArea] = []
    for area in parent.areas.list where !area.flags.contains(.notInherited) {
      var copy = area
      copy.flags.subtract([.locked, .lockOnFault])
      if copy.flags.contains(.wipedOnFork) {
        copy.anonymousGroup = 0
        copy.isInherited = false
      } else if copy.anonymousGroup != 0 {
        copy.anonymousGroup = nextAnonymousGroup
        copy.isInherited = true
        nextAnonymousGroup &+= 1
      }
      copies.append(copy)
    }
    areas.appendSeparate(copies)
    for area in copies where !area.flags.contains(.wipedOnFork) {
      for mark in parent.guards.extents(in: area.pages) { guards.set(mark.range, to: mark.value) }
    }
  }

  /// Removes the areas of a range, and the marks in it.
  ///
  /// - Returns: what was removed.
  mutating func removeAreas(_ range: Range<UInt64>) -> [VirtualMemoryArea] {
    if !guards.isEmpty { guards.remove(range.lowerBound >> pageShift..<range.upperBound >> pageShift) }
    return areas.remove(range)
  }

  /// Lets the marks of a mapping go along where it moves.
  mutating func moveGuards(from pages: Range<UInt64>, to start: UInt64) {
    let marks = guards.extents(in: pages)
    guards.remove(pages)
    for mark in marks {
      let first = start + mark.range.lowerBound - pages.lowerBound
      guards.set(first..<first + UInt64(mark.range.count), to: mark.value)
    }
  }

  /// Whether faults in an area may take huge pages (`hugepage_vma_check`, mm/huge_memory.c).
  ///
  /// - Parameter setting: `/sys/kernel/mm/transparent_hugepage/enabled`.
  func takesHugePages(_ area: VirtualMemoryArea, when setting: HugePageSetting) -> Bool {
    guard area.backing == .anonymous, !area.flags.contains(.noHugePages), !isHugePagesDisabled else {
      return false
    }
    switch setting {
    case .always: return true
    case .madvise: return area.flags.contains(.hugePages)
    case .never: return false
    }
  }

  /// The address of a gap for a mapping that may lie anywhere (`__thp_get_unmapped_area`, mm/huge_memory.c).
  ///
  /// - Parameters:
  ///   - length: In bytes.
  ///   - minimum: The lowest address that is allowed.
  ///   - alignment: What a mapping of a multiple of so many bytes is aligned to where that is possible; nil for none.
  func gap(length: UInt64, above minimum: UInt64, alignment: UInt64?) -> UInt64? {
    let limits = layout.mappingLimits(minimum: max(minimum, pageSize))
    if let alignment, length.isMultiple(of: alignment),
      let aligned = areas.highestAlignedGap(length: length, in: limits, alignment: alignment)
    {
      return aligned
    }
    return areas.highestGap(length: length, in: limits)
      ?? areas.lowestGap(length: length, in: layout.bottomUpStart..<layout.userAddressTop)
  }

  /// Where a stretch of small pages must end because the next page may be a huge one.
  func endBeforeHugePage(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, when setting: HugePageSetting
  ) -> UInt64 {
    guard takesHugePages(area, when: setting) else { return pages.upperBound }
    let size = layout.geometry.hugePageCount
    return min((pages.lowerBound / size + 1) * size, pages.upperBound)
  }

  /// How many pages are in memory, by kind.
  public var resident: ResidentPages { pageTable.resident }
  /// How many pages the page table itself takes (VmPTE).
  public var pageTablePages: Int { pageTable.directory.tableCount }
  /// The part of ``pageTablePages`` that the machine's PageTables counter has.
  public var countedPageTablePages: Int { pageTable.directory.countedTables }

  /// Virtual pages of code and libraries: VmExe and VmLib.
  public var executablePages: (program: Int, libraries: Int) {
    let program = (layout.code.count + Int(pageSize) - 1) >> pageShift
    return (min(program, areas.totals.executable), max(areas.totals.executable - program, 0))
  }

  /// The name of a mapping in `/proc/PID/maps`; empty for one without.
  public func name(of area: VirtualMemoryArea) -> String {
    switch area.backing {
    case .program: return programPath
    case .special(let name): return "[\(name)]"
    case .sharedMemory: return "/dev/zero (deleted)"
    case .file(let file): return filePaths[file] ?? ""
    case .anonymous:
      if area.start <= programBreak, area.end >= layout.heapStart { return "[heap]" }
      // The kernel looks where the stack pointer was when the program started.
      let start = layout.stackTop - 64 - layout.stackPointerShift
      return area.start <= start && area.end >= start ? "[stack]" : ""
    }
  }

  /// The entry of a page; nil where the page table has none.
  package func mapping(ofPage page: UInt64) -> PageMapping? { pageTable.mapping(of: page) }

  /// Visits the entries of a range of pages in ascending order, neighbours with like entries at once.
  ///
  /// - Parameter body: Takes the pages' numbers and the entry of the first.
  package func forEachMapping(
    inPages range: Range<UInt64>, _ body: (_ pages: Range<UInt64>, _ entry: PageMapping) -> Void
  ) {
    pageTable.mappings.forEach(in: range) { body($0.range, $0.value) }
  }

  /// Brings the high-water marks up to date.
  mutating func notePeaks() {
    peakPages = max(peakPages, areas.totals.total)
    peakResidentPages = max(peakResidentPages, pageTable.resident.total)
  }

  /// Takes over high-water marks, where they lie above what there is.
  mutating func takePeaks(virtual: Int, resident: Int) {
    notePeaks()
    peakPages = max(peakPages, virtual)
    peakResidentPages = max(peakResidentPages, resident)
  }

  /// Notes that pages may have gone.
  mutating func noteLoss() { residencyGeneration &+= 1 }

  /// Gives an area that gets its first anonymous page a group, that of a neighbour where the kernel
  /// would share it (`find_mergeable_anon_vma`).
  mutating func prepareAnonymousGroup(for address: UInt64) {
    let index = areas.index(endingAfter: address)
    guard index < areas.list.count, areas.list[index].anonymousGroup == 0 else { return }
    let area = areas.list[index]
    for neighbour in [index + 1, index - 1] where areas.list.indices.contains(neighbour) {
      let other = areas.list[neighbour]
      let (lower, upper) = neighbour > index ? (area, other) : (other, area)
      guard other.anonymousGroup != 0, !other.isInherited, lower.end == upper.start,
        lower.backing == upper.backing, lower.flags == upper.flags,
        lower.pageOffset + UInt64(lower.pageCount) == upper.pageOffset
      else { continue }
      areas.setHistory(at: index, group: other.anonymousGroup, isInherited: false)
      return
    }
    areas.setHistory(at: index, group: nextAnonymousGroup, isInherited: false)
    nextAnonymousGroup &+= 1
  }
}

/// The mark of a guard page; all are the same.
struct GuardMark: ExtentValue, Codable {
  /// The same for every page.
  func advanced(by distance: UInt64) -> GuardMark { self }
}
