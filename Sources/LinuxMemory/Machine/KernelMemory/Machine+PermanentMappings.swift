// kmap and kunmap: high memory in the window for it.

extension Machine {
  /// Makes a page reachable: `void *kmap(struct page *page)`.
  ///
  /// - Parameter page: the address of a `struct page`.
  /// - Returns: the page's address in the direct map, or for high memory one in the window for it; a failure
  ///   when the window is full, where a real kernel waits.
  /// - Throws: `PageMisuse.notAPageStruct`.
  public mutating func kmap(_ page: UInt64) throws(PageMisuse) -> Result<UInt64, KernelAllocationFailure> {
    let frame = FrameNumber(try pageToPFN(page))
    guard frame >= kernelPages.lowmemEnd else { return .success(slab.address(of: frame.rawValue)) }
    guard let address = kernelPages.permanentMappings.map(frame) else {
      return .failure(.addressSpaceExhausted)
    }
    return .success(address)
  }

  /// Ends one use of such a mapping: `void kunmap(struct page *page)`. For low memory it does nothing.
  ///
  /// - Throws: `PageMisuse` for what is no page, or one that is not mapped, where a kernel stops with a BUG.
  public mutating func kunmap(_ page: UInt64) throws(PageMisuse) {
    let frame = FrameNumber(try pageToPFN(page))
    guard frame >= kernelPages.lowmemEnd else { return }
    guard kernelPages.permanentMappings.unmap(frame) else { throw .notAllocated(page) }
  }
}
