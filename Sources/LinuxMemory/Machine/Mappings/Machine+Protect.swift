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
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    guard address.isMultiple(of: pageSize) else { return .failure(.EINVAL) }
    if length == 0 { return .success(0) }
    guard let length = length.roundedUpToPageExactly, length > 0, address <= UInt64.max - length else {
      return .failure(.ENOMEM)
    }
    let error = try protect(address..<address + length, protection, in: task)
    if let error {
      record(.addressSpace(.refused(process: process, call: "mprotect", error: error)))
      return .failure(error)
    }
    record(
      .addressSpace(
        .protectionChanged(process: process, address: address, length: length, permissions: protection)))
    return .success(0)
  }

  private mutating func protect(
    _ range: Range<UInt64>, _ protection: MemoryPermissions, in task: ProcessHandle
  ) throws(FatalSignal) -> ErrorNumber? {
    var next = range.lowerBound
    for area in Array(processes[task].addressSpace.areas.areas(in: range)) {
      guard mayGoOn() else { return .EINTR }
      if area.start > next { return .ENOMEM }
      let part = next..<min(area.end, range.upperBound)
      if let error = try protectPart(part, of: area, protection, in: task) { return error }
      next = part.upperBound
    }
    return next < range.upperBound ? .ENOMEM : nil
  }

  /// Changes a part of one area (`mprotect_fixup`, mm/mprotect.c).
  private mutating func protectPart(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ protection: MemoryPermissions,
    in task: ProcessHandle
  ) throws(FatalSignal) -> ErrorNumber? {
    // The page of clock data may be read and nothing else.
    if area.isClockData, !protection.subtracting(.read).isEmpty { return .EACCES }
    if area.permissions == protection { return nil }
    var changed = area.part(range.lowerBound, range.upperBound)
    changed.permissions = protection
    var isCharged = false
    let unchanged = area.part(range.lowerBound, range.upperBound)
    if protection.contains(.write), !processes[task].mayExpand(by: changed),
      processes[task].mayExpand(by: unchanged)
    {
      return .ENOMEM
    }
    if protection.contains(.write), area.isPrivate, !area.permissions.contains(.write),
      area.flags.isDisjoint(with: [.accounted, .noReserve])
    {
      guard chargeCommit(changed.pageCount, for: task) else { return .ENOMEM }
      isCharged = true
    }
    let limit = tunables.maxMapCount
    let error = processes[task].addressSpace.areas.modify(range, limit: limit) { area in
      area.permissions = protection
      if isCharged { area.flags.insert(.accounted) }
    }
    splitHugePages(atBoundariesOf: range, in: task)
    if let error {
      if isCharged { unchargeCommit(changed.pageCount) }
      return error
    }
    protectEntries(range, in: task)
    processes[task].addressSpace.noteLoss()
    // Locked memory that becomes writable gets pages of its own at once.
    if changed.flags.contains(.locked), protection.contains(.write), area.isPrivate,
      !area.permissions.contains(.write)
    {
      try populate(range, in: task, ignoringErrors: true)
    }
    return nil
  }

  /// Takes the right to write from huge pages and from pages that may be dropped. Others keep it, for pages of
  /// the process's own that were written need no fault when the area allows it again
  /// (`can_change_pte_writable`, mm/mprotect.c).
  private mutating func protectEntries(_ range: Range<UInt64>, in task: ProcessHandle) {
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    for entry in processes[task].addressSpace.pageTable.mappings.extents(in: pages) {
      guard case .anonymous = entry.value.target, entry.value.isWritable,
        entry.value.isHuge || entry.value.flags.contains(.lazilyFree)
      else { continue }
      note(work: 1)
      var mapping = entry.value
      mapping.flags.remove(.writable)
      processes[task].addressSpace.pageTable.map(entry.range, to: mapping)
    }
  }

  /// Splits the huge pages that a range cuts, where its ends are ends of areas (`vma_adjust_trans_huge`).
  mutating func splitHugePages(atBoundariesOf range: Range<UInt64>, in task: ProcessHandle) {
    for address in [range.lowerBound, range.upperBound] {
      if let area = processes[task].addressSpace.areas.area(containing: address), area.start != address {
        continue
      }
      splitHugeEntries(atEndsOf: address >> pageShift..<address >> pageShift, in: task)
    }
  }
}
