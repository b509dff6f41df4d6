// Every frame is free or has exactly one owner, and everybody has what they are charged for.

extension Machine {
  /// Frames that an owner of a kind holds.
  private typealias Held = (kind: FrameOwner.Kind?, frames: FrameRange)

  func frameViolations(_ mapped: MappedFrames) -> [String] {
    var held = heldFrames(mapped)
    var found = chargeViolations(held)
    held += ledger.allocator.heldRanges().map { (nil, $0) }
    held.sort { $0.frames.start < $1.frames.start }
    for (left, right) in zip(held, held.dropFirst()) where right.frames.start < left.frames.end {
      found.append(
        "frame \(right.frames.start.rawValue) is \(Self.name(left.kind)) and \(Self.name(right.kind)) at once"
      )
    }
    let all = held.reduce(0) { $0 + $1.frames.count }
    if all != ledger.allocator.totalPages {
      found.append("\(all) frames are free or have an owner, \(ledger.allocator.totalPages) are managed")
    }
    return found
  }

  private static func name(_ kind: FrameOwner.Kind?) -> String { kind.map { "\($0)" } ?? "free" }

  /// What everybody holds, frame by frame, from what they themselves remember.
  private func heldFrames(_ mapped: MappedFrames) -> [Held] {
    var held: [Held] = mapped.runs.map { (.anonymous, $0.frames) }
    held += splitHugePages.unusedFrames.map { (.anonymous, $0) }
    swapCache.forEachRun { _, run in held.append((.anonymous, run)) }
    files.forEachCachedRun { _, _, run in held.append((.file, run)) }
    for object in sharedMemory.objects.values {
      held += object.pages.all.map { (.shared, FrameRange(start: $0.value.frame, count: Int($0.count))) }
    }
    for process in processes.all {
      held += process.addressSpace.pageTable.directory.frames.map { (.pageTable, $0) }
      held += process.kernelPages.blocks.map { (.process, $0.frames) }
    }
    if let root = hugePageCollector.root { held.append((.process, root.frames)) }
    held += slab.heldFrames.map { (.slab, $0) }
    held += vmallocArea.heldFrames.map { (.vmalloc, $0) }
    held += kernelPages.bootFrames.map { (.kernel, $0) }
    kernelPages.blocks.forEachBlock { frame, order in
      held.append((.kernel, FrameRange(start: FrameNumber(frame), count: 1 << order)))
    }
    if let frame = hugeZeroPage {
      held.append((.kernel, FrameRange(start: frame, count: 1 << configuration.profile.pageblockOrder)))
    }
    return held
  }

  /// Each kind of owner has as many frames as it is charged for.
  private func chargeViolations(_ held: [Held]) -> [String] {
    var counts = [Int](repeating: 0, count: FrameOwner.Kind.allCases.count)
    for (kind, frames) in held { if let kind { counts[kind.rawValue] += frames.count } }
    return FrameOwner.Kind.allCases.compactMap { kind in
      let charge = ledger.total(of: kind)
      return charge == counts[kind.rawValue]
        ? nil : "\(kind) holds \(counts[kind.rawValue]) frames and is charged for \(charge)"
    }
  }
}

extension ProcessKernelPages.Block {
  fileprivate var frames: FrameRange { FrameRange(start: frame, count: 1 << order) }
}
