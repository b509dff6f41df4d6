// The one door of the page allocator: frames leave and enter it here, with their owner.

/// The page allocator, and who holds how much of what it gave.
///
/// Nobody else changes the allocator, so that no frame changes hands unnoticed. The charges are what control groups
/// count by.
///
/// Invariant: charges, free pages and pages on per-CPU lists together are all managed pages.
package struct FrameLedger: Sendable, Equatable, Codable {
  /// The zones, for looking at.
  package private(set) var allocator: PageAllocator
  /// The groups in whose name frames are held, and what they may hold.
  package internal(set) var groups = MemoryGroups()
  /// The frames that are charged to other groups than the root.
  private var owners = ExtentMap<FrameGroup>()
  /// Frames by group and kind of owner, kind by kind.
  private var charges = [Int](repeating: 0, count: Self.kindCount)

  private static let kindCount = FrameOwner.Kind.isolated.rawValue + 1

  /// Opens the ledger of an allocator that has given nothing yet.
  init(_ allocator: PageAllocator) { self.allocator = allocator }

  /// How many frames an owner holds.
  package func charge(of owner: FrameOwner) -> Int {
    let place = Self.place(of: owner)
    return charges.indices.contains(place) ? charges[place] : 0
  }

  /// How many frames a kind of owner holds over all groups.
  package func total(of kind: FrameOwner.Kind) -> Int {
    stride(from: kind.rawValue, to: charges.count, by: Self.kindCount).reduce(0) {
      $0 + charges[$1]
    }
  }

  /// Takes a block of `1 << order` frames, without reclaim and without retry, see
  /// ``PageAllocator/allocate(order:_:watermark:)``.
  @inline(__always)
  mutating func take(
    order: Int, _ flags: GFPFlags, watermark: Watermark, for owner: FrameOwner
  ) -> FrameNumber? {
    guard let frame = allocator.allocate(order: order, flags, watermark: watermark) else { return nil }
    charge(owner, 1 << order)
    return frame
  }

  /// Takes single frames, see
  /// ``PageAllocator/allocatePages(_:_:watermark:stopsAtBoost:into:)``.
  ///
  /// - Returns: how many.
  mutating func takePages(
    _ count: Int, _ flags: GFPFlags, watermark: Watermark, stopsAtBoost: Bool = false, for owner: FrameOwner,
    into runs: inout [FrameRange]
  ) -> Int {
    let given = allocator.allocatePages(
      count, flags, watermark: watermark, stopsAtBoost: stopsAtBoost, into: &runs)
    charge(owner, given)
    return given
  }

  /// Gives a block back that `take` gave, for the same purpose and of the same order; whoever was charged for it is no
  /// longer.
  @inline(__always)
  mutating func give(_ frame: FrameNumber, order: Int, of owner: FrameOwner) {
    assert(allocator.zoneIndex(of: frame) != nil, "a frame outside all zones is given back")
    discharge(FrameRange(start: frame, count: 1 << order), owner.kind)
    allocator.free(frame, order: order)
  }

  /// Gives single frames back.
  ///
  /// - Parameter descending: whether the highest goes first, so that the next requests get them in ascending order.
  mutating func givePages(_ run: FrameRange, descending: Bool = false, of owner: FrameOwner) {
    assert(
      run.count > 0 && allocator.zoneIndex(of: run.start) != nil
        && allocator.zoneIndex(of: run.end + -1) != nil,
      "frames outside all zones are given back")
    discharge(run, owner.kind)
    allocator.freePages(run, descending: descending)
  }

  /// Gives single frames back, run by run.
  mutating func givePages(_ runs: [FrameRange], of owner: FrameOwner) {
    for run in runs { givePages(run, of: owner) }
  }

  /// Lets something take free blocks off the lists of a zone.
  ///
  /// - Parameter owner: who holds from then on what it took.
  mutating func isolate<Result>(
    inZone index: Int, for owner: FrameOwner, _ body: (inout MemoryZone) -> Result
  ) -> Result {
    let before = allocator.zones[index].freePages
    let result = body(&allocator.zones[index])
    charge(owner, before - allocator.zones[index].freePages)
    return result
  }

  /// Adds memory to a zone that boot held back until now.
  mutating func addManaged(_ run: FrameRange) { allocator.addManaged(run) }

  /// Leaves pages of a zone with CPUs that do nothing, as boot does.
  mutating func fillOtherCPUs(_ count: Int, inZone index: Int) { allocator.zones[index].fillOtherCPUs(count) }

  /// Lets a group hold frames that were taken in the root's name; the group's counters have been charged already.
  mutating func assign(_ runs: [FrameRange], _ kind: FrameOwner.Kind, to group: MemoryGroup) {
    if group == .root { return }
    for run in runs {
      charge(FrameOwner(kind), -run.count)
      charge(FrameOwner(kind, of: group), run.count)
      owners.set(Self.keys(run), to: FrameGroup(number: UInt16(group.number)))
    }
  }

  /// About how many bytes the groups and their frames take.
  var stateByteCount: Int {
    owners.stateByteCount + groups.controls.count * MemoryLayout<MemoryControl?>.stride + charges.count * 8
  }

  /// Whether frames are charged to other groups than the root.
  @inline(__always)
  var hasGroups: Bool { !owners.isEmpty }

  /// The group that holds a frame.
  package func group(of frame: FrameNumber) -> MemoryGroup {
    owners.extent(containing: UInt64(frame.rawValue)).map { MemoryGroup(Int($0.value.number)) } ?? .root
  }

  /// Visits the parts of a run of frames that one group holds each, in ascending order.
  package func forEachPart(of run: FrameRange, _ body: (FrameRange, MemoryGroup) -> Void) {
    if owners.isEmpty { return body(run, .root) }
    var next = run.start
    for extent in owners.extents(in: Self.keys(run)) {
      let start = FrameNumber(Int(extent.start))
      if start > next {
        body(FrameRange(start: next, count: start.rawValue - next.rawValue), .root)
      }
      next = FrameNumber(Int(extent.end))
      body(FrameRange(start: start, count: Int(extent.count)), MemoryGroup(Int(extent.value.number)))
    }
    if next < run.end { body(FrameRange(start: next, count: run.end.rawValue - next.rawValue), .root) }
  }

  /// Notes that what lay in some frames lies in others now, which nobody was charged for.
  mutating func move(_ run: FrameRange, to target: FrameNumber) {
    if owners.isEmpty { return }
    for extent in owners.extents(in: Self.keys(run)) {
      let start = target.rawValue + Int(extent.start) - run.start.rawValue
      owners.remove(extent.range)
      owners.set(UInt64(start)..<UInt64(start) + extent.count, to: extent.value)
    }
  }

  private static func keys(_ run: FrameRange) -> Range<UInt64> {
    UInt64(run.start.rawValue)..<UInt64(run.end.rawValue)
  }

  /// Takes frames off the account of whoever holds them.
  @inline(__always)
  private mutating func discharge(_ run: FrameRange, _ kind: FrameOwner.Kind) {
    if owners.isEmpty { return charge(FrameOwner(kind), -run.count) }
    dischargeGroups(run, kind)
  }

  private mutating func dischargeGroups(_ run: FrameRange, _ kind: FrameOwner.Kind) {
    var parts: [(count: Int, group: MemoryGroup)] = []
    forEachPart(of: run) { parts.append(($0.count, $1)) }
    owners.remove(Self.keys(run))
    for part in parts {
      charge(FrameOwner(kind, of: part.group), -part.count)
      if part.group == .root { continue }
      switch kind {
      case .anonymous, .file, .shared: groups.uncharge(part.count, of: part.group)
      // Tables are freed in batches with the pages of user space.
      case .pageTable: groups.unchargeTables(part.count, of: part.group)
      case .process, .slab, .vmalloc, .kernel, .isolated:
        groups.unchargeKernel(part.count, of: part.group)
      }
    }
  }

  @inline(__always)
  private mutating func charge(_ owner: FrameOwner, _ count: Int) {
    let place = Self.place(of: owner)
    if place >= charges.count { addGroups(upTo: owner.group) }
    assert(charges[place] + count >= 0, "an owner gives back more than it holds")
    charges[place] &+= count
  }

  @inline(never)
  private mutating func addGroups(upTo group: MemoryGroup) {
    let wanted = (group.number + 1) * Self.kindCount
    charges += [Int](repeating: 0, count: wanted - charges.count)
  }

  @inline(__always)
  private static func place(of owner: FrameOwner) -> Int {
    owner.group.number &* kindCount &+ owner.kind.rawValue
  }

  /// What the ledger and the allocator's lists contradict; empty when all is well.
  func invariantViolations() -> [String] {
    var found = allocator.invariantViolations()
    for kind in FrameOwner.Kind.allCases where total(of: kind) < 0 {
      found.append("\(kind) has given back more frames than it held")
    }
    let held = charges.reduce(0, +)
    let free = allocator.freePageCount + allocator.perCPUPageCount
    if held + free != allocator.totalPages {
      found.append("\(held) frames are charged and \(free) free, \(allocator.totalPages) are managed")
    }
    return found + groupViolations()
  }

  private func groupViolations() -> [String] {
    var found: [String] = []
    var held: [Int: Int] = [:]
    for extent in owners.all { held[Int(extent.value.number), default: 0] += Int(extent.count) }
    for group in groups.all {
      found += groups.protectionViolations(of: group)
      guard group != .root else { continue }
      let number = group.number
      var (user, kernel) = (0, 0)
      for kind in FrameOwner.Kind.allCases {
        let count = charge(of: FrameOwner(kind, of: group))
        if kind.isKernels { kernel += count } else { user += count }
      }
      found += groups.invariantViolations(of: group, userFrames: user, kernelFrames: kernel)
      let charged = user + kernel
      if charged != held[number, default: 0] {
        found.append("group \(number) holds \(held[number, default: 0]) frames and is charged for \(charged)")
      }
    }
    return found
  }
}

