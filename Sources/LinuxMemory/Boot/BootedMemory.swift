// The kernel's memory as the first script command finds it.

/// What boot leaves behind: zones, slab caches, mappings, and pages that the kernel keeps for itself.
package struct BootedMemory: Sendable {
  /// The zones with what is still free, and who holds the rest.
  package let ledger: FrameLedger
  /// The slab caches.
  package let slab: Slab
  /// The vmalloc area.
  package let vmallocArea: VmallocArea
  /// Pages that nothing accounts for, and blocks that scripts take.
  package let kernelPages: KernelPages

  /// Boots: sets the zones up and lets the kernel take its pages.
  ///
  /// Early reservations, hash tables and pools follow the kernel's formulas; slab caches and mappings are those
  /// recorded, as functions of the machine's size; the rest has no name.
  package init(configuration: MachineConfiguration) {
    let memory = PhysicalMemory(configuration)
    var taker = BootTaker(pages: FrameLedger(PageAllocator(configuration: configuration, memory: memory)))
    taker.takeSystemTables(configuration, memory)
    slab = Slab(configuration: configuration, pages: &taker.pages)
    vmallocArea = VmallocArea(configuration: configuration, memory: memory, pages: &taker.pages)
    taker.takeOthers(configuration, memory)
    for range in memory.freedLate { taker.pages.addManaged(range) }
    kernelPages = KernelPages(bootFrames: taker.frames, memory: memory)
    ledger = taker.pages
  }
}
