// Memory before there are zones: the kernel's first allocator.

/// The free physical memory of early boot, given out from the top down (`memblock`, mm/memblock.c).
struct EarlyMemory: Sendable {
  /// What is free, in bytes: ascending, without overlap, no two ranges adjacent.
  private(set) var free: [Range<UInt64>]
  /// No allocation reaches beyond this address (`memblock.current_limit`).
  let limit: UInt64

  /// Takes over the RAM of a machine.
  init(ram: [FrameRange], limit: FrameNumber) {
    free = ram.map { UInt64($0.start.rawValue) << 12..<UInt64($0.end.rawValue) << 12 }
    self.limit = UInt64(limit.rawValue) << 12
  }

  /// Takes a range out, whether it is free or not.
  mutating func reserve(_ range: Range<UInt64>) {
    free = free.flatMap { part -> [Range<UInt64>] in
      guard part.overlaps(range) else { return [part] }
      return [
        part.lowerBound..<Swift.max(part.lowerBound, range.lowerBound),
        Swift.min(part.upperBound, range.upperBound)..<part.upperBound,
      ].filter { !$0.isEmpty }
    }
  }

  /// Gives a range back.
  mutating func release(_ range: Range<UInt64>) {
    guard !range.isEmpty else { return }
    let index = free.firstIndex { $0.lowerBound >= range.upperBound } ?? free.count
    var merged = range
    var replaced = index..<index
    if index < free.count, free[index].lowerBound == range.upperBound {
      merged = merged.lowerBound..<free[index].upperBound
      replaced = index..<index + 1
    }
    if index > 0, free[index - 1].upperBound == range.lowerBound {
      merged = free[index - 1].lowerBound..<merged.upperBound
      replaced = index - 1..<replaced.upperBound
    }
    free.replaceSubrange(replaced, with: [merged])
  }

  /// Takes the highest free bytes that fit.
  ///
  /// - Parameters:
  ///   - bytes: how many.
  ///   - alignment: a power of two; a cache line unless told otherwise (`SMP_CACHE_BYTES`).
  ///   - start: the least address; it is ignored when nothing is free above it.
  ///   - end: the first address beyond.
  /// - Returns: the range; nil when no free range is large enough.
  @discardableResult
  mutating func allocate(
    _ bytes: Int, alignment: UInt64 = 64, from start: UInt64 = 0, below end: UInt64 = .max
  ) -> Range<UInt64>? {
    let size = UInt64(clamping: bytes)
    let end = Swift.min(end, limit)
    for part in free.reversed() {
      let low = Swift.max(part.lowerBound, start)
      let high = Swift.min(part.upperBound, end)
      guard high > low, high - low >= size else { continue }
      let address = (high - size) & ~(alignment - 1)
      guard address >= low else { continue }
      reserve(address..<address + size)
      return address..<address + size
    }
    return start == 0 ? nil : allocate(bytes, alignment: alignment, below: end)
  }

  /// The frames of some RAM that are not wholly free: they are not given to the page allocator.
  func reservedFrames(of ram: [FrameRange]) -> [FrameRange] {
    var result: [FrameRange] = []
    for range in ram {
      var start = range.start
      for part in free {
        let first = Swift.max(start, FrameNumber(Int((part.lowerBound + 4095) >> 12)))
        let end = Swift.min(range.end, FrameNumber(Int(part.upperBound >> 12)))
        guard first < end else { continue }
        if first > start {
          result.append(FrameRange(start: start, count: first.rawValue - start.rawValue))
        }
        start = end
      }
      if start < range.end {
        result.append(FrameRange(start: start, count: range.end.rawValue - start.rawValue))
      }
    }
    return result
  }
}
