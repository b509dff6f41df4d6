// alloc_pages and its kin: blocks of pages for the kernel, and addresses to frames.

/// A mistake with pages, or an address that has no frame.
public enum PageMisuse: Error, Sendable, Equatable {
  /// No block that `alloc_pages` gave out starts there.
  case notAllocated(UInt64)
  /// The block has another order than the one named.
  case wrongOrder(UInt64, named: Int, actual: Int)
  /// The address lies outside the direct map (`virt_to_phys` would return nonsense).
  case notInDirectMap(UInt64)
  /// The address is not that of a `struct page`.
  case notAPageStruct(UInt64)
}

extension Machine {
  /// Takes a block of pages: `struct page *alloc_pages(gfp_t flags, unsigned int order)`.
  ///
  /// - Parameters:
  ///   - flags: zones and what may be done to find memory.
  ///   - order: 0 to 10 for 1 to 1024 pages; the kernel warns, once, of anything else.
  /// - Returns: the address of the first page's `struct page`; or why the call returns NULL.
  public mutating func allocPages(
    _ flags: GFPFlags, order: Int
  ) -> Result<UInt64, KernelAllocationFailure> {
    allocateBlock(flags, order: order).map { pageStruct(of: $0) }
  }

  /// Takes a block of directly addressable pages:
  /// `unsigned long __get_free_pages(gfp_t flags, unsigned int order)`.
  ///
  /// - Returns: the address of the first byte; or why the call returns 0.
  public mutating func getFreePages(
    _ flags: GFPFlags, order: Int
  ) -> Result<UInt64, KernelAllocationFailure> {
    allocateBlock(flags.subtracting(.__GFP_HIGHMEM), order: order).map { slab.address(of: $0.rawValue) }
  }

  /// Frees a block by its `struct page`: `void __free_pages(struct page *page, unsigned int order)`.
  ///
  /// - Throws: `PageMisuse` when no block of that order starts there; nothing has changed then.
  public mutating func freePages(pageStruct address: UInt64, order: Int) throws(PageMisuse) {
    try freeBlock(try frame(ofPageStruct: address), at: address, order: order)
  }

  /// Frees a block by its address: `void free_pages(unsigned long address, unsigned int order)`.
  /// 0 does nothing.
  ///
  /// - Throws: `PageMisuse` when no block of that order starts there; nothing has changed then.
  public mutating func freePages(at address: UInt64, order: Int) throws(PageMisuse) {
    guard address != 0 else { return }
    let physical = try virtToPhys(address)
    guard physical & 4095 == 0 else { throw .notAllocated(address) }
    try freeBlock(FrameNumber(Int(physical >> 12)), at: address, order: order)
  }

  /// The physical address behind an address of the direct map:
  /// `phys_addr_t virt_to_phys(volatile void *address)`.
  ///
  /// - Throws: `PageMisuse.notInDirectMap` for any other address, user and vmalloc addresses included.
  public func virtToPhys(_ address: UInt64) throws(PageMisuse) -> UInt64 {
    guard let frame = slab.frame(at: address), frame < directMapEnd.rawValue else {
      throw .notInDirectMap(address)
    }
    return UInt64(frame) << 12 | (address & 4095)
  }

  /// The frame number of a page: `unsigned long page_to_pfn(struct page *page)`.
  ///
  /// - Throws: `PageMisuse.notAPageStruct` for an address outside the array of `struct page`.
  public func pageToPFN(_ page: UInt64) throws(PageMisuse) -> Int {
    try frame(ofPageStruct: page).rawValue
  }

  /// The address of the `struct page` of a frame.
  public func pageStruct(of frame: FrameNumber) -> UInt64 {
    pageStructBase &+ UInt64(frame.rawValue) &* UInt64(configuration.profile.pageStructSize)
  }

  private func frame(ofPageStruct address: UInt64) throws(PageMisuse) -> FrameNumber {
    let size = UInt64(configuration.profile.pageStructSize)
    guard address >= pageStructBase, (address - pageStructBase) % size == 0,
      let frame = Int(exactly: (address - pageStructBase) / size),
      pageAllocator.zoneIndex(of: FrameNumber(frame)) != nil
    else { throw .notAPageStruct(address) }
    return FrameNumber(frame)
  }

  private var pageStructBase: UInt64 {
    let profile = configuration.profile
    return profile.pageStructBase
      ?? profile.directMapBase + UInt64(kernelPages.pageStructs.rawValue) << 12
  }

  /// The first frame that the kernel does not map at all times.
  private var directMapEnd: FrameNumber { kernelPages.lowmemEnd }

  private mutating func allocateBlock(
    _ flags: GFPFlags, order: Int
  ) -> Result<FrameNumber, KernelAllocationFailure> {
    guard (0...MemoryZone.largestOrder).contains(order) else {
      if !flags.contains(.__GFP_NOWARN) { log.warnOnce(about: .blockTooLarge, reportContext()) }
      return .failure(.tooLarge)
    }
    guard let frame = takeBlock(order: order, flags: flags, for: .kernel) else {
      return .failure(.outOfMemory)
    }
    kernelPages.blocks[frame.rawValue] = order
    record(.pageAllocator(.allocated(frame, order: order)))
    return .success(frame)
  }

  private mutating func freeBlock(
    _ frame: FrameNumber, at address: UInt64, order: Int
  ) throws(PageMisuse) {
    guard let actual = kernelPages.blocks[frame.rawValue] else { throw .notAllocated(address) }
    guard actual == order else { throw .wrongOrder(address, named: order, actual: actual) }
    kernelPages.blocks[frame.rawValue] = nil
    record(.pageAllocator(.freed(frame, order: order)))
    releaseBlock(frame, order: order, of: .kernel)
  }
}
