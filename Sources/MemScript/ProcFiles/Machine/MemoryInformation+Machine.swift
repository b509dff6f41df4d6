// The numbers of /proc/meminfo of a machine.

import KernelText
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
    available = kibibytes(machine.availablePages)
    let highZones = zones.filter { $0.kind == .highMem }
    if !highZones.isEmpty {
      high = (
        kibibytes(highZones.reduce(0) { $0 + $1.managed }),
        kibibytes(highZones.reduce(0) { $0 + $1.freePages })
      )
    }
    swapTotal = kibibytes(machine.swap.totalSlots)
    swapFree = kibibytes(machine.swap.freeSlots)
    anonymous = kibibytes(statistics.anonymous)
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
    let map = machine.directMapKilobytes
    directMap = [("4k", map.small), ("\(hugePageSize / 1024)M", map.large)]
  }

  private mutating func takeCommit(_ machine: Machine) {
    commitLimit = machine.commitLimitKilobytes
    committed = machine.commit.committedPages * 4
    vmallocTotal = Int(clamping: machine.vmallocArea.totalKilobytes)
    vmallocUsed = machine.vmallocArea.mappedPages * 4
  }
}
