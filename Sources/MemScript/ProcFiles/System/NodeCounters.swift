// The counters of the memory node, as /proc/zoneinfo and /proc/vmstat list them.

import LinuxMemory

/// Counters of pages in use, in the kernel's order (`vmstat_text`, mm/vmstat.c).
///
/// Zero stands where it is the truth: nothing is isolated or under writeback between two commands, and there are no
/// huge pages of shmem or files, no migration between nodes and no pages pinned by drivers.
enum NodeCounters {
  /// A counter and its value.
  typealias Counter = (name: String, value: Int)

  /// All of them, in pages; `nr_kernel_stack` in KiB.
  static func all(of machine: Machine) -> [Counter] {
    let statistics = machine.memoryStatistics
    let isWide = machine.configuration.architecture == .x8664
    return lists(machine, statistics) + workingSet(machine.reclaim.counters) + uses(machine, statistics)
      + [
        ("nr_throttled_written", 0), ("nr_kernel_misc_reclaimable", 0), ("nr_foll_pin_acquired", 0),
        ("nr_foll_pin_released", 0), ("nr_kernel_stack", statistics.kernelStackKilobytes),
        ("nr_page_table_pages", statistics.pageTables), ("nr_sec_page_table_pages", 0),
        ("nr_swapcached", statistics.swapCache),
      ] + (isWide ? [("pgpromote_success", 0), ("pgpromote_candidate", 0)] : [])
  }

  private static func lists(_ machine: Machine, _ statistics: MemoryStatistics) -> [Counter] {
    [
      ("nr_inactive_anon", statistics.inactiveAnonymous), ("nr_active_anon", statistics.activeAnonymous),
      ("nr_inactive_file", statistics.inactiveFile), ("nr_active_file", statistics.activeFile),
      ("nr_unevictable", statistics.unevictable), ("nr_slab_reclaimable", machine.slab.reclaimablePages),
      ("nr_slab_unreclaimable", machine.slab.unreclaimablePages), ("nr_isolated_anon", 0),
      ("nr_isolated_file", 0),
    ]
  }

  /// Pages that came back after reclaim had taken them. The tree nodes that remember them are not counted.
  private static func workingSet(_ counters: ReclaimCounters) -> [Counter] {
    [
      ("workingset_nodes", 0), ("workingset_refault_anon", counters.refaultedAnonymous),
      ("workingset_refault_file", counters.refaultedFile), ("workingset_activate_anon", 0),
      ("workingset_activate_file", counters.activatedByRefault), ("workingset_restore_anon", 0),
      ("workingset_restore_file", counters.restoredFile), ("workingset_nodereclaim", 0),
    ]
  }

  private static func uses(_ machine: Machine, _ statistics: MemoryStatistics) -> [Counter] {
    let hugePage = machine.configuration.profile.hugePageSize
    let counters = machine.reclaim.counters
    return [
      ("nr_anon_pages", anonymousPages(statistics, machine)), ("nr_mapped", statistics.mapped),
      ("nr_file_pages", statistics.pageCache), ("nr_dirty", machine.files.dirtyPages), ("nr_writeback", 0),
      ("nr_writeback_temp", 0), ("nr_shmem", statistics.shared), ("nr_shmem_hugepages", 0),
      ("nr_shmem_pmdmapped", 0), ("nr_file_hugepages", 0), ("nr_file_pmdmapped", 0),
      ("nr_anon_transparent_hugepages", statistics.anonymousHuge * 4096 / hugePage),
      ("nr_vmscan_write", counters.swappedOut), ("nr_vmscan_immediate_reclaim", 0),
      ("nr_dirtied", counters.dirtied), ("nr_written", counters.written + counters.swappedOut),
    ]
  }

  /// Requests by memory node, of which there is one; only the 64-bit kernel is built to have several.
  static func locality(_ zones: [Zone], _ machine: Machine) -> [Counter] {
    guard machine.configuration.architecture == .x8664 else { return [] }
    let requests = zones.reduce(0) { $0 + $1.servedRequests }
    return [
      ("numa_hit", requests), ("numa_miss", 0), ("numa_foreign", 0), ("numa_interleave", 0),
      ("numa_local", requests), ("numa_other", 0),
    ]
  }

  /// Pages of processes' own memory: what is on the lists but for files, shared memory and the swap cache.
  static func anonymousPages(_ statistics: MemoryStatistics, _ machine: Machine) -> Int {
    let listed =
      statistics.activeAnonymous + statistics.inactiveAnonymous + statistics.unevictable
      + statistics.activeFile + statistics.inactiveFile
    return max(0, listed - statistics.shared - machine.swapCache.unmappedCount - machine.files.cachedPages)
  }
}
