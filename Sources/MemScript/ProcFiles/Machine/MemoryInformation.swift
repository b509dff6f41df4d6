// What /proc/meminfo tells, as numbers; free and vmstat read the same.

/// The amounts of `/proc/meminfo`, all in KiB.
///
/// A nil is a line that the machine does not have.
struct MemoryInformation: Equatable, Sendable {
  var total = 0, free = 0, available = 0
  var buffers = 0, cached = 0, swapCached = 0
  var activeAnonymous = 0, inactiveAnonymous = 0, activeFile = 0, inactiveFile = 0
  var unevictable = 0, mlocked = 0
  /// Memory above and within the kernel's direct map; nil on machines without highmem.
  var high: (total: Int, free: Int)?
  var swapTotal = 0, swapFree = 0
  var dirty = 0, writeback = 0
  var anonymous = 0, mapped = 0, shared = 0
  var slabReclaimable = 0, slabUnreclaimable = 0
  var kernelStack = 0, pageTables = 0
  var commitLimit: UInt64 = 0
  var committed = 0
  var vmallocTotal = 0, vmallocUsed = 0
  var perCPU: Int?
  var anonymousHugePages = 0
  var hugePageSize = 0
  /// The direct map by page size: the size's name, such as `2M`, and its amount; empty when not modelled.
  var directMap: [(size: String, amount: Int)] = []

  var active: Int { activeAnonymous + activeFile }
  var inactive: Int { inactiveAnonymous + inactiveFile }

  /// What free(1) and vmstat(8) count as cache: pages of files, and slab that can be reclaimed.
  var cacheAndReclaimableSlab: Int { cached + slabReclaimable }
  /// What procps-ng 4 counts as used.
  var used: Int { available > total ? total - free : total - available }
  /// The memory that the kernel addresses directly.
  var low: (total: Int, free: Int) {
    guard let high else { return (total, free) }
    return (total - high.total, free - high.free)
  }

  static func == (left: Self, right: Self) -> Bool { left.text == right.text }

  /// The content of `/proc/meminfo`, fields in the kernel's order (fs/proc/meminfo.c).
  ///
  /// Zero stands where it is the truth on the simulated machine: zswap is off, and there are no NFS, bounce
  /// buffers, FUSE, shmem or file huge pages, hugetlb pages or memory errors.
  var text: String {
    var lines = KibibyteLines()
    addPageCounts(to: &lines)
    if let high {
      lines.add("HighTotal", kibibytes: high.total)
      lines.add("HighFree", kibibytes: high.free)
      lines.add("LowTotal", kibibytes: low.total)
      lines.add("LowFree", kibibytes: low.free)
    }
    addSwapAndUse(to: &lines)
    addKernelMemory(to: &lines)
    addHugePages(to: &lines)
    for part in directMap { lines.add("DirectMap\(part.size)", kibibytes: part.amount) }
    return lines.text
  }

  private func addPageCounts(to lines: inout KibibyteLines) {
    lines.add("MemTotal", kibibytes: total)
    lines.add("MemFree", kibibytes: free)
    lines.add("MemAvailable", kibibytes: available)
    lines.add("Buffers", kibibytes: buffers)
    lines.add("Cached", kibibytes: cached)
    lines.add("SwapCached", kibibytes: swapCached)
    lines.add("Active", kibibytes: active)
    lines.add("Inactive", kibibytes: inactive)
    lines.add("Active(anon)", kibibytes: activeAnonymous)
    lines.add("Inactive(anon)", kibibytes: inactiveAnonymous)
    lines.add("Active(file)", kibibytes: activeFile)
    lines.add("Inactive(file)", kibibytes: inactiveFile)
    lines.add("Unevictable", kibibytes: unevictable)
    lines.add("Mlocked", kibibytes: mlocked)
  }

  private func addSwapAndUse(to lines: inout KibibyteLines) {
    lines.add("SwapTotal", kibibytes: swapTotal)
    lines.add("SwapFree", kibibytes: swapFree)
    lines.add("Zswap", kibibytes: 0)
    lines.add("Zswapped", kibibytes: 0)
    lines.add("Dirty", kibibytes: dirty)
    lines.add("Writeback", kibibytes: writeback)
    lines.add("AnonPages", kibibytes: anonymous)
    lines.add("Mapped", kibibytes: mapped)
    lines.add("Shmem", kibibytes: shared)
  }

  private func addKernelMemory(to lines: inout KibibyteLines) {
    // Slab pages are all that a shrinker can free here.
    lines.add("KReclaimable", kibibytes: slabReclaimable)
    lines.add("Slab", kibibytes: slabReclaimable + slabUnreclaimable)
    lines.add("SReclaimable", kibibytes: slabReclaimable)
    lines.add("SUnreclaim", kibibytes: slabUnreclaimable)
    lines.add("KernelStack", kibibytes: kernelStack)
    lines.add("PageTables", kibibytes: pageTables)
    lines.add("SecPageTables", kibibytes: 0)
    lines.add("NFS_Unstable", kibibytes: 0)
    lines.add("Bounce", kibibytes: 0)
    lines.add("WritebackTmp", kibibytes: 0)
    lines.add("CommitLimit", kibibytes: commitLimit)
    lines.add("Committed_AS", kibibytes: committed)
    lines.add("VmallocTotal", kibibytes: vmallocTotal)
    lines.add("VmallocUsed", kibibytes: vmallocUsed)
    lines.add("VmallocChunk", kibibytes: 0)
    if let perCPU { lines.add("Percpu", kibibytes: perCPU) }
    lines.add("HardwareCorrupted", kibibytes: 0)
  }

  private func addHugePages(to lines: inout KibibyteLines) {
    lines.add("AnonHugePages", kibibytes: anonymousHugePages)
    for name in ["ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped"] {
      lines.add(name, kibibytes: 0)
    }
    for name in ["Total", "Free", "Rsvd", "Surp"] { lines.add("HugePages_\(name)", count: 0) }
    lines.add("Hugepagesize", kibibytes: hugePageSize)
    lines.add("Hugetlb", kibibytes: 0)
  }
}
