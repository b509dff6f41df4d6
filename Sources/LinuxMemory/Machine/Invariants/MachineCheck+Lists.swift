// Reclaim's lists hold every page that reclaim may look at, once.

extension MachineCheck {
  /// What the lists and the pages in memory contradict: an anonymous page stands there once, under the name of a process
  /// that maps it; a page of a file or of the swap cache alone stands there once; locked pages stand on the unevictable
  /// list and no others do.
  func listViolations() -> [String] {
    var found: [String] = []
    var listed = 0
    for kind in PageListKind.allCases { listed += machine.pageLists.count(kind) }
    let others = machine.files.cachedPages + machine.swapCache.unmappedCount
    if listed != mapped.count + others {
      found.append("\(listed) pages are listed, \(mapped.count) anonymous and \(others) others are there")
    }
    for owner in machine.pageLists.owners {
      switch owner {
      case .process(let id): found += violations(ofPagesOf: id)
      case .file(let file):
        for kind in PageListKind.allCases {
          for pages in machine.pageLists.extents(of: owner, on: kind)
          where machine.files.frames(in: pages, of: file).reduce(0, { $0 + $1.count }) != pages.count {
            found.append(
              "pages of file \(file.rawValue) are on a list and not in memory, from \(pages.lowerBound)")
          }
        }
      case .swapCache(let area):
        for kind in PageListKind.allCases {
          for pages in machine.pageLists.extents(of: owner, on: kind) {
            let slots = SwapSlotRange(
              start: SwapSlot(area: area, offset: Int(pages.lowerBound)), count: pages.count)
            if machine.swapCache.cached(in: slots).reduce(0, { $0 + $1.slots.count }) != pages.count {
              found.append(
                "slots of area \(area) are on a list and not in the swap cache, from \(pages.lowerBound)")
            }
          }
        }
      }
    }
    return found
  }

  private func violations(ofPagesOf id: ProcessID) -> [String] {
    guard let process = machine.processes[id], process.isAlive else {
      return ["process \(id) is gone and has pages on the lists"]
    }
    var found: [String] = []
    for kind in PageListKind.allCases {
      for pages in machine.pageLists.extents(of: .process(id), on: kind) {
        var covered: UInt64 = 0
        process.addressSpace.pageTable.mappings.forEach(in: pages) { entry in
          if case .anonymous = entry.value.target { covered += entry.count }
        }
        if covered != UInt64(pages.count) {
          found.append("process \(id) has pages on a list that it does not map, from \(pages.lowerBound)")
        }
        if let page = misplacedPage(of: pages, on: kind, in: process) {
          found.append("page \(page) of process \(id) is on the list \(kind), and its lock says otherwise")
        }
      }
    }
    return found
  }

  /// The first page that is locked and stands on a list of evictable pages, or the other way round. What several
  /// processes map is locked where one of them has it locked.
  private func misplacedPage(
    of pages: Range<UInt64>, on kind: PageListKind, in process: LinuxProcess
  ) -> UInt64? {
    for area in process.addressSpace.areas.areas(
      in: pages.lowerBound << pageShift..<pages.upperBound << pageShift)
    {
      let part = pages.clamped(to: area.pages)
      let isLocked = area.flags.contains(.locked)
      if isLocked == (kind == .unevictable) || part.isEmpty { continue }
      if isLocked { return part.lowerBound }
      for entry in process.addressSpace.pageTable.mappings.extents(in: part) {
        guard let frame = entry.value.frame, machine.sharedFrames.users(of: frame) > 1 else {
          return entry.start
        }
      }
    }
    return nil
  }
}
