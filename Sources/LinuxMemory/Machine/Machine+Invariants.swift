// What holds of a machine at any moment between two calls, checked from outside.

extension Machine {
  /// Everything that is wrong with the bookkeeping of pages, in words; empty for a sound machine.
  ///
  /// Free blocks do not overlap; no page in use is free; a page of processes has as many users as page-table entries
  /// point to it and stands on reclaim's lists once, under the name of a process that maps it; a swap slot has as many
  /// users as entries refer to it; counters equal what they count; every file is found
  /// by its path.
  public func invariantViolations() -> [String] {
    var found = pageAllocator.invariantViolations()
    let mapped = mappedFrames()
    found += sharingViolations(mapped)
    found += listViolations(mapped)
    found += freeViolations(mapped)
    found += swapViolations()
    found += fileViolations()
    for process in processes.all {
      if process.isAlive || process.addressSpace.areas.list.isEmpty { continue }
      found.append("process \(process.id) has ended and still has mappings")
    }
    return found
  }

  /// A run of frames with one number of page-table entries that point to each.
  private struct MappedRun {
    var frames: Range<Int>
    var users: Int
  }

  /// The anonymous frames in page tables, ascending.
  private func mappedFrames() -> [MappedRun] {
    var edges: [(frame: Int, change: Int)] = []
    for process in processes.live {
      for entry in process.addressSpace.pageTable.mappings.all {
        guard case .anonymous(let frame) = entry.value.target else { continue }
        edges.append((frame.rawValue, 1))
        edges.append((frame.rawValue + Int(entry.count), -1))
      }
    }
    edges.sort { ($0.frame, $0.change) < ($1.frame, $1.change) }
    var runs: [MappedRun] = []
    var users = 0
    for (position, edge) in edges.enumerated() {
      if position > 0, users > 0, edges[position - 1].frame < edge.frame {
        runs.append(MappedRun(frames: edges[position - 1].frame..<edge.frame, users: users))
      }
      users += edge.change
    }
    return runs
  }

  private func sharingViolations(_ mapped: [MappedRun]) -> [String] {
    var found: [String] = []
    for run in mapped {
      let frames = FrameRange(start: FrameNumber(run.frames.lowerBound), count: run.frames.count)
      sharedFrames.forEachPart(of: frames) { part, users in
        if users != run.users {
          found.append("frame \(part.start.rawValue) has \(run.users) entries and \(users) users")
        }
      }
    }
    return found
  }

  private func listViolations(_ mapped: [MappedRun]) -> [String] {
    let unique = mapped.reduce(0) { $0 + $1.frames.count }
    let listed = PageListKind.allCases.reduce(0) { $0 + pageLists.count($1) }
    let others = files.cachedPages + swapCache.unmappedCount
    var found: [String] = []
    if listed != unique + others {
      found.append("\(listed) pages are listed, \(unique) anonymous and \(others) others are there")
    }
    for process in processes.all {
      for kind in PageListKind.allCases {
        for pages in pageLists.extents(of: .process(process.id), on: kind) {
          var covered: UInt64 = 0
          process.addressSpace.pageTable.mappings.forEach(in: pages) { entry in
            if case .anonymous = entry.value.target { covered += entry.count }
          }
          if covered != UInt64(pages.count) {
            found.append(
              "process \(process.id) has pages on a list that it does not map, from \(pages.lowerBound)")
          }
        }
      }
    }
    return found
  }

  private func freeViolations(_ mapped: [MappedRun]) -> [String] {
    let free = pageAllocator.heldRanges()
    var found: [String] = []
    var next = 0
    for run in mapped {
      while next < free.count, free[next].end.rawValue <= run.frames.lowerBound { next += 1 }
      guard next < free.count, free[next].start.rawValue < run.frames.upperBound else { continue }
      found.append("frame \(max(free[next].start.rawValue, run.frames.lowerBound)) is mapped and free")
    }
    return found
  }

  private func swapViolations() -> [String] {
    var users: [Int: Int] = [:]
    for process in processes.live {
      for entry in process.addressSpace.pageTable.mappings.all {
        guard case .swapped(let slot) = entry.value.target else { continue }
        users[slot.area, default: 0] += Int(entry.count)
      }
    }
    // Pages that were read back keep their slots, each with one user.
    var kept: [Int: Int] = [:]
    for area in swap.areas.indices {
      guard let slots = swap.areas[area]?.slotCount else { continue }
      let all = SwapSlotRange(start: SwapSlot(area: area, offset: 0), count: slots + 1)
      kept[area] = swapCache.mapped(in: all).reduce(0) { $0 + $1.slots.count }
      var counted = 0
      swap.forEachPart(of: all) { counted += $0 * $1 }
      let expected = users[area, default: 0] + kept[area, default: 0]
      if counted != expected {
        return ["swap area \(area) counts \(counted) users, entries refer to \(expected)"]
      }
    }
    return []
  }

  private func fileViolations() -> [String] {
    var found: [String] = []
    var high = 0
    files.forEachCachedRun { _, _, run in
      for zone in pageAllocator.zones where zone.kind == .highMem {
        high += max(0, min(run.end, zone.start + zone.spanned).rawValue - max(run.start, zone.start).rawValue)
      }
    }
    if high != files.highMemoryPages {
      found.append("\(high) pages of files lie in high memory, \(files.highMemoryPages) are counted")
    }
    for file in files.files where files.file(at: file.path) != file {
      found.append("the directories do not lead to \(file.path)")
    }
    return found
  }
}
