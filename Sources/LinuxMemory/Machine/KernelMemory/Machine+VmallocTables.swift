// What the kernel needs beside the pages of a mapping: page tables and descriptors.

extension Machine {
  /// Makes the page tables for a range that is mapped page by page.
  ///
  /// - Returns: false when there is no page for one of them.
  mutating func makeTables(_ range: Range<UInt64>) -> Bool {
    takeTables(vmallocArea.pageTables.map(range))
  }

  /// Makes the page tables for a range that is mapped with entries of 2 MiB, and frees those that they replace.
  ///
  /// - Returns: false when there is no page for one of them.
  mutating func makeHugeTables(_ range: Range<UInt64>) -> Bool {
    let change = vmallocArea.pageTables.mapHuge(range)
    for _ in 0..<change.left {
      guard let frame = vmallocArea.pageTables.removeFrame() else { break }
      ledger.give(frame, order: 0, of: .vmalloc)
    }
    return takeTables(change.needed)
  }

  private mutating func takeTables(_ count: Int) -> Bool {
    for _ in 0..<count {
      guard let frame = allocateKernelPages(order: 0, flags: .GFP_KERNEL, owner: .vmalloc) else {
        return false
      }
      vmallocArea.pageTables.add(frame)
    }
    return true
  }

  /// Takes the descriptor of a new area (`struct vm_struct`); 0 when there is no memory.
  mutating func takeAreaDescriptor() -> UInt64 {
    let size = 8 * UInt64(configuration.profile.wordSize)
    return quietly { machine in (try? machine.kmalloc(size, .GFP_KERNEL).get()) ?? 0 }
  }

  /// Puts an object of the vmalloc area back into its cache.
  mutating func putQuietly(_ address: UInt64) {
    guard address != 0 else { return }
    guard let number = slab.slabNumber(at: address) else {
      return assertionFailure("the kernel's own object at \(address) lies in no slab")
    }
    var returned: [Slab.ReturnedPages] = []
    let mistake = slab.putObject(address, inSlab: number, returned: &returned)
    assert(mistake == nil, "the kernel frees an object of its own twice")
    for pages in returned {
      ledger.pin(pages.frame, order: pages.order, false)
      ledger.give(pages.frame, order: pages.order, of: .slab)
    }
  }

  /// Takes or puts back objects of the cache `vmap_area` until there is one for each range, as after
  /// `alloc_vmap_area` and `free_vmap_area_noflush`. Boot's own stay.
  mutating func adjustRangeDescriptors() {
    let wanted = vmallocArea.neededDescriptors - vmallocArea.bootDescriptors
    while vmallocArea.descriptorObjects.count > max(wanted, 0),
      let object = vmallocArea.descriptorObjects.popLast()
    {
      putQuietly(object)
    }
    guard vmallocArea.descriptorObjects.count < wanted, let cache = slab.index(named: "vmap_area") else {
      return
    }
    while vmallocArea.descriptorObjects.count < wanted {
      let object = quietly { machine in
        machine.allocateObject(cache, requested: 64, .GFP_KERNEL)
      }
      guard case .success(let address) = object else { return }
      vmallocArea.descriptorObjects.append(address)
    }
  }
}
