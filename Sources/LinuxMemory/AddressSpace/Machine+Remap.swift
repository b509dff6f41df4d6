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
  ) throws(FatalSignal) -> Result<UInt64, Errno> {
    guard let index = livingIndex(process) else { return .failure(.ESRCH) }
    let before = processes[at: index].addressSpace.areas.totals.locked
    let result = remap(address, oldLength, newLength, flags, newAddress, at: index)
    guard let index = livingIndex(process) else { throw FatalSignal(process: process, signal: 9) }
    switch result {
    case .failure(let error):
      events.record(.addressSpace(.refused(process: process, call: "mremap", error: error)))
    case .success(let place):
      events.record(
        .addressSpace(
          .remapped(
            process: process, oldAddress: address, oldLength: oldLength, address: place, length: newLength)))
      if processes[at: index].addressSpace.areas.totals.locked > before, newLength > oldLength {
        let start = place + Self.pageAligned(oldLength)
        try populate(start..<place + Self.pageAligned(newLength), in: process)
      }
    }
    return result
  }

  /// Checks a request and carries it out (`SYSCALL_DEFINE5(mremap)`, mm/mremap.c).
  private mutating func remap(
    _ address: UInt64, _ oldLength: UInt64, _ newLength: UInt64, _ flags: RemapFlags,
    _ newAddress: UInt64, at index: Int
  ) -> Result<UInt64, Errno> {
    let isFixed = flags.contains(.fixed)
    let keepsOld = flags.contains(.keepOld)
    guard flags.subtracting([.mayMove, .fixed, .keepOld]).isEmpty, !isFixed || flags.contains(.mayMove),
      !keepsOld || (flags.contains(.mayMove) && oldLength == newLength),
      address.isMultiple(of: pageSize), newLength > 0
    else { return .failure(.EINVAL) }
    let top = processes[at: index].addressSpace.layout.userAddressTop
    guard let old = Self.pageAlignedLength(oldLength), let new = Self.pageAlignedLength(newLength) else {
      return .failure(.EINVAL)
    }
    guard let area = processes[at: index].addressSpace.areas.area(containing: address) else {
      return .failure(.EFAULT)
    }
    if isFixed || keepsOld {
      guard new <= top, !isFixed || (newAddress.isMultiple(of: pageSize) && newAddress <= top - new),
        !isFixed || newAddress + new <= address || newAddress >= Self.end(address, old)
      else { return .failure(.EINVAL) }
      return moveToPlace(area, address, old, new, isFixed ? newAddress : nil, keepsOld, at: index)
    }
    if old >= new {
      let end = Self.end(address, old)
      if old > new, removeMappings(address + new..<max(end, address + new), at: index) == nil {
        return .failure(.ENOMEM)
      }
      return .success(address)
    }
    if let error = checkGrowth(of: area, address, old, new, at: index) { return .failure(error) }
    if new > top { return refuseGrowth(of: area, old, new) }
    if area.end == address + old, canExtend(area, to: address + new, at: index) {
      let position = processes[at: index].addressSpace.areas.index(endingAfter: address)
      retainObject(of: area, pages: Int((new - old) >> pageShift))
      processes[at: index].addressSpace.areas.extendMerging(at: position, to: address + new)
      processes[at: index].addressSpace.notePeaks()
      return .success(address)
    }
    guard flags.contains(.mayMove), let place = findGap(new, at: index) else {
      return refuseGrowth(of: area, old, new)
    }
    return move(area, address, old, new, to: place, keepsOld: false, at: index)
  }

  /// The address behind a range, held below 2^64.
  private static func end(_ address: UInt64, _ length: UInt64) -> UInt64 {
    let (end, overflow) = address.addingReportingOverflow(length)
    return overflow ? .max & ~(pageSize - 1) : end
  }

  private mutating func refuseGrowth(
    of area: VirtualMemoryArea, _ old: UInt64, _ new: UInt64
  ) -> Result<UInt64, Errno> {
    if area.flags.contains(.accounted), new > old { unchargeCommit(Int((new - old) >> pageShift)) }
    return .failure(.ENOMEM)
  }

  /// Checks a mapping that is to grow, and charges what it grows by (`vma_to_resize`).
  private mutating func checkGrowth(
    of area: VirtualMemoryArea, _ address: UInt64, _ old: UInt64, _ new: UInt64, at index: Int
  ) -> Errno? {
    if old == 0, area.isPrivate { return .EINVAL }
    if area.isSpecial || old > area.end - address { return .EFAULT }
    if new <= old { return nil }
    guard new - old <= UInt64(Int.max) else { return .ENOMEM }
    let pages = Int((new - old) >> pageShift)
    guard mayLock(pages, area.flags, at: index) else { return .EAGAIN }
    var growth = area
    growth.start = 0
    growth.end = new - old
    guard mayExpand(by: growth, at: index) else { return .ENOMEM }
    if area.flags.contains(.accounted), !charge(pages, at: index) { return .ENOMEM }
    return nil
  }

  private func canExtend(_ area: VirtualMemoryArea, to end: UInt64, at index: Int) -> Bool {
    let space = processes[at: index].addressSpace
    guard end <= space.layout.userAddressTop, end > area.end else { return false }
    let next = space.areas.index(endingAfter: area.end)
    return next == space.areas.list.count
      || space.areas.lowest(of: next, guardGap: AddressSpaceLayout.stackGuardGap) >= end
  }

  private mutating func retainObject(of area: VirtualMemoryArea, pages: Int) {
    if case .sharedMemory(let number) = area.backing { sharedMemory.retain(number, pages: pages) }
  }

  /// Moves a mapping to a given place, or anywhere when the old range is to stay mapped (`mremap_to`).
  private mutating func moveToPlace(
    _ area: VirtualMemoryArea, _ address: UInt64, _ old: UInt64, _ new: UInt64, _ place: UInt64?,
    _ keepsOld: Bool, at index: Int
  ) -> Result<UInt64, Errno> {
    if processes[at: index].addressSpace.areas.list.count + 2 >= tunables.maxMapCount - 3 {
      return .failure(.ENOMEM)
    }
    if let place, removeMappings(place..<place + new, at: index) == nil { return .failure(.ENOMEM) }
    var length = old
    if old > new {
      guard removeMappings(address + new..<Self.end(address, old), at: index) != nil else {
        return .failure(.ENOMEM)
      }
      length = new
    }
    guard let area = processes[at: index].addressSpace.areas.area(containing: address) else {
      return .failure(.EFAULT)
    }
    if let error = checkGrowth(of: area, address, length, new, at: index) { return .failure(error) }
    guard let target = place ?? findGap(new, at: index) else { return refuseGrowth(of: area, length, new) }
    return move(area, address, length, new, to: target, keepsOld: keepsOld, at: index)
  }

  /// Moves the pages of a mapping to a gap and makes the mapping there (`move_vma`).
  private mutating func move(
    _ area: VirtualMemoryArea, _ address: UInt64, _ old: UInt64, _ new: UInt64, to place: UInt64,
    keepsOld: Bool, at index: Int
  ) -> Result<UInt64, Errno> {
    if processes[at: index].addressSpace.areas.list.count >= tunables.maxMapCount - 3 {
      return refuseGrowth(of: area, old, new)
    }
    var moved = area.part(address, min(address + old, area.end))
    moved.start = place
    moved.end = place + new
    if area.backing == .anonymous, area.anonymousGroup == 0 { moved.pageOffset = place >> pageShift }
    processes[at: index].addressSpace.areas.insert(moved)
    retainObject(of: moved, pages: moved.pageCount)
    if keepsOld, area.flags.contains(.accounted) {
      commit.chargeUnconditionally(Int(old >> pageShift))
    }
    let source = address >> pageShift..<(address + old) >> pageShift
    let process = processes[at: index].id
    movePages(source, to: place >> pageShift, at: index)
    // Memory for tables may have cost processes their lives.
    guard let index = livingIndex(process) else { return .failure(.ENOMEM) }
    if !keepsOld, old > 0 {
      // The charge moves along with the mapping.
      let removed = processes[at: index].addressSpace.areas.remove(address..<address + old)
      if area.flags.contains(.accounted) { commit.chargeUnconditionally(Int(old >> pageShift)) }
      dispose(removed, at: index)
      releaseTables(for: address..<address + old, at: index)
    }
    processes[at: index].addressSpace.notePeaks()
    return .success(place)
  }

  /// Moves entries to other pages, taking the tables they need there.
  private mutating func movePages(_ source: Range<UInt64>, to target: UInt64, at index: Int) {
    let size = processes[at: index].addressSpace.layout.geometry.hugePageCount
    if source.isEmpty { return }
    if target % size != source.lowerBound % size {
      processes[at: index].addressSpace.pageTable.splitHugePages(in: source)
    } else {
      processes[at: index].addressSpace.pageTable.splitHugePage(at: source.lowerBound)
      processes[at: index].addressSpace.pageTable.splitHugePage(at: source.upperBound)
    }
    let entries = processes[at: index].addressSpace.pageTable.unmap(source).map { entry in
      Extent(
        start: entry.start - source.lowerBound + target, end: entry.end - source.lowerBound + target,
        value: entry.value)
    }
    if entries.isEmpty { return }
    let process = processes[at: index].id
    for entry in entries {
      // Moving needs memory for tables; a machine that has none left at all keeps them uncounted.
      try? prepareTables(for: entry.range, in: process)
    }
    guard let index = livingIndex(process) else { return }
    noteLostPages(source, of: process)
    for entry in entries {
      if case .anonymous = entry.value.target { noteNewPages(entry.range, of: process) }
    }
    processes[at: index].addressSpace.pageTable.replace(
      target..<target + UInt64(source.count), with: entries)
    processes[at: index].addressSpace.noteLoss()
  }
}
