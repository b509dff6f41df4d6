// Every frame is free or has exactly one owner, and everybody has what they are charged for.

extension MachineCheck {
  /// Frames that an owner of a kind holds.
  private struct Held {
    /// Nil for free ones.
    var kind: FrameOwner.Kind?
    var frames: FrameRange

    init(_ kind: FrameOwner.Kind?, _ frames: FrameRange) { (self.kind, self.frames) = (kind, frames) }
  }

  func frameViolations() -> [String] {
    var held = heldFrames()
    var found = chargeViolations(held)
    held += machine.ledger.allocator.heldRanges().map { Held(nil, $0) }
    held.sort { $0.frames.start < $1.frames.start }
    for (left, right) in zip(held, held.dropFirst()) where right.frames.start < left.frames.end {
      found.append(
        "frame \(right.frames.start.rawValue) is \(Self.name(left.kind)) and \(Self.name(right.kind)) at once"
      )
    }
    let all = held.reduce(0) { $0 + $1.frames.count }
    if all != machine.ledger.allocator.totalPages {
      found.append(
        "\(all) frames are free or have an owner, \(machine.ledger.allocator.totalPages) are managed")
    }
    return found
  }

  private static func name(_ kind: FrameOwner.Kind?) -> String { kind.map { "\($0)" } ?? "free" }

  /// What everybody holds, frame by frame, from what they themselves remember.
  private func heldFrames() -> [Held] {
    var held: [Held] = mapped.runs.map { Held(.anonymous, $0.frames) }
    held += machine.splitHugePages.unusedFrames.map { Held(.anonymous, $0) }
    machine.swapCache.forEachRun { _, run in held.append(Held(.anonymous, run)) }
    machine.files.forEachCachedRun { file, _, run in
      let isTemporary = machine.files.record(file)?.file.kind == .temporary
      held.append(Held(isTemporary ? .shared : .file, run))
    }
    for object in machine.sharedMemory.objects.values {
      held += object.pages.all.map { Held(.shared, FrameRange(start: $0.value.frame, count: Int($0.count))) }
    }
    for process in machine.processes.all {
      held += process.addressSpace.pageTable.directory.frames.map { Held(.pageTable, $0) }
      held += process.kernelPages.blocks.map { Held(.process, $0.frames) }
      for thread in process.threads { held += thread.kernelPages.blocks.map { Held(.process, $0.frames) } }
    }
    if let root = machine.hugePageCollector.root { held.append(Held(.process, root.frames)) }
    held += machine.slab.heldFrames.map { Held(.slab, $0) }
    held += machine.vmallocArea.heldFrames.map { Held(.vmalloc, $0) }
    held += machine.kernelPages.bootFrames.map { Held(.kernel, $0) }
    machine.kernelPages.blocks.forEachBlock { frame, order in
      held.append(Held(.kernel, FrameRange(start: FrameNumber(frame), count: 1 << order)))
    }
    if let frame = machine.hugeZeroPage {
      held.append(
        Held(.kernel, FrameRange(start: frame, count: 1 << machine.configuration.profile.pageblockOrder)))
    }
    return held
  }

  /// Each kind of owner has as many frames as it is charged for.
  private func chargeViolations(_ held: [Held]) -> [String] {
    var counts = [Int](repeating: 0, count: FrameOwner.Kind.allCases.count)
    for one in held { if let kind = one.kind { counts[kind.rawValue] += one.frames.count } }
    return FrameOwner.Kind.allCases.compactMap { kind in
      let charge = machine.ledger.total(of: kind)
      return charge == counts[kind.rawValue]
        ? nil : "\(kind) holds \(counts[kind.rawValue]) frames and is charged for \(charge)"
    }
  }
}

extension ProcessKernelPages.Block {
  fileprivate var frames: FrameRange { FrameRange(start: frame, count: 1 << order) }
}
