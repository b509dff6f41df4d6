// The causes that explain tells apart.

/// Why memory was not there.
enum ReportCause: String, Sendable {
  /// The kernel was set to panic, or nobody could be killed.
  case panic
  /// Somebody asked for it by hand.
  case sysrq
  /// Swap was being turned off.
  case swapoff
  /// A group's limit.
  case memcgLimit = "memcg-limit"
  /// A memory policy or a cpuset bound the request to full nodes.
  case memoryPolicy = "mempolicy"
  /// There was memory, in too small pieces.
  case fragmentation
  /// The zones that a request could use were full, others not.
  case lowmem
  /// A request that may not wait for reclaim found no page to spare.
  case atomic
  /// A page fault met a failure that no request for pages made.
  case pageFault = "page-fault"
  /// More kernel virtual memory than there is.
  case vmalloc
  /// There was memory: the report does not show why a request failed.
  case unclear
  /// Marks that keep memory free are too high.
  case minFree = "min-free"
  /// Huge pages were reserved.
  case hugetlb
  /// Slab caches.
  case slab
  /// Page tables.
  case pageTables = "page-tables"
  /// Shared memory and tmpfs.
  case tmpfs
  /// Locked memory.
  case mlock
  /// Pages that no counter owns.
  case kernelPages = "kernel-pages"
  /// Many small processes.
  case manySmall = "many-small"
  /// Swap is full as well.
  case swapFull = "swap-full"
  /// Anonymous memory.
  case anonymous = "anon-hog"
  /// The victim of the report before was still dying.
  case dying
  /// The report does not tell.
  case unknown
}
