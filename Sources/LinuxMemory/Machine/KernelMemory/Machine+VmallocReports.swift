// What the kernel prints about vmalloc and ioremap that fail or are misused.

extension Machine {
  /// Logs that the area has no gap (`alloc_vmap_area`, mm/vmalloc.c).
  ///
  /// - Parameter size: bytes with the guard page.
  mutating func reportExhaustedAddresses(_ size: UInt64) {
    guard vmallocArea.refusalLimit.allows(at: clock, log: &log) else { return }
    log.append(
      "vmap allocation for size \(size) failed: use vmalloc=<size> to increase size", at: clock)
  }

  /// Logs what vfree was given that it cannot free (`__vunmap`, mm/vmalloc.c).
  mutating func reportBadVfree(_ address: UInt64) {
    let isAligned = address & 4095 == 0
    logWarning(
      "Trying to vfree() \(isAligned ? "nonexistent vm area" : "bad address") (\(pointerText(address)))",
      about: isAligned ? .vfreeOfNothing : .unalignedVfree)
  }

  /// Logs what iounmap was given that it cannot unmap (`iounmap`, arch/x86/mm/ioremap.c).
  mutating func reportBadIounmap(_ address: UInt64) {
    log.append("iounmap: bad address \(pointerText(address & ~4095))", at: clock, level: .error)
    log.append(stackDumpHeading, at: clock, level: .error)
  }

  /// Logs, once, a device mapping of RAM (`__ioremap_caller`, arch/x86/mm/ioremap.c).
  mutating func reportDeviceOnRAM(_ range: ClosedRange<UInt64>) {
    let (first, last) = (pointerText(range.lowerBound), pointerText(range.upperBound))
    logWarningOnce("ioremap on RAM at 0x\(first) - 0x\(last)", about: .ioremapOfRAM)
  }

  /// Logs a physical address that the processor cannot have; the dump behind it comes once.
  mutating func reportInvalidPhysical(_ address: UInt64) {
    log.append("ioremap: invalid physical address \(String(address, radix: 16))", at: clock)
    logWarningOnce(about: .ioremapBeyondProcessor)
  }

  /// Logs a device mapping of memory that is mapped as cached (`__ioremap_caller`): 2 stands for uncached-minus,
  /// 0 for write-back.
  mutating func reportConflictingType(_ range: Range<UInt64>) {
    let (start, end) = (String(range.lowerBound, radix: 16), String(range.upperBound, radix: 16))
    log.append("ioremap error for 0x\(start)-0x\(end), requested 0x2, got 0x0", at: clock, level: .error)
  }
}