/// The group that is charged for a run of frames.
private struct FrameGroup: ExtentValue, Codable {
  var number: UInt16
  func advanced(by distance: UInt64) -> FrameGroup { self }
}

// Settings and signals of the allocator, which move no frame.
extension FrameLedger {
  /// See ``PageAllocator/setWatermarks(minFreeKilobytes:scaleFactor:)``.
  mutating func setWatermarks(minFreeKilobytes: Int, scaleFactor: Int) {
    allocator.setWatermarks(minFreeKilobytes: minFreeKilobytes, scaleFactor: scaleFactor)
  }

  /// See ``PageAllocator/setLowmemReserve(ratio:)``.
  mutating func setLowmemReserve(ratio: [Int]) { allocator.setLowmemReserve(ratio: ratio) }

  /// See ``PageAllocator/setWatermarkBoostFactor(_:)``.
  mutating func setWatermarkBoostFactor(_ factor: Int) { allocator.setWatermarkBoostFactor(factor) }

  /// Takes boost off the marks of a zone.
  mutating func lowerWatermarkBoost(zone index: Int, by pages: Int) {
    allocator.lowerWatermarkBoost(zone: index, by: pages)
  }

  /// The highest zone of a class of requests whose boost grew since this was last asked.
  mutating func takeNewBoost(requestClass: Int) -> Int? { allocator.takeNewBoost(requestClass: requestClass) }

