// The state of the page allocator written out page by page, for comparing two of them.

@testable import LinuxMemory

extension MemoryZone {
  /// Everything that decides what happens next: lists in order, counts, types of page blocks.
  var fingerprint: [String] {
    var result = ["free \(freePages) reserve \(highAtomicReserve) boost \(watermarkBoost)"]
    for type in MigrateType.allCases {
      for order in 0...Self.largestOrder where freeBlockCount(order: order, type: type) > 0 {
        let blocks = freeBlocks(order: order, type: type, limit: .max).map(\.rawValue)
        result.append("\(type.name) \(order): \(blocks)")
      }
    }
    result.append("per CPU \(perCPU.count) factor \(perCPU.freeFactor)")
    for list in 0..<PerCPUPages.listCount where !perCPU[list].isEmpty {
      let numbers = perCPU[list].runsFromHead.flatMap { run in
        (0..<run.count).map { run.first + run.step * $0 }
      }
      result.append("list \(list): \(numbers)")
    }
    result.append("types \(pageblockTypes.map(\.rawValue))")
    return result
  }
}

extension PageAllocator {
  /// The fingerprints of all zones.
  var fingerprint: [[String]] { zones.map(\.fingerprint) }
}
