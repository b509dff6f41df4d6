// The hash tables whose size the kernel derives from the memory of the machine.

/// How a large hash table is sized (`alloc_large_system_hash`, mm/page_alloc.c).
struct SystemHashTable: Sendable {
  /// Its size is that of one bucket for each `1 << scale` bytes of kernel memory.
  let scale: Int
  /// Bytes of a bucket on x86_64 and on i386.
  let bucket: (wide: Int, narrow: Int)
  /// The least number of buckets.
  var least = 1
  /// The most buckets; nil for as many as the 64-bit scaling and a sixteenth of memory allow.
  var most: Int?

  /// The bytes that the table takes.
  ///
  /// - Parameters:
  ///   - kernelPages: pages that the kernel counts for itself (`nr_kernel_pages`).
  ///   - allPages: pages of all zones (`nr_all_pages`).
  ///   - isWide: whether the machine is 64-bit.
  func bytes(kernelPages: Int, allPages: Int, isWide: Bool) -> Int {
    let bucketSize = isWide ? bucket.wide : bucket.narrow
    let mebibyte = 256
    var pages = (kernelPages + mebibyte - 1) / mebibyte * mebibyte
    var shift = scale - 12
    if isWide, most == nil {
      // Above 64 GiB the table grows by half as much.
      var adapted = (64 << 30) / 4096
      while adapted < pages {
        shift += 1
        adapted <<= 2
      }
    }
    pages >>= shift
    if pages * bucketSize < 4096 { pages = 4096 / bucketSize }
    let buckets = Swift.min(
      Swift.max(Int.powerOfTwo(atLeast: pages), least), most ?? allPages * 4096 / 16 / bucketSize)
    return Int.powerOfTwo(atMost: buckets) * bucketSize
  }

  /// The tables that early memory holds: dentries and inodes.
  static let early = [
    SystemHashTable(scale: 13, bucket: (8, 4)), SystemHashTable(scale: 14, bucket: (8, 4)),
  ]

  /// The tables that the page allocator gives, in the order of their allocation.
  static let late = [
    // Mounts and mount points.
    SystemHashTable(scale: 19, bucket: (8, 4)), SystemHashTable(scale: 19, bucket: (8, 4)),
    // IP identifiers.
    SystemHashTable(scale: 16, bucket: (8, 8), least: 2048, most: 256 << 10),
    // TCP: listening ports, established connections, bound ports.
    SystemHashTable(scale: 21, bucket: (16, 8), most: 64 << 10),
    SystemHashTable(scale: 17, bucket: (8, 4), most: 512 << 10),
    SystemHashTable(scale: 17, bucket: (32, 16), most: 64 << 10),
    // MPTCP's tokens.
    SystemHashTable(scale: 20, bucket: (24, 16), most: 64 << 10),
    // UDP and UDP-Lite.
    SystemHashTable(scale: 21, bucket: (32, 32), least: 256, most: 64 << 10),
    SystemHashTable(scale: 21, bucket: (32, 32), least: 256, most: 64 << 10),
  ]

  /// Bytes of the tables that do not depend on memory: quotas, the port perturbation of TCP, and futexes
  /// of 64 bytes, 256 per CPU.
  static func fixed(cpus: Int) -> [Int] {
    [4096, 256 << 10, Int.powerOfTwo(atLeast: 256 * cpus) * 64]
  }
}
