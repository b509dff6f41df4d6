// What /proc/meminfo tells, as numbers; free and vmstat read the same.

/// The amounts of `/proc/meminfo`, all in KiB; ``KibibyteTable`` keeps the lines of other kernels as they are.
public struct MemoryInformation: KernelFormat {
  /// All memory that the page allocator manages (MemTotal).
  public var total = 0
  /// MemFree.
  public var free = 0
  /// What can be had without swapping (MemAvailable).
  public var available = 0
  /// Pages of block devices (Buffers).
  public var buffers = 0
  /// Pages of files (Cached).
  public var cached = 0
  /// Pages that are in swap too (SwapCached).
  public var swapCached = 0
  /// Active(anon).
  public var activeAnonymous = 0
  /// Inactive(anon).
  public var inactiveAnonymous = 0
  /// Active(file).
  public var activeFile = 0
  /// Inactive(file).
  public var inactiveFile = 0
  /// Pages that reclaim leaves alone (Unevictable).
  public var unevictable = 0
  /// Locked pages (Mlocked).
  public var mlocked = 0
  /// Memory above the kernel's direct map (HighTotal, HighFree); nil on machines without highmem.
  public var high: (total: Int, free: Int)?
  /// SwapTotal.
  public var swapTotal = 0
  /// SwapFree.
  public var swapFree = 0
  /// File pages that the disk does not have (Dirty).
  public var dirty = 0
  /// Pages that are being written (Writeback).
  public var writeback = 0
  /// Anonymous pages in page tables (AnonPages).
  public var anonymous = 0
  /// File and shared pages in page tables (Mapped).
  public var mapped = 0
  /// Shared memory and tmpfs (Shmem).
  public var shared = 0
  /// SReclaimable.
  public var slabReclaimable = 0
  /// SUnreclaim.
  public var slabUnreclaimable = 0
  /// KernelStack.
  public var kernelStack = 0
  /// PageTables.
  public var pageTables = 0
  /// CommitLimit.
  public var commitLimit: UInt64 = 0
  /// Committed_AS.
  public var committed = 0
  /// VmallocTotal.
  public var vmallocTotal = 0
  /// VmallocUsed.
  public var vmallocUsed = 0
  /// Per-CPU memory (Percpu); nil where the kernel does not tell.
  public var perCPU: Int?
  /// AnonHugePages.
  public var anonymousHugePages = 0
  /// Hugepagesize.
  public var hugePageSize = 0
  /// The direct map by page size: the size's name, such as `2M`, and its amount; empty when not modelled.
  public var directMap: [(size: String, amount: Int)] = []

  /// Makes a file of zeros.
  public init() {}

  /// Reads a file; nil when a line is of another form, or there is no `MemTotal`.
  public init?(parsing text: String) {
    guard let table = KibibyteTable(parsing: text), table["MemTotal"] != nil else { return nil }
    self.init(table)
  }

  /// Active.
  public var active: Int { activeAnonymous + activeFile }
  /// Inactive.
  public var inactive: Int { inactiveAnonymous + inactiveFile }

  /// What free(1) and vmstat(8) count as cache: pages of files, and slab that can be reclaimed.
  public var cacheAndReclaimableSlab: Int { cached + slabReclaimable }
  /// What procps-ng 4 counts as used.
  public var used: Int { available > total ? total - free : total - available }
  /// The memory that the kernel addresses directly.
  public var low: (total: Int, free: Int) {
    guard let high else { return (total, free) }
    return (total - high.total, free - high.free)
  }

  /// Compares what the files would say.
  public static func == (left: Self, right: Self) -> Bool { left.text == right.text }

  /// The content of `/proc/meminfo`, fields in the kernel's order (fs/proc/meminfo.c).
  ///
  /// Zero stands where it is the truth on the simulated machine: zswap is off, and there are no NFS, bounce
  /// buffers, FUSE, shmem or file huge pages, hugetlb pages or memory errors.
  public var text: String {
    var lines = KibibyteTable()
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

  private func addPageCounts(to lines: inout KibibyteTable) {
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

  private func addSwapAndUse(to lines: inout KibibyteTable) {
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

  private func addKernelMemory(to lines: inout KibibyteTable) {
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

  private func addHugePages(to lines: inout KibibyteTable) {
    lines.add("AnonHugePages", kibibytes: anonymousHugePages)
    for name in ["ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped"] {
      lines.add(name, kibibytes: 0)
    }
    for name in ["Total", "Free", "Rsvd", "Surp"] { lines.add("HugePages_\(name)", count: 0) }
    lines.add("Hugepagesize", kibibytes: hugePageSize)
    lines.add("Hugetlb", kibibytes: 0)
  }
}

extension MemoryInformation {
  /// Takes the amounts from the lines of any kernel; what it does not tell is 0.
  public init(_ table: KibibyteTable) {
    self.init()
    // No machine has so much, and sums and bytes of it still fit.
    func amount(_ name: String) -> Int { Int(min(table[name] ?? 0, 1 << 44)) }
    let amounts: [(WritableKeyPath<Self, Int>, String)] = [
      (\.total, "MemTotal"), (\.free, "MemFree"), (\.available, "MemAvailable"), (\.buffers, "Buffers"),
      (\.cached, "Cached"), (\.swapCached, "SwapCached"), (\.activeAnonymous, "Active(anon)"),
      (\.inactiveAnonymous, "Inactive(anon)"), (\.activeFile, "Active(file)"),
      (\.inactiveFile, "Inactive(file)"), (\.unevictable, "Unevictable"), (\.mlocked, "Mlocked"),
      (\.swapTotal, "SwapTotal"), (\.swapFree, "SwapFree"), (\.dirty, "Dirty"), (\.writeback, "Writeback"),
      (\.anonymous, "AnonPages"), (\.mapped, "Mapped"), (\.shared, "Shmem"),
      (\.slabReclaimable, "SReclaimable"), (\.slabUnreclaimable, "SUnreclaim"),
      (\.kernelStack, "KernelStack"),
      (\.pageTables, "PageTables"), (\.committed, "Committed_AS"), (\.vmallocTotal, "VmallocTotal"),
      (\.vmallocUsed, "VmallocUsed"), (\.anonymousHugePages, "AnonHugePages"),
      (\.hugePageSize, "Hugepagesize"),
    ]
    for (field, name) in amounts { self[keyPath: field] = amount(name) }
    if table["HighTotal"] != nil { high = (amount("HighTotal"), amount("HighFree")) }
    commitLimit = table["CommitLimit"] ?? 0
    perCPU = table["Percpu"].map { Int(clamping: $0) }
    for field in table.fields where field.name.hasPrefix("DirectMap") {
      directMap.append((String(field.name.dropFirst(9)), Int(clamping: field.value)))
    }
  }
}
