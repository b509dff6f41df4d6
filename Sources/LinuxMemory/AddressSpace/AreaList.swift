// The areas of an address space in chunks, so that a change among 65,000 costs no more than among a few.

/// A sequence of areas in which inserting and removing moves the areas of one chunk only.
///
/// It is indexed like an array; a copy shares every chunk that neither side changes.
public struct AreaList: RandomAccessCollection, MutableCollection, RangeReplaceableCollection, Sendable,
  Equatable
{
  /// How many areas a chunk holds at most.
  private static let chunkCapacity = 256

  private var chunks: [[VirtualMemoryArea]] = []
  /// For each chunk how many areas it and the chunks before it hold.
  private var ends: [Int] = []

  /// Makes an empty list.
  public init() {}

  /// 0.
  public var startIndex: Int { 0 }
  /// How many areas there are.
  public var endIndex: Int { ends.last ?? 0 }

  /// The area at an index.
  public subscript(index: Int) -> VirtualMemoryArea {
    get {
      let (chunk, offset) = position(of: index)
      return chunks[chunk][offset]
    }
    set {
      let (chunk, offset) = position(of: index)
      chunks[chunk][offset] = newValue
    }
  }

  /// Replaces areas by others.
  ///
  /// - Parameters:
  ///   - range: The indices of what goes.
  ///   - areas: What comes in its place.
  public mutating func replaceSubrange(
    _ range: Range<Int>, with areas: some Collection<VirtualMemoryArea>
  ) {
    guard let last = chunks.indices.last else {
      setChunks(0..<0, to: Array(areas))
      return
    }
    // What is added at the end goes to the last chunk.
    let (first, start) =
      range.lowerBound < endIndex ? position(of: range.lowerBound) : (last, chunks[last].count)
    let before = first > 0 ? ends[first - 1] : 0
    if range.upperBound <= ends[first] {
      chunks[first].replaceSubrange(start..<range.upperBound - before, with: areas)
      if chunks[first].isEmpty || chunks[first].count > Self.chunkCapacity {
        setChunks(first..<first + 1, to: chunks[first])
      } else {
        count(from: first)
      }
      return
    }
    let (final, end) = position(of: range.upperBound - 1)
    let rest = chunks[final][(end + 1)...]
    setChunks(first..<final + 1, to: Array(chunks[first][..<start]) + areas + rest)
  }

  /// Puts areas in place of chunks, in as many chunks as they need.
  private mutating func setChunks(_ range: Range<Int>, to areas: [VirtualMemoryArea]) {
    let size = Self.chunkCapacity * 3 / 4
    let pieces = stride(from: 0, to: areas.count, by: size).map {
      Array(areas[$0..<Swift.min($0 + size, areas.count)])
    }
    chunks.replaceSubrange(range, with: pieces)
    ends.replaceSubrange(range, with: pieces.map { _ in 0 })
    count(from: range.lowerBound)
  }

  /// Brings the sums up to date from a chunk on.
  private mutating func count(from first: Int) {
    var sum = first > 0 ? ends[first - 1] : 0
    for chunk in first..<chunks.count {
      sum += chunks[chunk].count
      ends[chunk] = sum
    }
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
  public static func == (left: AreaList, right: AreaList) -> Bool {
    left.ends.last == right.ends.last && left.elementsEqual(right)
  }
}
