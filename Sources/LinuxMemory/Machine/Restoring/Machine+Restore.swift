// Setting a machine to a state without living through it.

extension Machine {
  /// Makes a machine in a state that was told from outside.
  ///
  /// Nothing happens on the way: no fault is counted, nothing is reclaimed. Which pages of a mapping are in memory is not
  /// told by any file of Linux's; they are its first ones, and those of files are chosen so that processes share as many
  /// as they say. The kernel's own memory is that of the booted machine, with pages of no name for what is missing.
  ///
  /// - Parameter state: the state.
  /// - Throws: `RestoringError` for a state in which no machine can be.
  public init(restoring state: MachineState) throws(RestoringError) {
    guard state.hasPossibleAmounts else { throw .inconsistent("an amount is below 0 or above 2^42 pages") }
    var configuration = state.configuration
    configuration.swap = 0
    do throws(ConfigurationError) {
      try self.init(configuration: configuration)
    } catch {
      throw .configuration(error)
    }
    if let uptime = state.uptime { clock = uptime }
    // No mark may wake kswapd before everything is in its place.
    ledger.setWatermarks(minFreeKilobytes: 64, scaleFactor: 1)
    for area in state.swapAreas { try restore(area) }
    for group in state.groups { try restore(group) }
    var wishes = FileWishes()
    var family = AnonymousFamily()
    for process in state.processes.sorted(by: { $0.id < $1.id }) {
      try restore(process, &wishes, &family)
    }
    do throws(FatalSignal) {
      try keepPlacesInSwap(state.swapCachedPages)
    } catch {
      throw .outOfMemory(nil)
    }
    try restoreKernelMemory(of: state)
    try restoreFiles(of: state, wishes)
    if let free = state.freePages { takeNameless(untilFree: free) }
    setActivePages(of: state)
    for group in state.groups { limit(group) }
    for process in state.processes {
      guard let task = processes.living(process.id) else { throw .outOfMemory(process.id) }
      noteHistory(of: process, in: task)
    }
    ledger.setWatermarks(
      minFreeKilobytes: tunables.minFreeKilobytes, scaleFactor: tunables.watermarkScaleFactor)
    for setting in state.tunables where tunables.tunable(setting.name)?.isTrigger == false {
      _ = writeTunable(setting.name, text: setting.value, by: ProcessID(1))
    }
    // What `machine` says of it.
    self.configuration.swap = state.swapAreas.reduce(0) {
      $0 + UInt64(clamping: max($1.pages, 0) + 1) * pageSize
    }
    oomKiller = OOMKillerState()
    log.clear()
    if let violation = invariantViolations().first { throw .inconsistent(violation) }
  }

  private mutating func restore(_ area: MachineState.SwapArea) throws(RestoringError) {
    // The first page holds the signature.
    let size = UInt64(clamping: max(area.pages, 9) + 1) * pageSize
    let made = files.create(
      area.path, size: size, isSwap: true, kind: area.isPartition ? .blockDevice : nil, time: clock)
    let priority = area.priority < 0 ? nil : area.priority
    guard case .success = made, case .success = swapOn(area.path, priority: priority) else {
      throw .inconsistent("the swap area \(area.path) cannot be switched on")
    }
  }

  /// Takes the copies of swapped pages out of memory.
  mutating func dropWholeSwapCache() {
    for area in swap.areas.indices {
      guard let slots = swap.areas[area]?.slotCount else { continue }
      dropSwapCache(SwapSlotRange(start: SwapSlot(area: area, offset: 0), count: slots))
    }
  }

  private mutating func restore(_ group: MachineState.Group) throws(RestoringError) {
    guard hasControlGroups, group.path != "/" else { return }
    mountControlGroups(sharesProtection: true)
    var parent = ControlGroupID.root
    for name in group.path.split(separator: "/").map(String.init) {
      if let known = controlGroups.child(name, of: parent) {
        parent = known
        continue
      }
      _ = delegateMemory(true, in: parent, by: ProcessID(1))
      guard case .success(let made) = makeControlGroup(name, below: parent, by: ProcessID(1)) else {
        throw .group(group.path)
      }
      parent = made
    }
  }

  /// The group at a path; nil where there is none.
  func controlGroup(atPath path: String) -> ControlGroupID? {
    var found = ControlGroupID.root
    for name in path.split(separator: "/") {
      guard let next = controlGroups.child(name, of: found) else { return nil }
      found = next
    }
    return found
  }

  private mutating func limit(_ group: MachineState.Group) {
    guard let id = controlGroup(atPath: group.path), id != .root else { return }
    for setting in group.settings {
      guard let file = ControlGroupFile(rawValue: setting.name), file.isWritable,
        file.exists(isRoot: false, hasMemory: controlGroups[id].hasMemory)
      else { continue }
      _ = write(setting.value, to: file, of: id, by: ProcessID(1))
    }
  }

  private mutating func noteHistory(of process: ProcessState, in task: ProcessHandle) {
    processes[task].usage.minorFaults = process.faults.minor
    processes[task].usage.majorFaults = process.faults.major
    processes[task].addressSpace.takePeaks(virtual: process.peaks.virtual, resident: process.peaks.resident)
  }

