// Setting a process to a state: its mappings, and as many of their pages as it has.

extension Machine {
  /// Makes a process with its mappings and its own pages; those of files are only wished for.
  mutating func restore(
    _ state: ProcessState, _ wishes: inout FileWishes, _ family: inout AnonymousFamily
  ) throws(RestoringError) {
    guard Self.areWhole(state.mappings, below: configuration.profile.userAddressTop) else {
      throw .mappings(state.id)
    }
    let task = try makeProcess(state)
    for mapping in state.mappings {
      let area = try makeArea(mapping, in: task)
      do throws(FatalSignal) {
        try bringOwnPages(mapping, area, task, &family)
      } catch {
        throw .outOfMemory(state.id)
      }
      if case .file(let file) = area.backing { wishes.add(mapping, of: file, in: area, task) }
    }
    processes[task].addressSpace.areas.startGapless(from: processes[task].addressSpace.layout.mappingTop)
    processes[task].addressSpace.notePeaks()
    for thread in state.threads { try restoreThread(thread, in: task) }
  }

  private static func areWhole(_ mappings: [ProcessState.Mapping], below top: UInt64) -> Bool {
    var end: UInt64 = 0
    for mapping in mappings {
      guard mapping.range.lowerBound >= end, !mapping.range.isEmpty, mapping.range.upperBound <= top,
        mapping.range.lowerBound.isMultiple(of: pageSize), mapping.range.upperBound.isMultiple(of: pageSize)
      else { return false }
      end = mapping.range.upperBound
    }
    return true
  }

  /// Makes a process without mappings; init, which boot has made, is made anew.
  private mutating func makeProcess(_ state: ProcessState) throws(RestoringError) -> ProcessHandle {
    let space = AddressSpace(layout: layout(of: state), programPath: programPath(of: state))
    guard let group = controlGroup(atPath: state.group),
      group == .root || !controlGroups[group].delegatesMemory
    else { throw .group(state.group) }
    let task: ProcessHandle
    if state.id.rawValue == 1, let known = processes.living(ProcessID(1)) {
      unchargeCommit(processes[known].addressSpace.areas.totals.accounted)
      processes[known].addressSpace = space
      processes[known].name = LinuxProcess.commandName(state.name)
      task = known
      controlGroups.leave(state.id, .root)
    } else {
      guard state.id.rawValue > 0, processes.handle(of: state.id) == nil,
        processes.owner(ofThread: state.id) == nil
      else { throw .processNumber(state.id) }
      guard let pages = takeKernelPages() else { throw .outOfMemory(state.id) }
      var process = LinuxProcess(
        id: state.id, parent: state.parent, name: state.name,
        limits: ResourceLimits(maximumProcesses: maximumProcesses), startTime: state.startTime,
        addressSpace: space, malloc: unusedMalloc)
      process.kernelPages = pages
      task = processes.insert(process)
    }
    processes[task].isRestored = true
    processes[task].userID = state.userID
    processes[task].oomScoreAdjustment = min(max(state.oomScoreAdjustment, -1000), 1000)
    processes[task].controlGroup = group
    controlGroups.enter(state.id, group)
    return task
  }

  private func programPath(of state: ProcessState) -> String {
    for mapping in state.mappings {
      if case .file(let path, _, false) = mapping.backing { return path }
    }
    return "/bin/" + state.name
  }

  /// The addresses that exec fixed, as far as the mappings tell.
  private func layout(of state: ProcessState) -> AddressSpaceLayout {
    let usual = AddressSpaceLayout(
      profile: configuration.profile, seed: nil, process: state.id, stackLimit: 8 << 20)
    let stack = state.mappings.last { $0.flags.contains(.growsDown) }?.range
    let heap = state.mappings.first { $0.isHeap }?.range
    var special: UInt64?
    var program: Range<UInt64>?
    var programPath: String?
    for mapping in state.mappings {
      switch mapping.backing {
      case .special: special = special ?? mapping.range.lowerBound
      case .file(let path, _, false) where programPath == nil || path == programPath:
        programPath = path
        program = (program?.lowerBound ?? mapping.range.lowerBound)..<mapping.range.upperBound
      default: break
      }
    }
    let stackTop = stack?.upperBound ?? usual.stackTop
    let below = stack?.lowerBound ?? stackTop
    let mappingTop = state.mappings.last { $0.range.upperBound <= below && !$0.isHeap }?.range.upperBound
    let code = state.mappings.first { $0.permissions.contains(.execute) }?.range
    return usual.found(
      heapStart: heap?.lowerBound ?? program?.upperBound ?? usual.heapStart, stackTop: stackTop,
      mappingTop: max(mappingTop ?? 0, heap?.upperBound ?? 0) > below
        ? usual.mappingTop : mappingTop ?? usual.mappingTop,
      specialStart: special ?? usual.specialStart, code: code ?? usual.code, data: program ?? usual.data)
  }

