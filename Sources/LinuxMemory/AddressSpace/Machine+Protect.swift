// mprotect(2): changing what a process may do with its memory.

extension Machine {
  /// Changes the permissions of a range.
  ///
  /// - Parameters:
  ///   - address: A multiple of the page size.
  ///   - length: Bytes, rounded up to pages.
  ///   - protection: What may be done from now on.
  ///   - process: Whose memory.
  /// - Returns: 0; `EINVAL` for a bad address, `ENOMEM` where nothing is mapped or a limit is in the way,
  ///   `EACCES` for the kernel's own mappings. What lies before the obstacle has changed.
  public mutating func mprotect(
    _ address: UInt64, length: UInt64, protection: MemoryPermissions, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, Errno> {
    guard let index = livingIndex(process) else { return .failure(.ESRCH) }
    guard address.isMultiple(of: pageSize) else { return .failure(.EINVAL) }
    if length == 0 { return .success(0) }
    guard let length = Self.pageAlignedLength(length), length > 0, address <= UInt64.max - length else {
      return .failure(.ENOMEM)
    }
    let error = protect(address..<address + length, protection, at: index)
    guard isAlive(process) else { throw FatalSignal(process: process, signal: 9) }
    if let error {
      events.record(.addressSpace(.refused(process: process, call: "mprotect", error: error)))
      return .failure(error)
    }
    events.record(
      .addressSpace(
        .protectionChanged(process: process, address: address, length: length, permissions: protection)))
    return .success(0)
  }

  private mutating func protect(
    _ range: Range<UInt64>, _ protection: MemoryPermissions, at index: Int
  ) -> Errno? {
    var next = range.lowerBound
    let process = processes[at: index].id
    for area in Array(processes[at: index].addressSpace.areas.areas(in: range)) {
      // Pages of locked memory may have cost processes their lives.
      guard let index = livingIndex(process) else { return nil }
      if area.start > next { return .ENOMEM }
      let part = next..<min(area.end, range.upperBound)
      if let error = protectPart(part, of: area, protection, at: index) { return error }
      next = part.upperBound
    }
    return next < range.upperBound ? .ENOMEM : nil
  }

  /// Changes a part of one area (`mprotect_fixup`, mm/mprotect.c).
  private mutating func protectPart(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ protection: MemoryPermissions, at index: Int
  ) -> Errno? {
    if area.isSpecial { return .EACCES }
    if area.permissions == protection { return nil }
    var changed = area.part(range.lowerBound, range.upperBound)
    changed.permissions = protection
    var isCharged = false
    if protection.contains(.write), !AreaTotals.isData(area), AreaTotals.isData(changed),
      !mayExpand(by: changed, replacing: changed.pageCount, at: index)
    {
      return .ENOMEM
    }
    if protection.contains(.write), area.isPrivate, !area.permissions.contains(.write),
      area.flags.isDisjoint(with: [.accounted, .noReserve])
    {
      guard charge(changed.pageCount, at: index) else { return .ENOMEM }
      isCharged = true
    }
    let limit = tunables.maxMapCount
    let isChanged = processes[at: index].addressSpace.areas.modify(range, limit: limit) { area in
      area.permissions = protection
      if isCharged { area.flags.insert(.accounted) }
    }
    if !isChanged {
      if isCharged { unchargeCommit(changed.pageCount) }
      return .ENOMEM
    }
    processes[at: index].addressSpace.pageTable.splitHugePage(at: range.lowerBound >> pageShift)
    processes[at: index].addressSpace.pageTable.splitHugePage(at: range.upperBound >> pageShift)
    processes[at: index].addressSpace.noteLoss()
    // Locked memory that becomes writable gets pages of its own at once.
    if changed.flags.contains(.locked), protection.contains(.write), area.isPrivate {
      let process = processes[at: index].id
      _ = try? populate(range, in: process, ignoringErrors: true)
    }
    return nil
  }
}
