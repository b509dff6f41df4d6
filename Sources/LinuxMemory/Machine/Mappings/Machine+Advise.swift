// madvise(2): what a process says about its use of memory.

extension Machine {
  /// Takes an advice about a range of memory.
  ///
  /// - Parameters:
  ///   - address: A multiple of the page size.
  ///   - length: Bytes, rounded up to pages; 0 does nothing.
  ///   - advice: What the process says.
  ///   - process: Whose memory.
  /// - Returns: 0; `EINVAL` for a bad range or an advice that a mapping cannot follow or that is not modelled, `ENOMEM`
  ///   where nothing is mapped (the rest of the range has followed it), `EPERM` for breaking memory without
  ///   privilege.
  /// - Throws: SIGKILL when the process was killed while populated pages came.
  public mutating func madvise(
    _ address: UInt64, length: UInt64, _ advice: MemoryAdvice, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, Errno> {
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    guard address.isMultiple(of: pageSize), let length = length.roundedUpToPageExactly,
      address <= UInt64.max - length
    else { return .failure(.EINVAL) }
    if length == 0 { return .success(0) }
    if advice == .hardwarePoison || advice == .softOffline {
      return .failure(processes[task].isPrivileged ? .EINVAL : .EPERM)
    }
    let range = address..<address + length
    guard let error = try adviseAreas(range, advice, in: task) else { return .success(0) }
    record(.addressSpace(.refused(process: process, call: "madvise", error: error)))
    return .failure(error)
  }

  /// Follows an advice area by area; holes are noted but do not stop it (`madvise_walk_vmas`).
  private mutating func adviseAreas(
    _ range: Range<UInt64>, _ advice: MemoryAdvice, in task: ProcessHandle
  ) throws(FatalSignal) -> Errno? {
    var hasHole = false
    var next = range.lowerBound
    for area in Array(processes[task].addressSpace.areas.areas(in: range)) {
      guard mayGoOn() else { return .EINTR }
      guard processes.isLiving(task) else { throw FatalSignal(process: task.id, signal: 9) }
      if area.start > next { hasHole = true }
      let part = max(next, area.start)..<min(area.end, range.upperBound)
      if let error = try advise(part, of: area, advice, in: task) { return error }
      next = part.upperBound
    }
    return hasHole || next < range.upperBound ? .ENOMEM : nil
  }

  private mutating func advise(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ advice: MemoryAdvice, in task: ProcessHandle
  ) throws(FatalSignal) -> Errno? {
    switch advice {
    case .populateRead: return try prefault(range, of: area, .read, in: task)
    case .populateWrite: return try prefault(range, of: area, .write, in: task)
    case .willNeed: return try readAhead(range, of: area, in: task)
    case .dontNeed:
      if area.flags.contains(.locked) || area.isClockData { return .EINVAL }
      return giveBack(range, of: area, in: task)
    case .dontNeedLocked: return area.isClockData ? .EINVAL : giveBack(range, of: area, in: task)
    case .collapse: return collapse(range, of: area, in: task)
    case .free: return allowDropping(range, of: area, in: task)
    case .remove: return removeShared(range, of: area, in: task)
    case .cold, .pageOut:
      if area.flags.contains(.locked) || area.isClockData { return .EINVAL }
      coolDown(range, isPagedOut: advice == .pageOut, in: task)
      return nil
    default: return changeFlags(range, of: area, advice, in: task)
    }
  }

  private mutating func changeFlags(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ advice: MemoryAdvice, in task: ProcessHandle
  ) -> Errno? {
    switch advice.change(area) {
    case .failure(let error): return error
    case .success(let flags):
      let error = processes[task].addressSpace.areas.modify(range, limit: tunables.maxMapCount) {
        $0.flags = flags
      }
      splitHugePages(atBoundariesOf: range, in: task)
      return error == .ENOMEM ? .EAGAIN : error
    }
  }

  /// MADV_POPULATE_READ and MADV_POPULATE_WRITE: as if the process touched every page.
  private mutating func prefault(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ kind: AccessKind, in task: ProcessHandle
  ) throws(FatalSignal) -> Errno? {
    guard !area.isClockData, area.permissions.contains(kind == .write ? .write : .read) else {
      return .EINVAL
    }
    let end = endOfObject(behind: range, in: area)
    if end > range.lowerBound {
      try bringIn(range.lowerBound..<end, of: area, kind, task)
    }
    return end < range.upperBound ? .EFAULT : nil
  }
}
