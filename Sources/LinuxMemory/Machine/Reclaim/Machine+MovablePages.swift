// Who refers to the frames that can move, and pointing them elsewhere.

extension Machine {
  /// The frames of user memory and of the page cache.
  ///
  /// Huge pages stay, also those that are mapped page by page (compaction moves single pages), and so does everything
  /// that the kernel itself holds.
  var movablePages: MovablePages {
    var references: [MovablePages.Reference] = []
    func add(_ owner: MovablePages.Owner, _ frame: FrameNumber, _ count: Int) {
      note(work: 1)
      references.append(
        MovablePages.Reference(frames: frame.rawValue..<frame.rawValue + count, owner: owner))
    }
    for task in processes.allHandles {
      let space = processes[task].addressSpace
      for extent in space.pageTable.mappings.all where !extent.value.isHuge {
        guard let frame = extent.value.frame else { continue }
        if work.isStopped { break }
        if tunables.compactUnevictableAllowed == 0, isLocked(extent.start, in: space) { continue }
        let run = FrameRange(start: frame, count: Int(extent.count))
        splitHugePages.forEachPart(of: run) { part, isOfHugePage in
          if isOfHugePage { return }
          let offset = UInt64(part.start.rawValue - frame.rawValue)
          let mapping = extent.value.advanced(by: offset)
          add(.process(task, page: extent.start + offset, mapping), part.start, part.count)
        }
      }
    }
    for (number, object) in sharedMemory.objects.sorted(by: { $0.key < $1.key }) {
      for extent in object.pages.all {
        add(.object(number, page: extent.start), extent.value.frame, Int(extent.count))
      }
    }
    files.forEachCachedRun { file, page, run in add(.file(file, page: page), run.start, run.count) }
    swapCache.forEachRun { slot, run in add(.swapCache(slot), run.start, run.count) }
    return MovablePages(references)
  }

  /// Makes whoever refers to frames of a run refer to others.
  ///
  /// - Parameters:
  ///   - reference: a reference that overlaps the run.
  ///   - run: frames whose contents moved.
  ///   - target: where the first one's went; the others follow.
  mutating func redirect(_ reference: MovablePages.Reference, from run: FrameRange, to target: FrameNumber) {
    let start = Swift.max(run.start.rawValue, reference.frames.lowerBound)
    let count = Swift.min(run.end.rawValue, reference.frames.upperBound) - start
    let offset = UInt64(start - reference.frames.lowerBound)
    let frames = FrameRange(start: target + (start - run.start.rawValue), count: count)
    switch reference.owner {
    case .process(let task, let page, let mapping):
      let first = page + offset
      processes[task].addressSpace.pageTable.map(
        first..<first + UInt64(count), to: mapping.pointing(to: frames.start))
      swapCache.relocateMapped(FrameRange(start: FrameNumber(start), count: count), to: frames.start)
    case .object(let number, let page): sharedMemory.relocate(page + offset, of: number, to: frames)
    case .file(let file, let page): files.relocate(page + offset, of: file, to: frames)
    case .swapCache(let slot): swapCache.relocate(slot + Int(offset), to: frames)
    }
  }

  private func isLocked(_ page: UInt64, in space: AddressSpace) -> Bool {
    space.areas.area(containing: page << pageShift)?.flags.contains(.locked) ?? false
  }
}

extension PageMapping {
  /// The same entry for another frame; an entry without a frame stays as it is.
  fileprivate func pointing(to frame: FrameNumber) -> PageMapping {
    switch target {
    case .anonymous: PageMapping(.anonymous(frame), flags)
    case .shared: PageMapping(.shared(frame), flags)
    case .zeroPage, .program, .swapped: self
    }
  }
}
