// The counters of the memory node, as /proc/zoneinfo and /proc/vmstat list them.

import LinuxMemory

/// Counters of pages in use, in the kernel's order (`vmstat_text`, mm/vmstat.c).
///
/// Zero stands where it is the truth: nothing is isolated, dirty or under writeback between two commands, and there
/// are no huge pages of shmem or files, no migration between nodes and no pages pinned by drivers. Left out are
/// the counters of the working set's refaults and of what was ever written.
enum NodeCounters {
  /// A counter and its value.
  typealias Counter = (name: String, value: Int)

  /// All of them, in pages; `nr_kernel_stack` in KiB.
  static func all(of machine: Machine) -> [Counter] {
    let statistics = machine.memoryStatistics
    return [
      ("nr_inactive_anon", statistics.inactiveAnonymous), ("nr_active_anon", statistics.activeAnonymous),
      ("nr_inactive_file", statistics.inactiveFile), ("nr_active_file", statistics.activeFile),
      ("nr_unevictable", statistics.unevictable), ("nr_slab_reclaimable", machine.slab.reclaimablePages),
      ("nr_slab_unreclaimable", machine.slab.unreclaimablePages), ("nr_isolated_anon", 0),
      ("nr_isolated_file", 0), ("nr_anon_pages", anonymousPages(statistics)),
      ("nr_mapped", statistics.mapped),
      ("nr_file_pages", statistics.pageCache), ("nr_dirty", 0), ("nr_writeback", 0),
      ("nr_writeback_temp", 0), ("nr_shmem", statistics.shared), ("nr_shmem_hugepages", 0),
      ("nr_shmem_pmdmapped", 0), ("nr_file_hugepages", 0), ("nr_file_pmdmapped", 0),
      (
        "nr_anon_transparent_hugepages",
        statistics.anonymousHuge * 4096 / machine.configuration.profile.hugePageSize
      ),
      ("nr_throttled_written", 0), ("nr_kernel_misc_reclaimable", 0), ("nr_foll_pin_acquired", 0),
      ("nr_foll_pin_released", 0), ("nr_kernel_stack", statistics.kernelStackKilobytes),
      ("nr_page_table_pages", statistics.pageTables), ("nr_sec_page_table_pages", 0),
      ("nr_swapcached", statistics.swapCache),
    ]
      + (machine.configuration.architecture == .x8664
        ? [("pgpromote_success", 0), ("pgpromote_candidate", 0)] : [])
  }

  /// Pages of processes' own memory: what is on the lists but for shared memory and the swap cache.
  static func anonymousPages(_ statistics: MemoryStatistics) -> Int {
    max(
      0,
      statistics.activeAnonymous + statistics.inactiveAnonymous + statistics.unevictable - statistics.shared
        - statistics.swapCache)
  }
}
