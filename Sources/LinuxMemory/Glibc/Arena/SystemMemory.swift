// Memory from the kernel: the break, mappings, and what becomes of the old top when they do not adjoin.

extension MallocState {
  /// A region that replaces a refused break is a multiple of this, or as large at least.
  private static let regionUnit: UInt64 = 1 << 20

  /// Serves a request that neither bins nor top can meet (sysmalloc).
  ///
  /// - Parameter wanted: The chunk size.
  /// - Returns: The chunk, or 0 with errno set.
  mutating func allocateFromSystem(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    var triedMapping = false
    if wanted >= parameters.mappingThreshold {
      if mappings.count < parameters.largestMappingCount {
        if let chunk = try allocateMapping(wanted, &kernel) { return chunk }
        triedMapping = true
      } else {
        kernel.note(.mappingLimitReached(count: Int(mappings.count)))
      }
    }
    let oldSize = try checkTop(wanted, &kernel)
    if arena.isMain {
      try growTop(wanted, oldSize: oldSize, &kernel)
    } else if try !growHeap(wanted, oldSize: oldSize, &kernel), !triedMapping {
      if let chunk = try allocateMapping(wanted, &kernel) { return chunk }
      if rules.triesHeapTwice { _ = try growHeap(wanted, oldSize: oldSize, &kernel) }
    }
    arena.mostSystemBytes = max(arena.mostSystemBytes, arena.systemBytes)
    if let chunk = try splitTop(try topSize(&kernel), wanted, &kernel) { return chunk }
    errorNumber = .ENOMEM
    kernel.note(.outOfMemory(size: wanted))
    return 0
  }

  /// Checks what glibc asserts about top before it asks the system.
  private mutating func checkTop(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    guard arena.top != 0 else { return 0 }
    let field = try sizeField(arena.top, &kernel)
    let size = field & ~ChunkFlags.all
    try require(
      size >= layout.minimumChunk && field & ChunkFlags.previousInUse != 0
        && (arena.top &+ size) & (MallocLayout.pageSize - 1) == 0, .topAssertion, &kernel)
    try require(size < wanted &+ layout.minimumChunk, .roomAssertion, &kernel)
    return size
  }

  private mutating func growTop(
    _ wanted: UInt64, oldSize: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    var length = wanted &+ parameters.topPadding &+ layout.minimumChunk
    if arena.isContiguous { length = length &- oldSize }
    length = layout.roundUpToPages(length)
    var start: UInt64?
    if length != 0, length <= layout.largestRequest {
      start = try moveBreak(by: Int64(bitPattern: length), &kernel)
    }
    if let start {
      try addFromBreak(start, length, oldSize: oldSize, &kernel)
    } else {
      kernel.note(.breakRefused(bytes: length))
      try addMappedRegion(wanted, length, oldSize: oldSize, &kernel)
    }
  }

  private mutating func addFromBreak(
    _ start: UInt64, _ length: UInt64, oldSize: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if firstBreak == 0 { firstBreak = start }
    memory.anchorHeap(at: start, key: threadCacheKey)
    arena.systemBytes = arena.systemBytes &+ length
    let oldEnd = arena.top &+ oldSize
    if arena.top != 0, start == oldEnd {
      try setSizeField(arena.top, (length &+ oldSize) | ChunkFlags.previousInUse, &kernel)
      kernel.note(.heapGrown(bytes: length, padding: parameters.topPadding))
      return
    }
    var topStart = start
    var correction: UInt64 = 0
    var end: UInt64
    if arena.isContiguous {
      try require(oldSize == 0 || start >= oldEnd, .breakAdjusted, &kernel)
      if oldSize != 0 { arena.systemBytes = arena.systemBytes &+ start &- oldEnd }
      let lead = alignmentLead(start)
      topStart = start &+ lead
      correction = lead &+ oldSize
      let unrounded = start &+ length &+ correction
      correction = correction &+ layout.roundUpToPages(unrounded) &- (unrounded & layout.addressMask)
      if let second = try moveBreak(by: Int64(bitPattern: correction), &kernel) {
        end = second
      } else {
        correction = 0
        end = kernel.currentBreak
      }
    } else {
      if layout.alignment == layout.headerSize {
        try require(layout.misalignment(ofChunk: start) == 0, .alignmentAssertion, &kernel)
      }
      topStart = start &+ alignmentLead(start)
      end = kernel.currentBreak
    }
    kernel.note(.heapGrown(bytes: length, padding: parameters.topPadding))
    try replaceTop(
      at: topStart, size: end &- topStart &+ correction, added: correction, oldSize: oldSize, &kernel)
  }

