// mremap(2): changing the size of a mapping, or moving it.

extension Machine {
  /// Changes the size of a mapping or moves it with its pages.
  ///
  /// - Parameters:
  ///   - address: The first address of what is to change, a multiple of the page size.
  ///   - oldLength: Its length in bytes.
  ///   - newLength: The length it shall have.
  ///   - flags: Whether it may or must move.
  ///   - newAddress: Where it must go with `MREMAP_FIXED`.
  ///   - process: Whose mapping.
  /// - Returns: Its address, or `EINVAL`, `EFAULT`, `ENOMEM`, `EAGAIN` as mremap(2) says.
  /// - Throws: SIGKILL when the process was killed while new pages of a locked mapping came.
  public mutating func mremap(
    _ address: UInt64, oldLength: UInt64, newLength: UInt64, flags: RemapFlags = .mayMove,
    newAddress: UInt64 = 0, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    let result = remap(address, oldLength, newLength, flags, newAddress, in: task)
    guard let task = processes.living(process) else { throw FatalSignal(process: process, signal: 9) }
    switch result {
    case .failure(let error):
      record(.addressSpace(.refused(process: process, call: "mremap", error: error)))
    case .success(let place):
      record(
        .addressSpace(
          .remapped(
            process: process, oldAddress: address, oldLength: oldLength, address: place, length: newLength)))
      let area = processes[task].addressSpace.areas.area(containing: place)
      if newLength > oldLength, area?.flags.contains(.locked) == true {
        let grown = place + oldLength.roundedUpToPage..<place + newLength.roundedUpToPage
        if !grown.isEmpty { try populate(grown, in: task) }
      }
    }
    return result
  }

  /// Checks a request and carries it out (`SYSCALL_DEFINE5(mremap)`, mm/mremap.c).
  private mutating func remap(
    _ address: UInt64, _ oldLength: UInt64, _ newLength: UInt64, _ flags: RemapFlags,
    _ newAddress: UInt64, in task: ProcessHandle
  ) -> Result<UInt64, ErrorNumber> {
    let isFixed = flags.contains(.fixed)
    let keepsOld = flags.contains(.keepOld)
    guard flags.subtracting([.mayMove, .fixed, .keepOld]).isEmpty, !isFixed || flags.contains(.mayMove),
      !keepsOld || (flags.contains(.mayMove) && oldLength == newLength),
      address.isMultiple(of: pageSize), newLength > 0
    else { return .failure(.EINVAL) }
    let top = processes[task].addressSpace.layout.userAddressTop
    guard let old = oldLength.roundedUpToPageExactly, let new = newLength.roundedUpToPageExactly else {
      return .failure(.EINVAL)
    }
    guard let area = processes[task].addressSpace.areas.area(containing: address) else {
      return .failure(.EFAULT)
    }
    if isFixed || keepsOld {
      let oldEnd = address.addingReportingOverflow(old)
      guard new <= top, newAddress.isMultiple(of: pageSize), newAddress <= top - new,
        newAddress + new <= address || (!oldEnd.overflow && newAddress >= oldEnd.partialValue)
      else { return .failure(.EINVAL) }
      return moveToPlace(address, old, new, newAddress, flags, in: task)
    }
    if old >= new {
      if old == new { return .success(address) }
      return cut(address, from: old, to: new, in: task).map { address }
    }
    if let error = checkGrowth(of: area, address, old, new, in: task) { return .failure(error) }
    if area.end == address + old, canExtend(area, to: address + new, in: task) {
      let pages = Int((new - old) >> pageShift)
      if area.flags.contains(.accounted), !chargeCommit(pages, for: task) { return .failure(.ENOMEM) }
      let position = processes[task].addressSpace.areas.index(endingAfter: address)
      retainObject(of: area, pages: pages)
      processes[task].addressSpace.areas.extendMerging(at: position, to: address + new)
      processes[task].addressSpace.notePeaks()
      return .success(address)
    }
    guard flags.contains(.mayMove), new <= top,
      let place = processes[task].addressSpace.gap(
        length: new, above: tunables.mmapMinimumAddress, alignment: configuration.mappingAlignment)
    else { return .failure(.ENOMEM) }
    return move(area, address, old, new, to: place, keepsOld: false, in: task)
  }

