// The areas of an address space in chunks, so that a change among 65,000 costs no more than among a few.

/// A sequence of areas in which inserting and removing moves the areas of one chunk only.
///
/// It is indexed like an array; a copy shares every chunk that neither side changes.
package struct AreaList: RandomAccessCollection, MutableCollection, RangeReplaceableCollection, Sendable,
  Equatable
{
  /// How many areas a chunk holds at most.
  private static let chunkCapacity = 256

  /// Neighbouring areas, and what a search for room has to know of them.
  private struct Chunk: Sendable, Equatable {
    private(set) var areas: [VirtualMemoryArea]
    /// The largest room below one of the areas but the first, in bytes.
    private(set) var largestGap: UInt64 = 0
    /// The lowest address that an area keeps for itself.
    private(set) var lowest: UInt64 = .max
    /// How many areas have had memory of the process's own, and how many of these came from its parent.
    private(set) var anonymous = 0
    private(set) var inherited = 0

    init(_ areas: [VirtualMemoryArea]) {
      self.areas = areas
      measure()
    }

    /// Puts another area in the place of one.
    mutating func replace(_ offset: Int, by area: VirtualMemoryArea) {
      let old = areas[offset]
      areas[offset] = area
      if old.end != area.end || old.lowest != area.lowest || old.anonymousGroup != area.anonymousGroup
        || old.isInherited != area.isInherited
      {
        measure()
      }
    }

    /// Puts other areas in the place of some.
    mutating func replace(_ range: Range<Int>, by others: some Collection<VirtualMemoryArea>) {
      areas.replaceSubrange(range, with: others)
      measure()
    }

    private mutating func measure() {
      largestGap = 0
      lowest = .max
      anonymous = 0
      inherited = 0
      var end: UInt64 = .max
      for area in areas {
        if area.anonymousGroup != 0 {
          anonymous += 1
          if area.isInherited { inherited += 1 }
        }
        if area.lowest > end { largestGap = Swift.max(largestGap, area.lowest - end) }
        lowest = Swift.min(lowest, area.lowest)
        end = area.end
      }
    }
  }

  /// How many areas have had memory of the process's own (`anon_vma`).
  var anonymousCount: Int { chunks.reduce(0) { $0 + $1.anonymous } }
  /// How many of these came from the process's parent.
  var inheritedCount: Int { chunks.reduce(0) { $0 + $1.inherited } }

  private var chunks: [Chunk] = []
  /// For each chunk how many areas it and the chunks before it hold.
  private var ends: [Int] = []

  /// Makes an empty list.
  package init() {}

  /// 0.
  package var startIndex: Int { 0 }
  /// How many areas there are.
  package var endIndex: Int { ends.last ?? 0 }

  /// The area at an index.
  package subscript(index: Int) -> VirtualMemoryArea {
    get {
      let (chunk, offset) = position(of: index)
      return chunks[chunk].areas[offset]
    }
    set {
      let (chunk, offset) = position(of: index)
      chunks[chunk].replace(offset, by: newValue)
    }
  }

  /// Replaces areas by others.
  ///
  /// - Parameters:
  ///   - range: The indices of what goes.
  ///   - areas: What comes in its place.
  package mutating func replaceSubrange(
    _ range: Range<Int>, with areas: some Collection<VirtualMemoryArea>
  ) {
    guard let last = chunks.indices.last else {
      setChunks(0..<0, to: Array(areas))
      return
    }
    // What is added at the end goes to the last chunk.
    let (first, start) =
      range.lowerBound < endIndex ? position(of: range.lowerBound) : (last, chunks[last].areas.count)
    let before = first > 0 ? ends[first - 1] : 0
    if range.upperBound <= ends[first] {
      chunks[first].replace(start..<range.upperBound - before, by: areas)
      if chunks[first].areas.isEmpty || chunks[first].areas.count > Self.chunkCapacity {
        setChunks(first..<first + 1, to: chunks[first].areas)
      } else {
        count(from: first)
      }
      return
    }
    let (final, end) = position(of: range.upperBound - 1)
    let rest = chunks[final].areas[(end + 1)...]
    setChunks(first..<final + 1, to: Array(chunks[first].areas[..<start]) + areas + rest)
  }

  /// Puts areas in place of chunks, in as many chunks as they need.
  private mutating func setChunks(_ range: Range<Int>, to areas: [VirtualMemoryArea]) {
    let size = Self.chunkCapacity * 3 / 4
    let pieces = stride(from: 0, to: areas.count, by: size).map {
      Chunk(Array(areas[$0..<Swift.min($0 + size, areas.count)]))
    }
    chunks.replaceSubrange(range, with: pieces)
    ends.replaceSubrange(range, with: pieces.map { _ in 0 })
    count(from: range.lowerBound)
  }

  /// Brings the sums up to date from a chunk on.
  private mutating func count(from first: Int) {
    var sum = first > 0 ? ends[first - 1] : 0
    for chunk in first..<chunks.count {
      sum += chunks[chunk].areas.count
      ends[chunk] = sum
    }
  }

  /// The areas that lie together with one, by index, with the largest room below one of them but the first and the
  /// lowest address that one keeps for itself.
  func chunk(containing index: Int) -> (indices: Range<Int>, largestGap: UInt64, lowest: UInt64) {
    let number = position(of: index).chunk
    let indices = (number > 0 ? ends[number - 1] : 0)..<ends[number]
    return (indices, chunks[number].largestGap, chunks[number].lowest)
  }

  private func position(of index: Int) -> (chunk: Int, offset: Int) {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > index { high = middle } else { low = middle + 1 }
    }
    return (low, index - (low > 0 ? ends[low - 1] : 0))
  }

  /// Whether two lists hold the same areas, however they lie in chunks.
  package static func == (left: AreaList, right: AreaList) -> Bool {
    // Chunks that both share are equal at a glance; the same areas may also lie in other chunks.
    left.ends.last == right.ends.last && (left.chunks == right.chunks || left.elementsEqual(right))
  }
}
