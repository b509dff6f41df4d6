// Pages that are in use when the first program runs, beside slab caches and mappings.

/// What a booted kernel has taken of the page allocator for which there is no formula, in pages.
struct BootTakings: Hashable, Sendable {
  /// Files of the root file system, which lies in memory, and the pages of the first programs.
  let programs: Int
  /// Everything else on a machine with one CPU: page tables, buffers, tracing.
  let others: Int
  /// What each further CPU adds to that.
  let perFurtherCPU: Int
  /// Kernel threads with one CPU, and how many each four further CPUs add.
  let threads: Int, threadsPerFourCPUs: Int

  /// Pages that wait to hold what devices cannot reach in high memory (`init_emergency_pool`, block/bounce.c).
  static let bouncePages = 64

  /// Pages of each pool from which devices get coherent memory in atomic context: 128 KiB for each GiB of
  /// memory, at least 128 KiB and at most 4 MiB, rounded up to a power of two (`dma_atomic_pool_init`,
  /// kernel/dma/pool.c).
  static func atomicPoolPages(totalPages: Int) -> Int {
    Int.powerOfTwo(atLeast: Swift.min(Swift.max(totalPages / 8192, 32), 1 << MemoryZone.largestOrder))
  }

  /// Kernel threads of a machine; one of them collapses huge pages.
  func threads(cpus: Int, hugePages: Bool) -> Int {
    threads + threadsPerFourCPUs * (cpus - 1) / 4 + (hugePages ? 1 : 0)
  }
}
