// ioremap: physical addresses outside RAM, made reachable for the kernel.

extension Machine {
  /// Who asked for a script's areas, as `/proc/vmallocinfo` prints it.
  private static let caller = "ioremap_command+0x21/0x50 [memsh]"

  /// Maps physical addresses of a device: `void __iomem *ioremap(phys_addr_t phys, size_t size)`.
  ///
  /// - Parameters:
  ///   - physical: the first physical address, which need not be page-aligned.
  ///   - size: bytes, at least 1.
  /// - Returns: the kernel address of `physical`; or why the call returns NULL.
  /// - Throws: `VmallocMisuse` for what Linux refuses with a warning: RAM in use by the kernel
  ///   ("ioremap on RAM") and addresses that the processor does not have
  ///   (arch/x86/mm/ioremap.c).
  public mutating func ioremap(
    _ physical: UInt64, _ size: UInt64
  ) throws(VmallocMisuse) -> Result<UInt64, KernelAllocationFailure> {
    let profile = configuration.profile
    noteVmallocWork()
    // A phys_addr_t has 32 bits on i386; what is more is lost in the call.
    let physical = physical & profile.largestPhysical
    let (last, overflow) = physical.addingReportingOverflow(size &- 1)
    guard size > 0, !overflow, profile.isWide || last < profile.physicalLimit else {
      return failed(size, .invalid("ioremap of \(size) bytes that wrap around or are none"))
    }
    guard physical < profile.physicalLimit else {
      reportInvalidPhysical(physical)
      throw misuse(.invalidPhysical(physical))
    }
    guard !isRAM(physical...last) else {
      reportDeviceOnRAM(physical...last)
      throw misuse(.deviceIsRAM(physical: physical, size: size))
    }
    let first = physical & ~4095
    // A range that ends where 64 bits do has no size that could be asked for.
    guard last < UInt64.max - 2 * 4096 - (physical & 4095) else {
      return failed(size, .invalid("ioremap of \(size) bytes, more than there are addresses"))
    }
    let bytes = (last & ~4095) - first + 4096
    guard !isFirmwareTable(first..<first + bytes) else {
      reportConflictingType(first..<first + bytes)
      return failed(size, .invalid("ioremap of memory that is mapped with another memory type"))
    }
    let length = bytes + 4096
    guard let address = vmallocArea.reserve(length, alignment: alignment(bytes)) else {
      vmallocArea.reportExhaustion(length, to: &log, at: clock)
      return failed(size, .addressSpaceExhausted)
    }
    var area = VirtualArea(start: address, size: length, caller: Self.caller, kind: .ioremap)
    area.physical = first
    area.isRemovable = true
    area.descriptor = takeAreaDescriptor()
    vmallocArea.insert(area)
    adjustRangeDescriptors()
    guard mapDevice(address..<address + bytes, to: first) else {
      unmapPages(address)
      return failed(size, .outOfMemory)
    }
    let result = address + (physical - first)
    record(.vmalloc(.mappedDevice(physical: physical, size: size, address: result)))
    return .success(result)
  }

  /// Unmaps device addresses: `void iounmap(volatile void __iomem *addr)`. Any address of the mapping will
  /// do; addresses of the direct map do nothing.
  ///
  /// - Throws: `VmallocMisuse.noArea` when no device mapping lies there ("iounmap: bad address").
  public mutating func iounmap(_ address: UInt64) throws(VmallocMisuse) {
    guard slab.frame(at: address).map({ $0 < kernelPages.lowmemEnd.rawValue }) != true, address != 0
    else { return }
    guard let area = vmallocArea.area(at: address), area.kind == .ioremap, area.isRemovable else {
      reportBadIounmap(address)
      throw misuse(.noArea(address))
    }
    unmapPages(area.start)
    record(.vmalloc(.unmapped(address: address, pages: 0)))
  }

