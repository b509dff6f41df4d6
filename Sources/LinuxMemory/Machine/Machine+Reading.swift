// What a host reads of the machine: the layers as values, without the mechanisms behind them.

extension Machine {
  /// The zones of RAM, from the lowest addresses to the highest (the kernel's `struct zone`).
  public var zones: [MemoryZone] { pageAllocator.zones }

  /// The slab caches, the newest first, as `/proc/slabinfo` lists them.
  public var slabCaches: [SlabCache] { slab.cachesNewestFirst }

  /// The slab cache with a name of `/proc/slabinfo` or of `/sys/kernel/slab`, such as `kmalloc-32`.
  ///
  /// - Returns: nil when there is none.
  public func slabCache(named name: String) -> SlabCache? { slab.cache(named: name) }

  /// The swap areas that are switched on, in the order of `/proc/swaps`.
  public var swapAreas: [SwapArea] { swap.active }

  /// How many pages of swap are in use.
  public var usedSwapPages: Int { swap.usedSlots }

  /// How many pages of files are in the page cache.
  public var cachedPages: Int { files.cachedPages }

  /// The last verdicts of the OOM killer, the latest last; at most 16.
  public var oomVerdicts: [OOMVerdict] { oomKiller.history.verdicts }

  /// The kernel's last words; nil as long as it runs.
  public var panic: String? { oomKiller.panic }
}

extension LinuxProcess {
  /// The process's mappings in order of address (`/proc/PID/maps`; the kernel's `struct vm_area_struct`).
  public var mappings: some RandomAccessCollection<VirtualMemoryArea> & Sendable { addressSpace.areas.list }

  /// The chunks of its heap in order of address, equal neighbours together; empty before the first malloc(3). Behind a
  /// header that makes no sense nothing follows.
  public var heapRuns: [HeapRun] { malloc?.heapRuns().runs ?? [] }
}