  /// Maps a region instead of moving the break, and expects no contiguous heap from then on.
  private mutating func addMappedRegion(
    _ wanted: UInt64, _ missing: UInt64, oldSize: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let unit = Self.regionUnit
    let whole = arena.isContiguous ? missing &+ oldSize : missing
    var length: UInt64
    switch rules.regions {
    case .wholeUnits:
      length = arena.isContiguous ? (whole &+ unit - 1) & ~(unit - 1) & layout.addressMask : whole
      // A huge top_pad may have wrapped the sum around to nothing.
      length = max(length, MallocLayout.pageSize)
    case .pages: length = max(arena.isContiguous ? layout.roundUpToPages(whole) : whole, unit)
    case .requestAlone:
      length = max(layout.roundUpToPages(wanted &+ parameters.topPadding &+ layout.minimumChunk), unit)
    }
    guard length > wanted else { return }
    switch try kernel.mmap(length: length) {
    case .failure(let error): errorNumber = error
    case .success(let start):
      arena.isContiguous = false
      memory.addRegion(at: start, length: length, key: threadCacheKey)
      if firstBreak == 0 { firstBreak = start }
      arena.systemBytes = arena.systemBytes &+ length
      let lead = alignmentLead(start)
      kernel.note(.regionAdded(address: start, bytes: length))
      try replaceTop(at: start &+ lead, size: length &- lead, added: 0, oldSize: oldSize, &kernel)
    }
  }

  /// Makes a region that does not continue the old top the new top; the old one ends in two fenceposts and
  /// the rest of it is freed.
  private mutating func replaceTop(
    at start: UInt64, size: UInt64, added: UInt64, oldSize: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let oldTop = arena.top
    arena.top = start
    arena.stretches.append(start)
    try setSizeField(start, size | ChunkFlags.previousInUse, &kernel)
    arena.systemBytes = arena.systemBytes &+ added
    guard oldSize != 0 else { return }
    let fence = layout.headerSize
    let rest = (oldSize &- 2 &* fence) & ~(layout.alignment - 1)
    try setSizeField(oldTop, rest | ChunkFlags.previousInUse, &kernel)
    try setSizeField(oldTop &+ rest, fence | ChunkFlags.previousInUse, &kernel)
    try setSizeField(oldTop &+ rest &+ fence, fence | ChunkFlags.previousInUse, &kernel)
    kernel.note(.topAbandoned(rest: rest))
    if rest >= layout.minimumChunk { try release(oldTop, isInternal: true, &kernel) }
  }

  private func alignmentLead(_ start: UInt64) -> UInt64 {
    let misalignment = layout.misalignment(ofChunk: start)
    return misalignment == 0 ? 0 : layout.alignment - misalignment
  }

  /// sbrk(3) as the C library has it: moves the break relative to where it is.
  ///
  /// - Returns: The old break; `nil` with errno set when the kernel refuses.
  mutating func moveBreak(
    by increment: Int64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    if !knowsBreak {
      _ = try kernel.brk(0)
      knowsBreak = true
    }
    let old = kernel.currentBreak
    guard increment != 0 else { return old }
    let wanted = old &+ UInt64(bitPattern: increment)
    guard (increment > 0) == (wanted > old), wanted <= layout.addressMask else {
      errorNumber = .ENOMEM
      return nil
    }
    // brk(2)'s wrapper looks only whether the break is too low: a shrink that the kernel refused counts as done.
    guard try kernel.brk(wanted) >= wanted else {
      errorNumber = .ENOMEM
      return nil
    }
    return old
  }
}
