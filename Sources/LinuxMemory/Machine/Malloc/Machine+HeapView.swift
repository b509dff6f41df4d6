// What a look at a process's heap needs of the machine: resident pages, and what a trim would give back.

/// What malloc_trim(3) would do now.
public struct TrimForecast: Equatable, Sendable {
  /// How many bytes of RSS would go back to the kernel.
  public var residentBytes: UInt64
  /// How far the break would go down, in bytes.
  public var breakBytes: UInt64
}

extension LinuxProcess {
  /// The parts of a range of its own memory that are resident, in order of address, each page counted whole.
  public func residentRanges(in range: Range<UInt64>) -> [Range<UInt64>] {
    guard let pages = Range.pages(covering: range.lowerBound, range.upperBound - range.lowerBound) else {
      return []
    }
    var found: [Range<UInt64>] = []
    let numbers = pages.lowerBound >> pageShift..<pages.upperBound >> pageShift
    addressSpace.pageTable.mappings.forEach(in: numbers) { entry in
      guard case .anonymous = entry.value.target else { return }
      if let last = found.last, last.upperBound == entry.start << pageShift {
        found[found.count - 1] = last.lowerBound..<entry.end << pageShift
      } else {
        found.append(entry.start << pageShift..<entry.end << pageShift)
      }
    }
    return found
  }
}

extension Machine {
  /// How many bytes of a range of a process's memory are resident, each page counted whole.
  ///
  /// - Parameters:
  ///   - range: Addresses.
  ///   - process: A process of this machine.
  public func residentBytes(in range: Range<UInt64>, of process: LinuxProcess) -> UInt64 {
    process.residentRanges(in: range).reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
  }

  /// What arenas beside the main one keep of freed memory; nil where no whole page of theirs is both free and resident.
  ///
  /// - Parameters:
  ///   - runs: the chunks of all arenas.
  ///   - process: a process of this machine.
  package func retention(ofOtherArenas runs: [HeapRun], of process: LinuxProcess) -> HeapRetention? {
    var arenas: Set<Int> = []
    var chunks: UInt64 = 0
    var tops: UInt64 = 0
    for run in runs where run.first.arena != 0 {
      let isTop = run.first.state == .top
      guard isTop || run.first.state.isMerged else { continue }
      let start = run.first.address.roundedUpToPage
      let end = run.end & ~(pageSize - 1)
      guard start < end else { continue }
      let bytes = residentBytes(in: start..<end, of: process)
      if bytes > 0 { arenas.insert(run.first.arena) }
      if isTop { tops += bytes } else { chunks += bytes }
    }
    return arenas.isEmpty ? nil : .otherArenas(count: arenas.count, inChunks: chunks, inTops: tops)
  }

  /// Finds out what malloc_trim(3) would give back, by trying it on a copy of the machine.
  ///
  /// - Parameters:
  ///   - padding: Its argument: how many bytes to leave at the top of the heap.
  ///   - process: Whose heap.
  /// - Returns: nil when the process has no allocator or would not survive the call, for its heap is corrupted.
  public func trimForecast(keeping padding: UInt64 = 0, in process: ProcessID) -> TrimForecast? {
    guard let before = self.process(process), before.malloc?.hasSoundLists == true else { return nil }
    var copy = self
    copy.events = EventPort()
    guard (try? copy.mallocTrim(padding, in: process)) != nil, let after = copy.process(process) else {
      return nil
    }
    func loss(_ old: UInt64, _ new: UInt64) -> UInt64 { old > new ? old - new : 0 }
    return TrimForecast(
      residentBytes: loss(before.residentBytes, after.residentBytes),
      breakBytes: loss(before.addressSpace.programBreak, after.addressSpace.programBreak))
  }
}
