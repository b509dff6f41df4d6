// Reclaim's lists hold every page that reclaim may look at, once.

extension Machine {
  /// What the lists and the pages in memory contradict: an anonymous page stands there once, under the name of a process
  /// that maps it; a page of a file or of the swap cache alone stands there once; locked pages stand on the unevictable
  /// list and no others do.
  func listViolations(_ mapped: MappedFrames) -> [String] {
    var found: [String] = []
    var listed = 0
    for kind in PageListKind.allCases { listed += pageLists.count(kind) }
    let others = files.cachedPages + swapCache.unmappedCount
    if listed != mapped.count + others {
      found.append("\(listed) pages are listed, \(mapped.count) anonymous and \(others) others are there")
    }
    for owner in pageLists.owners {
      switch owner {
      case .process(let id): found += violations(ofPagesOf: id)
      case .file(let file):
        for kind in PageListKind.allCases {
          for pages in pageLists.extents(of: owner, on: kind)
          where files.frames(in: pages, of: file).reduce(0, { $0 + $1.count }) != pages.count {
            found.append("pages of file \(file.rawValue) are on a list and not in memory, from \(pages.lowerBound)")
          }
        }
      case .swapCache(let area):
        for kind in PageListKind.allCases {
          for pages in pageLists.extents(of: owner, on: kind) {
            let slots = SwapSlotRange(
              start: SwapSlot(area: area, offset: Int(pages.lowerBound)), count: pages.count)
            if swapCache.cached(in: slots).reduce(0, { $0 + $1.slots.count }) != pages.count {
              found.append("slots of area \(area) are on a list and not in the swap cache, from \(pages.lowerBound)")
            }
          }
        }
      }
    }
    return found
  }

  private func violations(ofPagesOf id: ProcessID) -> [String] {
    guard let process = processes[id], process.isAlive else {
      return ["process \(id) is gone and has pages on the lists"]
    }
    var found: [String] = []
    for kind in PageListKind.allCases {
      for pages in pageLists.extents(of: .process(id), on: kind) {
        var covered: UInt64 = 0
        process.addressSpace.pageTable.mappings.forEach(in: pages) { entry in
          if case .anonymous = entry.value.target { covered += entry.count }
        }
        if covered != UInt64(pages.count) {
          found.append("process \(id) has pages on a list that it does not map, from \(pages.lowerBound)")
        }
      }
    }
    return found
  }
}
