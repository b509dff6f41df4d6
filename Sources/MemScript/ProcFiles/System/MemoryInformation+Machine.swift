// The numbers of /proc/meminfo of a machine.

import LinuxMemory

extension MemoryInformation {
  /// Takes the numbers from a machine.
  init(of machine: Machine) {
    self.init()
    let statistics = machine.memoryStatistics
    let kibibytes = { (pages: Int) in pages * 4 }
    let zones = machine.pageAllocator.zones
    let freePages = zones.reduce(0) { $0 + $1.freePages }
    total = kibibytes(zones.reduce(0) { $0 + $1.managed })
    free = kibibytes(freePages)
    buffers = kibibytes(machine.files.devicePages)
    cached = kibibytes(max(statistics.pageCache - statistics.swapCache - machine.files.devicePages, 0))
    dirty = kibibytes(machine.files.dirtyPages)
    swapCached = kibibytes(statistics.swapCache)
    activeAnonymous = kibibytes(statistics.activeAnonymous)
    inactiveAnonymous = kibibytes(statistics.inactiveAnonymous)
    activeFile = kibibytes(statistics.activeFile)
    inactiveFile = kibibytes(statistics.inactiveFile)
    unevictable = kibibytes(statistics.unevictable)
    mlocked = kibibytes(statistics.mlocked)
    available = kibibytes(Self.availablePages(machine, statistics, free: freePages))
    let highZones = zones.filter { $0.kind == .highMem }
    if !highZones.isEmpty {
      high = (
        kibibytes(highZones.reduce(0) { $0 + $1.managed }),
        kibibytes(highZones.reduce(0) { $0 + $1.freePages })
      )
    }
    swapTotal = kibibytes(machine.swap.totalSlots)
    swapFree = kibibytes(machine.swap.freeSlots)
    anonymous = kibibytes(NodeCounters.anonymousPages(statistics, machine))
    mapped = kibibytes(statistics.mapped)
    shared = kibibytes(statistics.shared)
    slabReclaimable = kibibytes(machine.slab.reclaimablePages)
    slabUnreclaimable = kibibytes(machine.slab.unreclaimablePages)
    kernelStack = statistics.kernelStackKilobytes
    pageTables = kibibytes(statistics.pageTables)
    perCPU = kibibytes(machine.perCPUPages)
    takeCommit(machine)
    anonymousHugePages = kibibytes(statistics.anonymousHuge)
    hugePageSize = machine.configuration.profile.hugePageSize / 1024
    directMap = Self.directMap(of: machine)
  }

  /// The direct map: large pages, but for what boot split and the rest at the end of memory.
  ///
  /// How many large pages boot splits is calibrated on booted kernels: 12 on x86_64 (11 on some), on i386 2 with
  /// highmem and 3 without.
  private static func directMap(of machine: Machine) -> [(size: String, amount: Int)] {
    let isWide = machine.configuration.architecture == .x8664
    let zones = machine.pageAllocator.zones
    // The firmware keeps the last 128 KiB.
    let ram = Int(machine.configuration.ram >> 10) - 128
    let lowmem = zones.last { $0.kind == .normal && $0.isPopulated }
    let end = isWide ? ram : min(ram, lowmem.map { ($0.start.rawValue + $0.spanned) * 4 } ?? ram)
    let large = machine.configuration.profile.hugePageSize / 1024
    let splitPages = isWide ? 12 : zones.contains { $0.kind == .highMem && $0.isPopulated } ? 2 : 3
    let small = min(end % large + splitPages * large, end)
    return [("4k", small), (isWide ? "2M" : "4M", end - small)]
  }

  private mutating func takeCommit(_ machine: Machine) {
    commitLimit = machine.commitLimitKilobytes
    committed = machine.commit.committedPages * 4
    vmallocTotal = Int(clamping: machine.vmallocArea.totalKilobytes)
    vmallocUsed = machine.vmallocArea.mappedPages * 4
  }

  private static func availablePages(_ machine: Machine, _ statistics: MemoryStatistics, free: Int) -> Int {
    AvailableMemory.pages(
      free: free, filePages: statistics.activeFile + statistics.inactiveFile,
      reclaimableSlab: machine.slab.reclaimablePages,
      zones: machine.pageAllocator.zones.map { zone in
        AvailableMemory.ZoneMarks(
          managed: zone.managed, low: zone.lowWatermark + zone.watermarkBoost,
          high: zone.highWatermark, reserve: zone.lowmemReserve.max() ?? 0)
      })
  }
}
