// vmalloc: addresses in a row, pages from anywhere.

extension Machine {
  /// Who asked for a script's areas, as `/proc/vmallocinfo` prints it.
  private static let caller = "vmalloc_command+0x1c/0x40 [memsh]"

  /// Allocates memory that is contiguous only in kernel addresses: `void *vmalloc(unsigned long size)`.
  ///
  /// The pages come one by one, from high memory first where there is any, and a guard page follows.
  ///
  /// - Parameter size: bytes, at least 1, at most all of RAM.
  /// - Returns: the address in the vmalloc area; or why the call returns NULL (mm/vmalloc.c).
  public mutating func vmalloc(_ size: UInt64) -> Result<UInt64, KernelAllocationFailure> {
    let result = mapPages(size, isRemovable: true)
    switch result {
    case .success(let address):
      let pages = Int((size + 4095) >> 12)
      events.record(.vmalloc(.mapped(requested: size, pages: pages, address: address)))
    case .failure(let reason):
      events.record(.vmalloc(.failed(requested: size, reason)))
    }
    return result
  }

  /// Frees memory from vmalloc: `void vfree(const void *addr)`. NULL does nothing; the start of any page of
  /// the area will do, and a device mapping is unmapped, as `find_vm_area` finds what an address lies in.
  ///
  /// - Throws: `VmallocMisuse` when no area lies there, where Linux prints a warning and goes on.
  public mutating func vfree(_ address: UInt64) throws(VmallocMisuse) {
    guard address != 0 else { return }
    guard address & 4095 == 0 else {
      reportBadVfree(address)
      throw misuse(.unaligned(address))
    }
    guard let found = vmallocArea.area(at: address), found.isRemovable else {
      reportBadVfree(address)
      throw misuse(.noArea(address))
    }
    unmapPages(found.start)
    events.record(.vmalloc(.unmapped(address: address, pages: found.pages)))
  }

  /// Maps pages at the lowest free address; the array of page pointers may need a mapping of its own.
  private mutating func mapPages(
    _ size: UInt64, isRemovable: Bool
  ) -> Result<UInt64, KernelAllocationFailure> {
    guard size > 0 else { return .failure(.invalid("vmalloc of 0 bytes")) }
    guard size >> 12 <= UInt64(pageAllocator.totalPages), size <= UInt64.max - 8191 else {
      warnOfAllocation("vmalloc error: size \(size), exceeds total pages", flags: .GFP_KERNEL)
      return .failure(.tooLarge)
    }
    let pages = Int((size + 4095) >> 12)
    let length = UInt64(pages + 1) << 12
    guard let address = vmallocArea.reserve(length, alignment: 4096) else {
      reportExhaustedAddresses(length)
      warnOfAllocation("vmalloc error: size \(size), vm_struct allocation failed", flags: .GFP_KERNEL)
      return .failure(.addressSpaceExhausted)
    }
    var area = VirtualArea(start: address, size: length, caller: Self.caller, kind: .vmalloc)
    area.isRemovable = isRemovable
    let arrayBytes = UInt64(pages * configuration.profile.wordSize)
    area.hasMappedArray = arrayBytes > 4096
    switch area.hasMappedArray ? mapPages(arrayBytes, isRemovable: false) : kmallocQuietly(arrayBytes) {
    case .failure(let reason):
      vmallocArea.insert(area)
      _ = vmallocArea.remove(at: address)
      return .failure(reason)
    case .success(let array):
      area.pageArray = array
    }
    area.pages = takePages(pages, into: &area.frames)
    vmallocArea.insert(area)
    guard area.pages == pages else {
      warnOfAllocation(
        "vmalloc error: size \(area.pages << 12), page order 0, failed to allocate pages", flags: .GFP_KERNEL)
      unmapPages(address)
      return .failure(.outOfMemory)
    }
    return .success(address)
  }

  /// Takes pages one by one, high memory first, with all that a request may do to find memory.
  private mutating func takePages(_ count: Int, into frames: inout [FrameRange]) -> Int {
    let flags: GFPFlags = [.GFP_KERNEL, .__GFP_HIGHMEM, .__GFP_NOWARN]
    var taken = 0
    while taken < count {
      taken += pageAllocator.allocatePages(count - taken, flags, watermark: .low, into: &frames)
      guard taken < count else { break }
      guard let frame = allocateKernelPages(order: 0, flags: flags) else { break }
      frames.appendJoined(FrameRange(start: frame, count: 1))
      taken += 1
    }
    return taken
  }

  /// Unmaps an area and frees its pages and the array of page pointers.
  private mutating func unmapPages(_ address: UInt64) {
    guard let area = vmallocArea.remove(at: address) else { return }
    for range in area.frames { pageAllocator.freePages(range) }
    if area.hasMappedArray {
      unmapPages(area.pageArray)
    } else if let number = slab.slabNumber(at: area.pageArray) {
      var returned: [Slab.ReturnedPages] = []
      _ = slab.putObject(area.pageArray, inSlab: number, returned: &returned)
      for pages in returned { pageAllocator.free(pages.frame, order: pages.order) }
    }
  }

  /// kmalloc for bookkeeping, which listeners are not told about.
  private mutating func kmallocQuietly(_ size: UInt64) -> Result<UInt64, KernelAllocationFailure> {
    let wasEnabled = events.isEnabled
    events.isEnabled = false
    defer { events.isEnabled = wasEnabled }
    return kmalloc(size, .GFP_KERNEL)
  }

  /// Records a mistake and hands it on.
  mutating func misuse(_ mistake: VmallocMisuse) -> VmallocMisuse {
    events.record(.vmalloc(.misuse(mistake)))
    return mistake
  }
}
