// Chunks with a mapping of their own, and the thresholds that adapt when one is freed.

extension MallocState {
  /// Serves a request by a mapping of its own.
  ///
  /// - Returns: The chunk; `nil` when the kernel refuses.
  mutating func allocateMapping(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    let length = layout.roundUpToPages(wanted &+ mappingOverhead)
    guard length > wanted else { return nil }
    switch try kernel.mmap(length: length) {
    case .failure(let error):
      errorNumber = error
      kernel.note(.mappingRefused(length: length))
      return nil
    case .success(let start):
      let misalignment = layout.misalignment(ofChunk: start)
      let lead = misalignment == 0 ? 0 : layout.alignment - misalignment
      let chunk = start &+ lead
      try setPreviousSize(chunk, lead, &kernel)
      try setSizeField(chunk, (length &- lead &- mappingTail) | ChunkFlags.mapped, &kernel)
      mappings.add(bytes: length)
      mappedChunks.insert(start: start, length: length, chunk: chunk)
      kernel.note(.mapped(address: start, length: length, threshold: parameters.mappingThreshold))
      return chunk
    }
  }

  /// The bytes that a mapping has beyond its chunk's size word: the header that would follow it, since 2.43.
  @inline(__always)
  private var mappingTail: UInt64 { rules.mappedSizeExcludesHeader ? layout.headerSize : 0 }

  /// The bytes that a mapping needs beyond the size of a chunk on the heap: a word, as no next chunk lends it one, or a whole
  /// header; and room to align it.
  @inline(__always)
  private var mappingOverhead: UInt64 {
    if rules.mappedSizeExcludesHeader { return layout.alignment }
    return layout.wordSize &+ (layout.headerSize == layout.alignment ? 0 : layout.alignment &- 1)
  }

  /// Frees a mapped chunk on behalf of the program: the thresholds may rise to its size.
  mutating func releaseMapping(
    _ chunk: UInt64, _ field: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if !parameters.thresholdsAreFixed, field > parameters.mappingThreshold,
      field <= layout.mappingThresholdCeiling
    {
      parameters.mappingThreshold = field & ~ChunkFlags.all
      parameters.trimThreshold = 2 &* parameters.mappingThreshold
      kernel.note(
        .thresholdRaised(mmap: parameters.mappingThreshold, trim: parameters.trimThreshold))
    }
    try unmap(chunk, &kernel)
  }

  /// Unmaps a mapped chunk.
  mutating func unmap(_ chunk: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) {
    let mapping = try checkMapping(chunk, .unmapInvalidPointer, &kernel)
    mappings.remove(bytes: mapping.length)
    mappedChunks.remove(start: mapping.start)
    if case .failure(let error) = try kernel.munmap(mapping.start, length: mapping.length) {
      errorNumber = error
    } else {
      memory.forgetMapping(mapping.start, length: mapping.length)
      // A forged header may have named another range than its own.
      if chunk &- mapping.start < mapping.length { memory.forgetHeader(chunk) }
    }
    kernel.note(.unmapped(address: mapping.start, length: mapping.length))
  }

  /// Resizes the mapping of a chunk.
  ///
  /// - Returns: Where the chunk is now; `nil` when the kernel refuses.
  mutating func resizeMapping(
    _ chunk: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    let mapping = try checkMapping(chunk, .remapInvalidPointer, &kernel)
    let lead = chunk &- mapping.start
    let length = layout.roundUpToPages(wanted &+ lead &+ max(layout.wordSize, mappingTail))
    if length == mapping.length {
      kernel.note(.mappingKept(length: length))
      return chunk
    }
    switch try kernel.mremap(mapping.start, oldLength: mapping.length, newLength: length) {
    case .failure(let error):
      errorNumber = error
      kernel.note(.remapRefused(length: length))
      return nil
    case .success(let start):
      memory.moveMapping(from: mapping.start, to: start, length: mapping.length)
      memory.forgetHeader(chunk)
      memory.setWord(start &+ lead, lead)
      try setSizeField(start &+ lead, (length &- lead &- mappingTail) | ChunkFlags.mapped, &kernel)
      mappedChunks.remove(start: mapping.start)
      mappedChunks.insert(start: start, length: length, chunk: start &+ lead)
      // The old size is counted as its word has it, so that what a header takes is counted once more each time.
      mappings.resize(from: mapping.length &- mappingTail, to: length)
      kernel.note(
        .remapped(oldLength: mapping.length, newLength: length, moved: start != mapping.start))
      return start &+ lead
    }
  }

  /// Checks that a mapped chunk's header describes whole pages.
  private mutating func checkMapping(
    _ chunk: UInt64, _ misuse: MallocMisuse, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> (start: UInt64, length: UInt64) {
    let lead = try previousSize(chunk, &kernel)
    let start = chunk &- lead
    let length = lead &+ (try size(chunk, &kernel)) &+ mappingTail
    let pageOffset = userAddress(chunk) & (MallocLayout.pageSize - 1)
    try require(
      (start | length) & (MallocLayout.pageSize - 1) == 0 && pageOffset & (pageOffset &- 1) == 0,
      misuse, &kernel)
    return (start, length)
  }
}
