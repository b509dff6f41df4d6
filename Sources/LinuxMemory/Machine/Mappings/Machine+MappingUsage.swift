// Measuring the memory behind a mapping.

extension Machine {
  /// Measures the memory behind a mapping (`smap_gather_stats`, fs/proc/task_mmu.c).
  ///
  /// - Parameters:
  ///   - area: a mapping of the process.
  ///   - process: whose it is; it must be alive.
  /// - Returns: the amounts. The page of zeros counts nowhere, as in the kernel.
  public func usage(of area: VirtualMemoryArea, in process: LinuxProcess) -> MappingUsage {
    var usage = MappingUsage()
    process.addressSpace.pageTable.mappings.forEach(in: area.pages) { entry in
      guard mayGoOn() else { return }
      let pages = Int(entry.count)
      switch entry.value.target {
      case .zeroPage: break
      case .anonymous(let frame):
        usage.anonymous += entry.count * pageSize
        if entry.value.isHuge { usage.anonymousHuge += entry.count * pageSize }
        let isFree = entry.value.flags.contains(.lazilyFree)
        if isFree { usage.lazilyFree += entry.count * pageSize }
        forEachHugePage(of: FrameRange(start: frame, count: pages), entry.value) { block, overflows in
          sharedFrames.forEachPart(of: block) { part, users in
            usage.count(
              part.count, users: users, isDirty: !isFree, kind: \.proportionalAnonymous,
              leavesProportion: overflows)
          }
        }
      case .shared:
        for part in dirtyParts(of: entry, in: area) {
          forEachUserCount(of: part.pages, in: area, of: process) { count, users in
            usage.count(count, users: users, isDirty: part.isDirty, kind: \.proportionalShared)
          }
        }
      case .program:
        let isTemporary = entry.value.flags.contains(.temporary)
        let kind = isTemporary ? \MappingUsage.proportionalShared : \.proportionalFile
        for part in changedParts(of: entry, in: area) {
          forEachUserCount(of: part.pages, in: area, of: process) { count, users in
            // What a tmpfs holds is on no disk.
            usage.count(count, users: users, isDirty: part.isDirty || isTemporary, kind: kind)
          }
        }
      case .swapped(let slot):
        usage.swapped += entry.count * pageSize
        swap.forEachPart(of: SwapSlotRange(start: slot, count: pages)) { count, users in
          usage.swappedProportional +=
            UInt64(count) * ((pageSize << UInt64(MappingUsage.proportionalShift)) / UInt64(max(users, 1)))
        }
      }
    }
    if area.flags.contains(.locked) { usage.locked = usage.proportional }
    return usage
  }

  /// Visits the frames of an entry: at once, or with 32 bits huge page by huge page.
  ///
  /// There the size of a huge page overflows where the kernel scales it for Pss, to 0, unless it takes the page's
  /// parts one by one because somebody else maps some of it too (`smaps_account`).
  private func forEachHugePage(
    of run: FrameRange, _ mapping: PageMapping, _ body: (_ block: FrameRange, _ overflows: Bool) -> Void
  ) {
    guard mapping.isHuge, configuration.profile.hugePageOverflowsProportion else { return body(run, false) }
    let size = 1 << configuration.profile.pageblockOrder
    for offset in stride(from: 0, to: run.count, by: size) {
      let block = FrameRange(start: run.start + offset, count: min(size, run.count - offset))
      var isShared = false
      sharedFrames.forEachPart(of: block) { _, users in if users > 1 { isShared = true } }
      body(block, !isShared)
    }
  }

  /// Cuts an entry of a shared object where its pages differ in whether they were written, through this entry or
  /// as the kernel knows.
  private func dirtyParts(
    of entry: Extent<PageMapping>, in area: VirtualMemoryArea
  ) -> [(pages: Range<UInt64>, isDirty: Bool)] {
    guard case .sharedMemory(let number) = area.backing, !entry.value.flags.contains(.dirty) else {
      return [(entry.range, true)]
    }
    let first = entry.start - area.pages.lowerBound + area.pageOffset
    let pages = sharedMemory.objects[number]?.pages.extents(in: first..<first + entry.count) ?? []
    return pages.map { page in
      let start = entry.start + page.start - first
      return (start..<start + page.count, page.value.isDirty)
    }
  }

  /// Cuts an entry of a mapped file where its pages differ in whether the disk has them.
  private func changedParts(
    of entry: Extent<PageMapping>, in area: VirtualMemoryArea
  ) -> [(pages: Range<UInt64>, isDirty: Bool)] {
    guard case .file(let file) = area.backing else { return [(entry.range, false)] }
    let offset = area.pages.lowerBound &- area.pageOffset
    let first = entry.start &- offset
    var parts: [(pages: Range<UInt64>, isDirty: Bool)] = []
    var next = first
    func append(_ end: UInt64, _ isDirty: Bool) {
      if next < end { parts.append((next &+ offset..<end &+ offset, isDirty)) }
      next = end
    }
    for clean in files.cleanParts(in: first..<first + entry.count, of: file) {
      append(clean.lowerBound, true)
      append(clean.upperBound, false)
    }
    append(first + entry.count, true)
    return parts
  }

  /// Visits a run of present pages of a file or of shared memory in parts that equally many processes map.
  private func forEachUserCount(
    of pages: Range<UInt64>, in area: VirtualMemoryArea, of process: LinuxProcess,
    _ body: (_ count: Int, _ users: Int) -> Void
  ) {
    let start = pages.lowerBound - area.pages.lowerBound + area.pageOffset
    let wanted = start..<start + UInt64(pages.count)
    // Where another process's pages of the same backing begin (+1) and end (-1), by page of the backing.
    var changes: [UInt64: Int] = [:]
    for other in processes.live {
      // Processes of different programs have no file in common.
      let hasSameProgram = other.addressSpace.programPath == process.addressSpace.programPath
      guard area.backing != .program || hasSameProgram else { continue }
      for candidate in other.addressSpace.areas.list where candidate.backing == area.backing {
        if other.id == process.id, candidate.start == area.start { continue }
        other.addressSpace.pageTable.mappings.forEach(in: candidate.pages) { entry in
          guard entry.value.target.isShareable else { return }
          let first = entry.start - candidate.pages.lowerBound + candidate.pageOffset
          let part = (first..<first + entry.count).clamped(to: wanted)
          guard !part.isEmpty else { return }
          changes[part.lowerBound, default: 0] += 1
          changes[part.upperBound, default: 0] -= 1
        }
      }
    }
    var users = 1
    var next = wanted.lowerBound
    for page in changes.keys.sorted() {
      if page > next { body(Int(page - next), users) }
      users += changes[page] ?? 0
      next = page
    }
    if next < wanted.upperBound { body(Int(wanted.upperBound - next), users) }
  }
}

extension PageMapping.Target {
  /// Whether it is a page of a file or of shared memory, which several processes map without copying.
  fileprivate var isShareable: Bool {
    switch self {
    case .shared, .program: true
    case .anonymous, .zeroPage, .swapped: false
    }
  }
}