  private mutating func makeArea(
    _ mapping: ProcessState.Mapping, in task: ProcessHandle
  ) throws(RestoringError) -> VirtualMemoryArea {
    var area = VirtualMemoryArea(
      start: mapping.range.lowerBound, end: mapping.range.upperBound, permissions: mapping.permissions,
      flags: mapping.flags)
    switch mapping.backing {
    case .anonymous:
      // Shared memory without a name is a file all the same.
      area.flags.remove(.shared)
      if mapping.isHeap { processes[task].addressSpace.programBreak = area.end }
    case .special(let name):
      area.backing = .special(name: name)
    case .file(let path, let firstPage, let isTemporary):
      let end = firstPage + UInt64(area.pageCount)
      guard firstPage < 1 << 40 else { throw .mappings(task.id) }
      let file = try fileToMap(path, pages: end, isTemporary: isTemporary, in: task)
      area.backing = .file(file)
      area.pageOffset = firstPage
      processes[task].addressSpace.filePaths[file] = path
    }
    if area.flags.contains(.accounted) { commit.chargeUnconditionally(area.pageCount) }
    retainObject(of: area, pages: area.pageCount)
    processes[task].addressSpace.areas.insertSeparate(area)
    return area
  }

  private mutating func fileToMap(
    _ path: String, pages: UInt64, isTemporary: Bool, in task: ProcessHandle
  ) throws(RestoringError) -> FileIdentifier {
    let path = path.hasPrefix("/") ? path : "/" + path
    let size = pages * pageSize
    if let known = files.file(at: path) {
      if known.size < size {
        files.addBlocks(known.pageCount..<pages, of: known.identifier)
        files.modify(known.identifier) { $0.size = size }
      }
      return known.identifier
    }
    switch files.create(path, size: size, kind: isTemporary ? .temporary : .regular, time: clock) {
    case .success(let file): return file.identifier
    case .failure: throw .mappings(task.id)
    }
  }

  /// Makes pages that lie in swap, few at a time: a machine whose memory is full has no room for all of them.
  mutating func bringToSwap(
    _ pages: Range<UInt64>, of area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) {
    for start in stride(from: pages.lowerBound, to: pages.upperBound, by: 256) {
      let part = start..<min(start + 256, pages.upperBound)
      try bringIn(part.lowerBound << pageShift..<part.upperBound << pageShift, of: area, .write, task)
      try sendToSwap(part, task)
      dropWholeSwapCache()
    }
  }

  private mutating func sendToSwap(_ pages: Range<UInt64>, _ task: ProcessHandle) throws(FatalSignal) {
    var next = pages.lowerBound
    while next < pages.upperBound {
      let end = endOfPiece(next..<pages.upperBound, task)
      guard swapOut(next..<end, in: task, requestClass: pageAllocator.zones.count - 1) != nil else {
        throw FatalSignal(process: task.id, signal: 9)
      }
      next = end
    }
  }

  /// Lets pages of processes have places in swap too, as those have that came back from there.
  mutating func keepPlacesInSwap(_ count: Int) throws(FatalSignal) {
    let cluster = tunables.pageCluster
    // Nothing is to be read beside them.
    tunables.pageCluster = 0
    defer { tunables.pageCluster = cluster }
    var left = count
    // Who has pages in swap has had others there.
    let tasks = processes.allHandles.filter { processes[$0].addressSpace.resident.swapped > 0 }
    for task in tasks where left > 0 {
      for listed in pageLists.extents(of: .process(task.id), on: .inactiveAnonymous) where left > 0 {
        guard let area = processes[task].addressSpace.areas.area(containing: listed.lowerBound << pageShift)
        else {
          continue
        }
        let end = min(listed.upperBound, area.pages.upperBound, listed.lowerBound + UInt64(left))
        for start in stride(from: listed.lowerBound, to: end, by: 256) {
          let part = start..<min(start + 256, end)
          try sendToSwap(part, task)
          try bringIn(part.lowerBound << pageShift..<part.upperBound << pageShift, of: area, .read, task)
          left -= part.count
        }
      }
    }
    dropWholeSwapCache()
  }

  /// The end of the first pages that have frames behind each other.
  private func endOfPiece(_ pages: Range<UInt64>, _ task: ProcessHandle) -> UInt64 {
    let entry = processes[task].addressSpace.pageTable.mappings.firstExtent(endingAfter: pages.lowerBound)
    return min(entry?.end ?? pages.upperBound, pages.upperBound)
  }

  private mutating func restoreThread(_ id: ProcessID, in task: ProcessHandle) throws(RestoringError) {
    guard id.rawValue > 1, processes.handle(of: id) == nil, processes.owner(ofThread: id) == nil else {
      throw .processNumber(id)
    }
    let orders = ProcessKernelPages.stackOrders(configuration.profile)
    guard let pages = takeKernelPages(orders, for: task) else { throw .outOfMemory(task.id) }
    let number = (processes[task].threads.last?.number ?? 0) + 1
    var thread = LinuxThread(id: id, number: number, name: processes[task].name, startTime: clock)
    thread.kernelPages = pages
    processes[task].threads.append(thread)
    processes.noteThread(id, of: task.id)
  }
}
