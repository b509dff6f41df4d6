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
    noted(size, mapPages(VmallocRequest(size: size, caller: Self.caller, isRemovable: true)))
  }

  /// Allocates memory for the kernel, in one piece if that is easy, else mapped page by page:
  /// `void *kvmalloc(size_t size, gfp_t flags)`.
  ///
  /// - Parameters:
  ///   - size: bytes; 0 gives the pointer 16 (`ZERO_SIZE_PTR`).
  ///   - flags: as of kmalloc; without `__GFP_DIRECT_RECLAIM` nothing is mapped.
  /// - Returns: an address of the direct map or of the vmalloc area; or why the call returns NULL
  ///   (`kvmalloc_node`, mm/util.c).
  public mutating func kvmalloc(_ size: UInt64, _ flags: GFPFlags) -> Result<UInt64, KernelAllocationFailure>
  {
    guard size > 4096 else { return kmalloc(size, flags) }
    var first = flags.union(.__GFP_NOWARN).subtracting(.__GFP_NOFAIL)
    if !flags.contains(.__GFP_RETRY_MAYFAIL) { first.insert(.__GFP_NORETRY) }
    let direct = kmalloc(size, first)
    guard case .failure = direct, flags.contains(.__GFP_DIRECT_RECLAIM) else { return direct }
    guard size <= UInt64(Int32.max) else {
      if !flags.contains(.__GFP_NOWARN) { log.warnOnce(about: .kvmallocTooLarge, reportContext()) }
      return .failure(.tooLarge)
    }
    var request = VmallocRequest(size: size, caller: "kvmalloc_command+0x25/0x50 [memsh]", isRemovable: true)
    request.flags = flags
    request.mayBeHuge = true
    return noted(size, mapPages(request))
  }

  /// Frees memory from kvmalloc, vmalloc or kmalloc: `void kvfree(const void *addr)`.
  ///
  /// - Throws: `SlabMisuse` or `VmallocMisuse` as kfree and vfree do.
  public mutating func kvfree(_ address: UInt64) throws {
    if vmallocArea.start <= address, address < vmallocArea.end {
      try vfree(address)
    } else {
      try kfree(address)
    }
  }

  private mutating func noted(
    _ size: UInt64, _ result: Result<UInt64, KernelAllocationFailure>
  ) -> Result<UInt64, KernelAllocationFailure> {
    switch result {
    case .success(let address):
      let pages = vmallocArea.area(at: address)?.pages ?? 0
      record(.vmalloc(.mapped(requested: size, pages: pages, address: address)))
    case .failure(let reason):
      record(.vmalloc(.failed(requested: size, reason)))
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
    record(.vmalloc(.unmapped(address: address, pages: found.pages)))
  }

  /// Maps pages at the lowest free address; the array of page pointers may need a mapping of its own.
  private mutating func mapPages(_ request: VmallocRequest) -> Result<UInt64, KernelAllocationFailure> {
    let size = request.size
    guard size > 0 else {
      log.warnOnce(about: .emptyVmalloc, reportContext())
      return .failure(.invalid("vmalloc of 0 bytes"))
    }
    guard size >> 12 <= UInt64(pageAllocator.totalPages), size <= UInt64.max - (4 << 20) else {
      warnOfAllocation("vmalloc error: size \(size), exceeds total pages", flags: request.flags)
      return .failure(.tooLarge)
    }
    // Large pieces with entries of 2 MiB.
    if request.mayBeHuge, configuration.profile.mapsVmallocWithHugePages, size >= VmallocRequest.hugeSize {
      if case .success(let address) = mapPages(request, unit: VmallocRequest.hugeSize) {
        return .success(address)
      }
    }
    return mapPages(request, unit: 4096)
  }

  private mutating func mapPages(
    _ request: VmallocRequest, unit: UInt64
  ) -> Result<UInt64, KernelAllocationFailure> {
    noteVmallocWork()
    let length = (request.size + unit - 1) & ~(unit - 1)
    let pages = Int(length >> 12)
    guard let address = vmallocArea.reserve(length + 4096, alignment: unit) else {
      vmallocArea.reportExhaustion(length + 4096, to: &log, at: clock)
      warnOfAllocation(
        "vmalloc error: size \(request.size), vm_struct allocation failed", flags: request.flags)
      return .failure(.addressSpaceExhausted)
    }
    var area = VirtualArea(start: address, size: length + 4096, caller: request.caller, kind: .vmalloc)
    area.isRemovable = request.isRemovable
    area.descriptor = takeAreaDescriptor()
    let arrayBytes = UInt64(pages * configuration.profile.wordSize)
    area.hasMappedArray = arrayBytes > 4096
    let array =
      area.hasMappedArray
      ? mapPages(VmallocRequest(size: arrayBytes, caller: request.caller))
      : quietly { $0.kmalloc(arrayBytes, .GFP_KERNEL) }
    guard case .success(let pageArray) = array else {
      area.hasMappedArray = false
      vmallocArea.insert(area)
      unmapPages(address)
      return array
    }
    area.pageArray = pageArray
    area.pages =
      unit == 4096
      ? takePages(pages, request.flags, into: &area.frames)
      : takeHugePages(pages, request.flags, into: &area.frames)
    let hasPages = area.pages == pages
    vmallocArea.insert(area)
    adjustRangeDescriptors()
    guard hasPages else {
      if unit == 4096 {
        warnOfAllocation(
          "vmalloc error: size \(area.pages << 12), page order 0, failed to allocate pages",
          flags: request.flags)
      }
      unmapPages(address)
      return .failure(.outOfMemory)
    }
    let range = address..<address + length
    guard unit == 4096 ? makeTables(range) : makeHugeTables(range) else {
      warnOfAllocation("vmalloc error: size \(length), failed to map pages", flags: request.flags)
      unmapPages(address)
      return .failure(.outOfMemory)
    }
    return .success(address)
  }

  /// Takes pages one by one, high memory first, with all that a request may do to find memory.
  private mutating func takePages(
    _ count: Int, _ flags: GFPFlags, into frames: inout [FrameRange]
  ) -> Int {
    let flags = flags.union([.__GFP_HIGHMEM, .__GFP_NOWARN])
    var taken = 0
    while taken < count {
      taken += ledger.takePages(count - taken, flags, watermark: .low, for: .vmalloc, into: &frames)
      guard taken < count else { break }
      guard let frame = allocateKernelPages(order: 0, flags: flags, owner: .vmalloc) else { break }
      frames.appendJoined(FrameRange(start: frame, count: 1))
      taken += 1
    }
    return taken
  }

  /// Takes blocks of 2 MiB, which are single pages from then on (`split_page`).
  private mutating func takeHugePages(
    _ count: Int, _ flags: GFPFlags, into frames: inout [FrameRange]
  ) -> Int {
    let flags = flags.union([.__GFP_HIGHMEM, .__GFP_NOWARN])
    var taken = 0
    while taken < count, let frame = allocateKernelPages(order: 9, flags: flags, owner: .vmalloc) {
      frames.appendJoined(FrameRange(start: frame, count: 512))
      taken += 512
    }
    return taken
  }

  /// Unmaps an area and frees its pages, the array of page pointers and its descriptors.
  mutating func unmapPages(_ address: UInt64) {
    noteVmallocWork()
    guard let area = vmallocArea.remove(at: address) else { return }
    ledger.givePages(area.frames, of: .vmalloc)
    if area.hasMappedArray { unmapPages(area.pageArray) } else { putQuietly(area.pageArray) }
    putQuietly(area.descriptor)
    adjustRangeDescriptors()
  }

  /// Counts the work of finding a place among the ranges, which lie in arrays.
  func noteVmallocWork() { note(work: 8 + vmallocArea.neededDescriptors / 8) }

  /// Records a mistake and hands it on.
  mutating func misuse(_ mistake: VmallocMisuse) -> VmallocMisuse {
    record(.vmalloc(.misuse(mistake)))
    return mistake
  }

  /// Logs what vfree was given that it cannot free (`__vunmap`, mm/vmalloc.c).
  private mutating func reportBadVfree(_ address: UInt64) {
    let isAligned = address & 4095 == 0
    log.warn(
      "Trying to vfree() \(isAligned ? "nonexistent vm area" : "bad address") (\(reportContext().address(address)))",
      about: isAligned ? .vfreeOfNothing : .unalignedVfree, reportContext())
  }
}
