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
    cached = kibibytes(max(statistics.pageCache - statistics.swapCache, 0))
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
    anonymous = kibibytes(NodeCounters.anonymousPages(statistics))
    mapped = kibibytes(statistics.mapped)
    shared = kibibytes(statistics.shared)
    slabReclaimable = kibibytes(machine.slab.reclaimablePages)
    slabUnreclaimable = kibibytes(machine.slab.unreclaimablePages)
    kernelStack = statistics.kernelStackKilobytes
    pageTables = kibibytes(statistics.pageTables)
    takeCommit(machine)
    anonymousHugePages = kibibytes(statistics.anonymousHuge)
    hugePageSize = machine.configuration.profile.hugePageSize / 1024
  }

  private mutating func takeCommit(_ machine: Machine) {
    let limit = machine.tunables.overcommitRules.commitLimit(
      ramPages: total / 4, swapPages: machine.swap.totalSlots)
    commitLimit = limit * 4
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
          high: zone.highWatermark + zone.watermarkBoost, reserve: zone.lowmemReserve.max() ?? 0)
      })
  }
}