  /// Unmaps what a shrunken mapping loses, which may be more than one area.
  private mutating func cut(
    _ address: UInt64, from old: UInt64, to new: UInt64, in task: ProcessHandle
  ) -> Result<Void, ErrorNumber> {
    let top = processes[task].addressSpace.layout.userAddressTop
    let (start, overflow) = address.addingReportingOverflow(new)
    guard !overflow, start <= top, old - new <= top - start else { return .failure(.EINVAL) }
    return removeMappings(start..<start + (old - new), in: task).map { _ in }
  }

  /// Checks a mapping that is to grow or to move (`vma_to_resize`, mm/mremap.c).
  private func checkGrowth(
    of area: VirtualMemoryArea, _ address: UInt64, _ old: UInt64, _ new: UInt64, keepsOld: Bool = false,
    in task: ProcessHandle
  ) -> ErrorNumber? {
    if old == 0, area.isPrivate { return .EINVAL }
    if keepsOld, area.isSpecial { return .EINVAL }
    if old > area.end - address { return .EFAULT }
    if new == old { return nil }
    if area.isSpecial { return .EFAULT }
    guard new - old <= UInt64(Int.max) else { return .ENOMEM }
    let pages = Int((new - old) >> pageShift)
    guard processes[task].mayLock(pages, area.flags) else { return .EAGAIN }
    return mayGrow(area, by: new - old, in: task) ? nil : .ENOMEM
  }

  private func mayGrow(_ area: VirtualMemoryArea, by length: UInt64, in task: ProcessHandle) -> Bool {
    var growth = area
    growth.start = 0
    growth.end = length
    return processes[task].mayExpand(by: growth)
  }

  /// Whether nothing lies in the way of an area (`vma_expandable`); the gap below a stack may be used up.
  private func canExtend(_ area: VirtualMemoryArea, to end: UInt64, in task: ProcessHandle) -> Bool {
    let space = processes[task].addressSpace
    guard end <= space.layout.userAddressTop, end > area.end else { return false }
    return space.areas.isFree(area.end..<end)
  }

  /// Moves a mapping to a given place, or to one that is free when the old range is to stay (`mremap_to`).
  private mutating func moveToPlace(
    _ address: UInt64, _ old: UInt64, _ new: UInt64, _ newAddress: UInt64, _ flags: RemapFlags,
    in task: ProcessHandle
  ) -> Result<UInt64, ErrorNumber> {
    let keepsOld = flags.contains(.keepOld)
    if processes[task].addressSpace.areas.list.count + 2 >= tunables.maxMapCount - 3 {
      return .failure(.ENOMEM)
    }
    if flags.contains(.fixed),
      case .failure(let error) = removeMappings(newAddress..<newAddress + new, in: task)
    {
      return .failure(error)
    }
    if old > new, case .failure(let error) = cut(address, from: old, to: new, in: task) {
      return .failure(error)
    }
    guard let area = processes[task].addressSpace.areas.area(containing: address) else {
      return .failure(.EFAULT)
    }
    let length = min(old, new)
    if let error = checkGrowth(of: area, address, length, new, keepsOld: keepsOld, in: task) {
      return .failure(error)
    }
    if keepsOld, !mayGrow(area, by: length, in: task) { return .failure(.ENOMEM) }
    switch place(newAddress, new, flags.contains(.fixed) ? .fixed : [], in: task) {
    case .failure(let error): return .failure(error)
    case .success(let target):
      return move(area, address, length, new, to: target, keepsOld: keepsOld, in: task)
    }
  }

