// Setting the memory of a process's own to a state: small pages, huge ones, and those that forked processes share.

/// Pages that forked processes share: who has them, by the mapping at which they lie.
struct AnonymousFamily {
  /// A mapping that processes of one family have alike.
  struct Key: Hashable {
    var range: Range<UInt64>
    var backing: AreaBacking
  }

  /// The first process of a family, whose pages the others may map.
  struct Donor {
    var task: ProcessHandle
    /// Its small pages that it shares.
    var small: Range<UInt64>
    /// Its huge pages that it shares.
    var huge: Range<UInt64>
  }

  var donors: [Key: Donor] = [:]
}

/// The places of small pages in a mapping: beside the huge ones, from its beginning on, in a stack from its end.
private struct OwnPlaces {
  private var free: [Range<UInt64>]
  private let isFromEnd: Bool

  init(_ area: VirtualMemoryArea, beside blocks: Range<UInt64>) {
    isFromEnd = area.flags.contains(.growsDown)
    let pieces =
      blocks.isEmpty
      ? [area.pages] : [area.pages.lowerBound..<blocks.lowerBound, blocks.upperBound..<area.pages.upperBound]
    free = pieces.filter { !$0.isEmpty }
    if isFromEnd { free.reverse() }
  }

  /// Gives places for so many pages, as far as there are.
  mutating func take(_ count: Int) -> [Range<UInt64>] {
    var left = count
    var taken: [Range<UInt64>] = []
    while left > 0, let piece = free.first {
      let length = UInt64(min(left, piece.count))
      let part =
        isFromEnd
        ? piece.upperBound - length..<piece.upperBound : piece.lowerBound..<piece.lowerBound + length
      let rest = isFromEnd ? piece.lowerBound..<part.lowerBound : part.upperBound..<piece.upperBound
      if rest.isEmpty { free.removeFirst() } else { free[0] = rest }
      taken.append(part)
      left -= part.count
    }
    return taken
  }
}

extension Machine {
  /// Brings in what is the process's own behind a mapping.
  mutating func bringOwnPages(
    _ mapping: ProcessState.Mapping, _ area: VirtualMemoryArea, _ task: ProcessHandle,
    _ family: inout AnonymousFamily
  ) throws(FatalSignal) {
    if case .special = area.backing { return try mapOfKernel(mapping, area, task) }
    let blocks = hugeBlocks(mapping, area)
    var places = OwnPlaces(area, beside: blocks)
    var own = places.take(max(mapping.anonymous, 0) - blocks.count)
    let swapped = places.take(max(mapping.swapped, 0))
    if own.isEmpty, swapped.isEmpty, blocks.isEmpty { return }
    processes[task].addressSpace.prepareAnonymousGroup(for: area.start)
    let shared = sharedParts(mapping, own: own.first ?? 0..<0, blocks: blocks)
    var fresh = blocks
    let key = AnonymousFamily.Key(range: mapping.range, backing: area.backing)
    if let donor = family.donors[key], processes.isLiving(donor.task) {
      let huge = shared.huge.clamped(to: donor.huge)
      if huge.upperBound == blocks.upperBound, try inherit(huge, from: donor.task, to: task) {
        fresh = blocks.lowerBound..<huge.lowerBound
      }
      let small = shared.small.clamped(to: donor.small)
      if small.lowerBound == shared.small.lowerBound, try inherit(small, from: donor.task, to: task) {
        own[0] = small.upperBound..<own[0].upperBound
      }
    } else if mapping.sharedAnonymous > 0 {
      family.donors[key] = AnonymousFamily.Donor(task: task, small: shared.small, huge: shared.huge)
    }
    var small = area
    small.flags.remove(.hugePages)
    small.flags.insert(.noHugePages)
    for part in own {
      try bringIn(part.lowerBound << pageShift..<part.upperBound << pageShift, of: small, .write, task)
    }
    for part in swapped { try bringToSwap(part, of: small, task) }
    if fresh.isEmpty { return }
    var large = area
    large.flags.remove(.noHugePages)
    large.flags.insert(.hugePages)
    try bringIn(fresh.lowerBound << pageShift..<fresh.upperBound << pageShift, of: large, .write, task)
  }

  /// The pages that a mapping shares: huge ones as long as nobody has written to them, of the small ones the first.
  private func sharedParts(
    _ mapping: ProcessState.Mapping, own: Range<UInt64>, blocks: Range<UInt64>
  ) -> (small: Range<UInt64>, huge: Range<UInt64>) {
    let size = UInt64(configuration.profile.hugePageSize) >> pageShift
    let shared = UInt64(max(mapping.sharedAnonymous, 0))
    let huge = min(shared / size * size, UInt64(blocks.count))
    let small = min(shared - huge, UInt64(own.count))
    return (own.lowerBound..<own.lowerBound + small, blocks.upperBound - huge..<blocks.upperBound)
  }

  /// Maps the kernel's own pages of one of its mappings.
  private mutating func mapOfKernel(
    _ mapping: ProcessState.Mapping, _ area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) {
    let count = min(max(mapping.privateFile + mapping.sharedFile, 0), area.pageCount)
    guard count > 0, !area.isClockData else { return }
    let pages = area.pages.lowerBound..<area.pages.lowerBound + UInt64(count)
    try prepareTables(for: pages, in: task)
    processes[task].addressSpace.pageTable.map(pages, to: PageMapping(.program))
  }

  /// The huge pages of a mapping, at its end.
  private func hugeBlocks(_ mapping: ProcessState.Mapping, _ area: VirtualMemoryArea) -> Range<UInt64> {
    let size = UInt64(configuration.profile.hugePageSize) >> pageShift
    let start = (area.pages.lowerBound + size - 1) & ~(size - 1)
    let end = area.pages.upperBound & ~(size - 1)
    let room = end > start ? (end - start) / size : 0
    let wanted = min(UInt64(max(mapping.huge, 0)) / size, room)
    guard wanted > 0, ledger.allocator.hasRoomForHugePages, area.backing == .anonymous else { return 0..<0 }
    return end - wanted * size..<end
  }

  /// Maps pages of a mapping that another process has at the same place.
  ///
  /// - Returns: whether it has all of them.
  private mutating func inherit(
    _ pages: Range<UInt64>, from donor: ProcessHandle, to task: ProcessHandle
  ) throws(FatalSignal) -> Bool {
    if pages.isEmpty { return false }
    var entries = processes[donor].addressSpace.pageTable.mappings.extents(in: pages)
    guard entries.allSatisfy({ if case .anonymous = $0.value.target { true } else { false } }),
      entries.reduce(0, { $0 + $1.count }) == pages.count
    else { return false }
    try prepareTables(like: donor, for: pages, in: task)
    for position in entries.indices { entries[position].value.flags.remove(.writable) }
    processes[donor].addressSpace.pageTable.replace(pages, with: entries)
    processes[task].addressSpace.pageTable.replace(pages, with: entries)
    sharedFrames.retain(
      entries.compactMap { entry in
        entry.value.frame.map { FrameRange(start: $0, count: Int(entry.count)) }
      })
    return true
  }
}