  // MARK: What belongs to no process

  /// Lets the kernel hold what the state's kernel holds more than this one.
  private mutating func restoreKernelMemory(of state: MachineState) throws(RestoringError) {
    try fillSlab(to: state.reclaimableSlabPages, now: slab.reclaimablePages, .SLAB_RECLAIM_ACCOUNT)
    try fillSlab(to: state.unreclaimableSlabPages, now: slab.unreclaimablePages, [])
  }

  private mutating func fillSlab(to wanted: Int?, now: Int, _ flags: SlabFlags) throws(RestoringError) {
    let pages = 8
    guard let wanted, wanted - now >= pages else { return }
    let name = flags.isEmpty ? "restored" : "restored_reclaimable"
    let made = kmemCacheCreate(
      name: name, size: UInt64(pages) * pageSize, alignment: 0, flags: flags)
    guard case .success(let cache) = made else { throw .outOfMemory(nil) }
    for _ in 0..<(wanted - now) / pages {
      guard case .success? = try? kmemCacheAlloc(cache, .GFP_KERNEL) else { throw .outOfMemory(nil) }
    }
  }

  /// Brings the pages of files into memory that processes map, and the rest of the page cache.
  private mutating func restoreFiles(of state: MachineState, _ wishes: FileWishes) throws(RestoringError) {
    for plan in wishes.plans {
      for part in plan.parts {
        try hold(part.pages, of: plan.file, for: part.task.id)
        guard let area = processes[part.task].addressSpace.areas.area(containing: part.address) else {
          continue
        }
        let first = area.pages.lowerBound + part.pages.lowerBound - area.pageOffset
        let pages = first..<first + UInt64(part.pages.count)
        guard (try? prepareTables(for: pages, in: part.task)) != nil else { throw .outOfMemory(part.task.id) }
        mapCached(pages, of: plan.file, in: area, part.task)
        processes[part.task].addressSpace.notePeaks()
      }
    }
    for rest in restOfFiles(of: state) where rest.pages > 0 {
      let size = UInt64(rest.pages) * pageSize
      guard case .success(let file) = files.create(rest.path, size: size, kind: rest.kind, time: clock) else {
        throw .inconsistent("\(rest.path) is there already")
      }
      try hold(0..<UInt64(rest.pages), of: file.identifier, for: ProcessID(1))
    }
  }

  private func restOfFiles(of state: MachineState) -> [(path: String, kind: SimulatedFile.Kind, pages: Int)] {
    let own = files.cachedPages - files.devicePages - files.temporaryPages
    return [
      ("/restored/files", .regular, (state.cachedPages ?? own) - own),
      ("/restored/device", .blockDevice, (state.devicePages ?? files.devicePages) - files.devicePages),
      ("/dev/shm/restored", .temporary, (state.sharedPages ?? files.temporaryPages) - files.temporaryPages),
    ]
  }

  private mutating func hold(
    _ pages: Range<UInt64>, of file: FileIdentifier, for process: ProcessID
  ) throws(RestoringError) {
    var next = pages.lowerBound
    while next < pages.upperBound, let gap = files.firstMissing(in: next..<pages.upperBound, of: file) {
      guard let end = try? cache(gap, of: file, for: process, age: .kept), end > gap.lowerBound else {
        throw .outOfMemory(process)
      }
      next = end
    }
  }

  /// Takes pages for which there is no other owner, until no more than so many are free.
  private mutating func takeNameless(untilFree wanted: Int) {
    var order = MemoryZone.largestOrder
    while order >= 0 {
      // A CPU's list is filled from the free pages by more than what is asked of it.
      let spare = pageAllocator.freePageCount - wanted
      guard 1 << order <= spare,
        case .success = allocPages([.GFP_KERNEL, .__GFP_NOWARN, .__GFP_NORETRY], order: order)
      else {
        order -= 1
        continue
      }
    }
  }

  /// Moves pages to the active lists, as many as the state has there.
  private mutating func setActivePages(of state: MachineState) {
    if let wanted = state.activeFilePages {
      var left = wanted - pageLists.count(.activeFile)
      for file in files.files.reversed() where file.kind != .temporary && left > 0 {
        left -= activate(left, of: .file(file.identifier), from: .inactiveFile, to: .activeFile)
      }
    }
    if let wanted = state.activeAnonymousPages {
      var left = wanted - pageLists.count(.activeAnonymous)
      for process in processes.allHandles where left > 0 {
        left -= activate(left, of: .process(process.id), from: .inactiveAnonymous, to: .activeAnonymous)
      }
    }
  }

  private mutating func activate(
    _ count: Int, of owner: PageOwner, from inactive: PageListKind, to active: PageListKind
  ) -> Int {
    var moved = 0
    for pages in pageLists.extents(of: owner, on: inactive) where moved < count {
      let part = pages.lowerBound..<pages.lowerBound + UInt64(min(pages.count, count - moved))
      list(part, of: owner, on: active)
      moved += part.count
    }
    return moved
  }
}
