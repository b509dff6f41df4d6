// Every frame is free or has exactly one owner, and everybody has what they are charged for.

extension Machine {
  /// Frames that an owner of a kind holds.
  private struct Held {
    /// Nil for free ones.
    var kind: FrameOwner.Kind?
    var frames: FrameRange

    init(_ kind: FrameOwner.Kind?, _ frames: FrameRange) { (self.kind, self.frames) = (kind, frames) }
  }

  func frameViolations(_ mapped: MappedFrames) -> [String] {
    var held = heldFrames(mapped)
    var found = chargeViolations(held)
    held += ledger.allocator.heldRanges().map { Held(nil, $0) }
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
    var held: [Held] = mapped.runs.map { Held(.anonymous, $0.frames) }
    held += splitHugePages.unusedFrames.map { Held(.anonymous, $0) }
    swapCache.forEachRun { _, run in held.append(Held(.anonymous, run)) }
    files.forEachCachedRun { _, _, run in held.append(Held(.file, run)) }
    for object in sharedMemory.objects.values {
      held += object.pages.all.map { Held(.shared, FrameRange(start: $0.value.frame, count: Int($0.count))) }
    }
    for process in processes.all {
      held += process.addressSpace.pageTable.directory.frames.map { Held(.pageTable, $0) }
      held += process.kernelPages.blocks.map { Held(.process, $0.frames) }
    }
    if let root = hugePageCollector.root { held.append(Held(.process, root.frames)) }
    held += slab.heldFrames.map { Held(.slab, $0) }
    held += vmallocArea.heldFrames.map { Held(.vmalloc, $0) }
    held += kernelPages.bootFrames.map { Held(.kernel, $0) }
    kernelPages.blocks.forEachBlock { frame, order in
      held.append(Held(.kernel, FrameRange(start: FrameNumber(frame), count: 1 << order)))
    }
    if let frame = hugeZeroPage {
      held.append(Held(.kernel, FrameRange(start: frame, count: 1 << configuration.profile.pageblockOrder)))
    }
    return held
  }

  /// Each kind of owner has as many frames as it is charged for.
  private func chargeViolations(_ held: [Held]) -> [String] {
    var counts = [Int](repeating: 0, count: FrameOwner.Kind.allCases.count)
    for one in held { if let kind = one.kind { counts[kind.rawValue] += one.frames.count } }
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
