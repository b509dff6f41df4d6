// The slab caches and the vmalloc area of a machine, line by line.

import KernelText
import LinuxMemory

extension Machine {
  /// The lines of `/proc/slabinfo`, the newest cache first.
  var slabInformation: [SlabInformation.Cache] {
    work.map(slab.cachesNewestFirst, units: 4) { cache in
      SlabInformation.Cache(
        name: cache.name, activeObjects: cache.activeObjects, objects: cache.objectCount,
        objectSize: cache.geometry.size, objectsPerSlab: cache.geometry.objectsPerSlab,
        pagesPerSlab: 1 << cache.geometry.order, slabs: cache.slabCount)
    }
  }

  /// The lines of `/proc/vmallocinfo`: the areas by address, and behind them what is unmapped but not yet free.
  var vmallocInformation: [VmallocInformation.Area] {
    work.map(vmallocArea.areas, units: 4) { area in
      VmallocInformation.Area(
        start: area.start, end: area.end, caller: area.caller, pages: area.pages > 0 ? area.pages : nil,
        physicalAddress: area.physical == 0 ? nil : area.physical,
        kind: VmallocInformation.Area.Kind(area.kind),
        hasVirtualPageList: area.hasMappedArray)
    }
      + vmallocArea.unpurged.map { range in
        VmallocInformation.Area(start: range.lowerBound, end: range.upperBound, kind: .unpurged)
      }
  }
}

extension VmallocInformation.Area.Kind {
  fileprivate init(_ kind: VirtualArea.Kind) {
    switch kind {
    case .vmalloc: self = .vmalloc
    case .ioremap: self = .ioremap
    case .vmap: self = .vmap
    }
  }
}
