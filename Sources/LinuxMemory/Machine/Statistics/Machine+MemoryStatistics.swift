// Counting the pages in use, over the machine and zone by zone.

extension Machine {
  /// Pages in use by kind, over the whole machine, as `/proc/meminfo` and an OOM report have them.
  public var memoryStatistics: MemoryStatistics {
    var statistics = MemoryStatistics()
    statistics.freePages = pageAllocator.freePageCount
    statistics.anonymous = anonymousPages
    statistics.activeAnonymous = pageLists.count(.activeAnonymous)
    statistics.inactiveAnonymous = pageLists.count(.inactiveAnonymous) + sharedMemory.pageCount
    statistics.activeFile = pageLists.count(.activeFile)
    statistics.inactiveFile = pageLists.count(.inactiveFile)
    statistics.unevictable = pageLists.count(.unevictable)
    statistics.mlocked = pageLists.count(.unevictable)
    statistics.slabReclaimable = slab.reclaimablePages
    statistics.slabUnreclaimable = slab.unreclaimablePages
    statistics.shared = sharedMemory.pageCount + files.temporaryPages
    statistics.dirty = files.dirtyPages
    statistics.swapCache = swapCache.count
    statistics.pageCache = files.cachedPages + sharedMemory.pageCount + swapCache.count
    statistics.anonymousHuge = anonymousHugePages
    statistics.kernelStackKilobytes = kernelThreads * configuration.profile.kernelStackSize >> 10
    for process in processes.live {
      let resident = process.addressSpace.resident
      statistics.pageTables += process.addressSpace.countedPageTablePages
      statistics.mapped += resident.shared
      statistics.kernelStackKilobytes += process.threadCount * configuration.profile.kernelStackSize >> 10
    }
    if files.mappedPages > 0 {
      let files = mappedFilePages
      statistics.mapped += files.pages - files.temporaryEntries
    }
    return statistics
  }

  /// Pages of processes' own memory that are in page tables: what is on the lists but for files and the swap cache.
  private var anonymousPages: Int {
    let listed = PageListKind.allCases.reduce(0) { $0 + pageLists.count($1) }
    return max(0, listed - swapCache.unmappedCount - files.cachedPages)
  }

  /// Pages of the huge pages that some process maps whole (`NR_ANON_THPS`): each once, however many processes do.
  private var anonymousHugePages: Int {
    let sum = processes.live.reduce(0) { $0 + $1.addressSpace.resident.huge }
    guard sum > 0, !sharedFrames.isEmpty else { return sum }
    var runs: [FrameRange] = []
    for process in processes.live where process.addressSpace.resident.huge > 0 {
      for entry in process.addressSpace.pageTable.mappings.all where entry.value.isHuge {
        guard let start = entry.value.frame else { continue }
        runs.append(FrameRange(start: start, count: Int(entry.count)))
      }
    }
    // The same frame may stand in runs of several processes, which need not begin at the same one.
    var pages = 0
    var counted = 0
    for run in runs.sorted(by: { $0.start.rawValue < $1.start.rawValue }) {
      pages += max(run.end.rawValue - max(run.start.rawValue, counted), 0)
      counted = max(counted, run.end.rawValue)
    }
    return pages
  }

  /// Threads of the kernel itself, which have a stack but no address space.
  private var kernelThreads: Int {
    configuration.build.footprint.takings
      .threads(cpus: configuration.cpus, hugePages: pageAllocator.hasRoomForHugePages)
  }

  /// The counts of the lists zone by zone, for each of the page allocator's zones.
  public var zoneStatistics: [MemoryStatistics] {
    var zones = [MemoryStatistics](repeating: MemoryStatistics(), count: pageAllocator.zones.count)
    for process in processes.live where mayGoOn() {
      let owner = PageOwner.process(process.id)
      for (kind, field) in Self.anonymousFields {
        for pages in pageLists.extents(of: owner, on: kind) where mayGoOn() {
          process.addressSpace.pageTable.mappings.forEach(in: pages) { entry in
            guard let frame = entry.value.frame else { return }
            count(FrameRange(start: frame, count: Int(entry.count)), in: field, of: &zones)
          }
        }
      }
    }
    for file in files.files where mayGoOn() {
      let fields = file.kind == .temporary ? Self.anonymousFields : Self.fileFields
      for (kind, field) in fields {
        for pages in pageLists.extents(of: .file(file.identifier), on: kind) {
          for run in files.frames(in: pages, of: file.identifier) { count(run, in: field, of: &zones) }
        }
      }
      files.forEachDirtyRun(of: file.identifier) { count($0, in: \.dirty, of: &zones) }
    }
    // Shared memory stands on the list that a scan reaches first, as the swap cache does.
    for object in sharedMemory.objects.values {
      for extent in object.pages.all {
        count(
          FrameRange(start: extent.value.frame, count: Int(extent.count)), in: \.inactiveAnonymous, of: &zones
        )
      }
    }
    swapCache.forEachRun { _, run in count(run, in: \.inactiveAnonymous, of: &zones) }
    for index in zones.indices {
      zones[index].mlocked = zones[index].unevictable
      zones[index].freePages = pageAllocator.zones[index].freePages
    }
    return zones
  }

  private typealias Field = WritableKeyPath<MemoryStatistics, Int> & Sendable

  private static let anonymousFields: [(PageListKind, Field)] = [
    (.inactiveAnonymous, \.inactiveAnonymous), (.activeAnonymous, \.activeAnonymous),
    (.unevictable, \.unevictable), (.inactiveFile, \.inactiveFile), (.activeFile, \.activeFile),
  ]
  private static let fileFields: [(PageListKind, Field)] = [
    (.inactiveFile, \.inactiveFile), (.activeFile, \.activeFile),
  ]

  private func count(_ run: FrameRange, in field: Field, of zones: inout [MemoryStatistics]) {
    for (index, zone) in pageAllocator.zones.enumerated() where zone.spanned > 0 {
      let start = max(run.start.rawValue, zone.start.rawValue)
      let end = min(run.end.rawValue, zone.start.rawValue + zone.spanned)
      if start < end { zones[index][keyPath: field] += end - start }
    }
  }
}