  /// Makes the page tables of a device mapping; what agrees with physical memory in units of 2 MiB is mapped in
  /// such units on x86_64.
  private mutating func mapDevice(_ range: Range<UInt64>, to physical: UInt64) -> Bool {
    let unit = VmallocRequest.hugeSize
    let first = (range.lowerBound + unit - 1) & ~(unit - 1)
    let last = range.upperBound & ~(unit - 1)
    guard configuration.profile.mapsVmallocWithHugePages, first < last,
      (range.lowerBound ^ physical) & (unit - 1) == 0
    else { return makeTables(range) }
    return makeTables(range.lowerBound..<first) && makeHugeTables(first..<last)
      && makeTables(last..<range.upperBound)
  }

  /// Device areas are aligned to their size, up to the largest entry that could map them.
  private func alignment(_ bytes: UInt64) -> UInt64 {
    let power = bytes.nonzeroBitCount == 1 ? bytes : 1 << UInt64(64 - bytes.leadingZeroBitCount)
    let limit = configuration.profile.largestDeviceAlignment
    return Swift.min(Swift.max(power, 4096), limit)
  }

  /// Whether any page of a range is memory that the kernel uses (`__ioremap_check_ram`); it reserves the first
  /// MiB for the firmware (`reserve_real_mode`).
  private func isRAM(_ range: ClosedRange<UInt64>) -> Bool {
    kernelPages.resources.contains { resource in
      guard resource.isRAM else { return false }
      let first = Swift.max((resource.start + 4095) >> 12, 256)
      let end = (resource.end + 1) >> 12
      return first < end && range.lowerBound >> 12 < end && range.upperBound >> 12 >= first
    }
  }

  /// Whether a range touches the firmware's tables in RAM, which the 64-bit kernel maps as cached memory, so that
  /// it refuses to map them as a device (`memtype_reserve`, arch/x86/mm/pat/memtype.c).
  private func isFirmwareTable(_ range: Range<UInt64>) -> Bool {
    guard configuration.profile.tracksMemoryTypes else { return false }
    return vmallocArea.firmwareAreas.contains { area in
      guard let physical = area.physical,
        kernelPages.firmware.contains(physical)
      else { return false }
      return range.overlaps(physical..<physical + area.size - 4096)
    }
  }

  private mutating func failed(
    _ size: UInt64, _ reason: KernelAllocationFailure
  ) -> Result<UInt64, KernelAllocationFailure> {
    record(.vmalloc(.failed(requested: size, reason)))
    return .failure(reason)
  }

  /// Logs what iounmap was given that it cannot unmap (`iounmap`, arch/x86/mm/ioremap.c).
  private mutating func reportBadIounmap(_ address: UInt64) {
    log.append("iounmap: bad address \(reportContext().address(address & ~4095))", at: clock, level: .error)
    log.append(log.stackDumpHeading(reportContext()), at: clock, level: .error)
  }

  /// Logs, once, a device mapping of RAM (`__ioremap_caller`, arch/x86/mm/ioremap.c).
  private mutating func reportDeviceOnRAM(_ range: ClosedRange<UInt64>) {
    let (first, last) = (reportContext().address(range.lowerBound), reportContext().address(range.upperBound))
    log.warnOnce("ioremap on RAM at 0x\(first) - 0x\(last)", about: .ioremapOfRAM, reportContext())
  }

  /// Logs a physical address that the processor cannot have; the dump behind it comes once.
  private mutating func reportInvalidPhysical(_ address: UInt64) {
    log.append("ioremap: invalid physical address \(String(address, radix: 16))", at: clock)
    log.warnOnce(about: .ioremapBeyondProcessor, reportContext())
  }

  /// Logs a device mapping of memory that is mapped as cached (`__ioremap_caller`): 2 stands for uncached-minus,
  /// 0 for write-back.
  private mutating func reportConflictingType(_ range: Range<UInt64>) {
    let (start, end) = (String(range.lowerBound, radix: 16), String(range.upperBound, radix: 16))
    log.append("ioremap error for 0x\(start)-0x\(end), requested 0x2, got 0x0", at: clock, level: .error)
  }
}