  /// Moves the pages of a mapping to a gap and makes the mapping there (`move_vma`).
  private mutating func move(
    _ area: VirtualMemoryArea, _ address: UInt64, _ old: UInt64, _ new: UInt64, to place: UInt64,
    keepsOld: Bool, in task: ProcessHandle
  ) -> Result<UInt64, ErrorNumber> {
    if processes[task].addressSpace.areas.list.count >= tunables.maxMapCount - 3 {
      return .failure(.ENOMEM)
    }
    let isWhole = area.start == address && area.end == address + old
    if area.isSpecial, !isWhole { return .failure(.EINVAL) }
    let charged = area.flags.contains(.accounted) ? Int((keepsOld ? new : new - old) >> pageShift) : 0
    guard chargeCommit(charged, for: task) else { return .failure(.ENOMEM) }
    var moved = area.part(address, address + old)
    moved.start = place
    moved.end = place + new
    if area.backing == .anonymous, area.anonymousGroup == 0 { moved.pageOffset = place >> pageShift }
    let locked = processes[task].addressSpace.areas.totals.locked
    processes[task].addressSpace.areas.insertMoved(moved)
    retainObject(of: moved, pages: moved.pageCount)
    do throws(FatalSignal) {
      try movePages(address >> pageShift..<(address + old) >> pageShift, to: place >> pageShift, in: task)
    } catch {
      // A machine that is told to end its work leaves the mapping where it was.
      if processes.isLiving(task) { takeBack(moved, charged: charged, in: task) }
      return .failure(.ENOMEM)
    }
    processes[task].addressSpace.moveGuards(
      from: address >> pageShift..<(address + old) >> pageShift, to: place >> pageShift)
    if keepsOld {
      emptyOld(address, isWhole: isWhole, locked: locked, in: task)
    } else if old > 0 {
      // The charge moves along with the mapping.
      let removed = processes[task].addressSpace.areas.remove(address..<address + old)
      if area.flags.contains(.accounted) { commit.chargeUnconditionally(Int(old >> pageShift)) }
      guard dispose(removed, in: task) != nil else { return .failure(.EINTR) }
      releaseTables(for: address..<address + old, in: task)
    }
    processes[task].addressSpace.notePeaks()
    return .success(place)
  }

  /// Undoes the making of a mapping to which nothing has moved.
  private mutating func takeBack(_ moved: VirtualMemoryArea, charged: Int, in task: ProcessHandle) {
    processes[task].addressSpace.areas.remove(moved.start..<moved.end)
    let freed = releaseObject(of: moved)
    assert(freed == 0, "the mapping that stays has lost its object")
    unchargeCommit(charged)
    releaseTables(for: moved.start..<moved.end, in: task)
  }

  /// Leaves a mapping behind whose pages have moved: unlocked, and with a new history where it moved as a whole.
  private mutating func emptyOld(_ address: UInt64, isWhole: Bool, locked: Int, in task: ProcessHandle) {
    let position = processes[task].addressSpace.areas.index(endingAfter: address)
    processes[task].addressSpace.areas.unlock(at: position, keeping: locked)
    if isWhole {
      processes[task].addressSpace.areas.setHistory(at: position, group: 0, isInherited: false)
    }
  }

  /// Moves entries to other pages, taking the tables they need there.
  ///
  /// - Throws: SIGKILL when there is no memory for these; nothing has moved then.
  private mutating func movePages(
    _ source: Range<UInt64>, to target: UInt64, in task: ProcessHandle
  ) throws(FatalSignal) {
    let size = processes[task].addressSpace.layout.geometry.hugePageCount
    if source.isEmpty { return }
    if target % size != source.lowerBound % size {
      splitHugeEntries(in: source, in: task)
    } else {
      splitHugeEntries(atEndsOf: source, in: task)
    }
    // Tables come wherever there are some at the old place, also where these are empty.
    for part in processes[task].addressSpace.pageTable.directory.covered(source) {
      let start = part.lowerBound - source.lowerBound + target
      try prepareTables(for: start..<start + UInt64(part.count), in: task)
    }
    let entries = processes[task].addressSpace.pageTable.unmap(source).map { entry in
      Extent(
        start: entry.start - source.lowerBound + target, end: entry.end - source.lowerBound + target,
        value: entry.value)
    }
    if target % size == source.lowerBound % size { dropMovedTables(of: source, size: size, in: task) }
    if entries.isEmpty { return }
    processes[task].addressSpace.pageTable.replace(
      target..<target + UInt64(source.count), with: entries)
    noteMovedPages(source, to: target, of: task)
    processes[task].addressSpace.noteLoss()
  }

  /// Gives back the tables that moved as a whole with their pages (`move_normal_pmd`).
  private mutating func dropMovedTables(of source: Range<UInt64>, size: UInt64, in task: ProcessHandle) {
    let first = (source.lowerBound + size - 1) & ~(size - 1)
    let end = source.upperBound & ~(size - 1)
    if first >= end { return }
    let frames = processes[task].addressSpace.pageTable.directory.removeLowest(for: first..<end)
    ledger.givePages(frames, of: .pageTable)
  }
}