  /// Notes that kswapd works on the zones of a class of requests, or no longer does.
  mutating func setReclaimActive(_ isActive: Bool, requestClass: Int) {
    allocator.setReclaimActive(isActive, requestClass: requestClass)
  }

  /// Gives a page block of the reserves for atomic requests to requests with these flags.
  mutating func unreserveHighAtomic(for flags: GFPFlags, takesLast: Bool) -> Bool {
    allocator.unreserveHighAtomic(for: flags, takesLast: takesLast)
  }

  /// Notes that a block is given out for what cannot move, or is so no longer.
  mutating func pin(_ frame: FrameNumber, order: Int, _ isPinned: Bool = true) {
    allocator.pin(frame, order: order, isPinned)
  }

  /// Gives the pages on the per-CPU lists of a zone back to its free lists.
  mutating func drainPerCPU(zone index: Int) { allocator.zones[index].drainPerCPU() }

  /// Counts requests that were not carried out one by one.
  mutating func noteServed(inZone index: Int, pages: Int, requests: Int) {
    allocator.zones[index].allocatedPages += pages
    allocator.zones[index].servedRequests += requests
  }

  /// Begins to note what the allocator does.
  mutating func beginRecording() { allocator.recordsEvents = true }

  /// Ends that.
  ///
  /// - Returns: what it did.
  mutating func endRecording() -> [PageAllocatorEvent] {
    allocator.recordsEvents = false
    return allocator.drainEvents()
  }
}
