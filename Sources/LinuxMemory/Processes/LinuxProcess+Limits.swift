// Checks that every growth of an address space must pass.

extension LinuxProcess {
  /// Whether the limits on size leave room for an area (`may_expand_vm`, mm/mmap.c).
  ///
  /// - Parameter replaced: Pages that go away with it.
  func mayExpand(by area: VirtualMemoryArea, replacing replaced: Int = 0) -> Bool {
    let pages = UInt64(area.pageCount)
    let totals = addressSpace.areas.totals
    let total = UInt64(max(totals.total - replaced, 0))
    if total + pages > limitPages(.addressSpace) { return false }
    guard AreaTotals.isData(area) else { return true }
    let data = UInt64(totals.data) + pages
    // A soft limit of 0 is taken for a program that limits its heap alone; the hard limit counts then.
    let limit = limits[.data]
    return data <= limit.soft >> pageShift || (limit.soft == 0 && data <= limit.hard >> pageShift)
  }

  /// Whether the limit on locked memory leaves room for a new mapping (`mlock_future_check`).
  func mayLock(_ pages: Int, _ flags: VirtualMemoryArea.Flags) -> Bool {
    guard flags.contains(.locked), !isPrivileged else { return true }
    return UInt64(addressSpace.areas.totals.locked) + UInt64(pages) <= limitPages(.lockedMemory)
  }

  /// Whether it may lock memory at all (`can_do_mlock`).
  var mayLockAtAll: Bool { limits[.lockedMemory].soft != 0 || isPrivileged }

  /// A soft limit in whole pages.
  func limitPages(_ resource: Resource) -> UInt64 { limits[resource].soft >> pageShift }
}
