// Bringing the pages of a range in without the process touching them.

extension Machine {
  /// Brings in the pages of a range, as far as its mappings go (`__mm_populate`, mm/gup.c).
  ///
  /// Private writable mappings get memory of their own, as a write would give them; others are read.
  ///
  /// - Returns: `ENOMEM` where nothing is mapped, `EFAULT` where nothing may be done with it; nil when all
  ///   pages came.
  /// - Throws: SIGKILL when the process was killed while its pages came.
  @discardableResult
  mutating func populate(
    _ range: Range<UInt64>, in task: ProcessHandle, ignoringErrors: Bool = false
  ) throws(FatalSignal) -> ErrorNumber? {
    var next = range.lowerBound
    for area in Array(processes[task].addressSpace.areas.areas(in: range)) {
      if area.start > next, !ignoringErrors { return .ENOMEM }
      next = min(area.end, range.upperBound)
      if area.isClockData || area.flags.contains(.lockOnFault) { continue }
      if area.permissions.isEmpty {
        if ignoringErrors { continue }
        return .EFAULT
      }
      let kind: AccessKind = area.permissions.contains(.write) && area.isPrivate ? .write : .read
      let part = max(area.start, range.lowerBound)..<next
      let end = endOfBacking(part, in: area)
      if end > part.lowerBound { try bringIn(part.lowerBound..<end, of: area, kind, task) }
      if end < part.upperBound, !ignoringErrors { return .EFAULT }
    }
    return next < range.upperBound && !ignoringErrors ? .ENOMEM : nil
  }

  /// Serves faults for all pages of a range within one area.
  mutating func bringIn(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ kind: AccessKind, _ task: ProcessHandle
  ) throws(FatalSignal) {
    var page = range.lowerBound >> pageShift
    let end = range.upperBound >> pageShift
    while page < end { page = try touch(page..<end, in: area, kind, task) }
  }
}
