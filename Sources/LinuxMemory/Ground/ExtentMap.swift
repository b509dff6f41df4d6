// A sorted map from ranges of numbers to values, for state that is alike over long stretches.

/// A value that holds for a whole extent, and can tell what holds for a part of it.
protocol ExtentValue: Equatable, Sendable {
  /// The value for the part of an extent that begins `distance` behind its start.
  func advanced(by distance: UInt64) -> Self
}

/// A non-empty range of keys with one value.
struct Extent<Value: ExtentValue>: Equatable, Sendable {
  /// The first key.
  var start: UInt64
  /// The key behind the last.
  var end: UInt64
  /// What holds from `start` on.
  var value: Value

  /// How many keys it covers.
  var count: UInt64 { end - start }
  /// The keys.
  var range: Range<UInt64> { start..<end }

  /// The part of the extent that lies in a range, which must overlap it.
  func clipped(to range: Range<UInt64>) -> Extent {
    let newStart = max(start, range.lowerBound)
    return Extent(
      start: newStart, end: min(end, range.upperBound),
      value: newStart == start ? value : value.advanced(by: newStart - start))
  }

  /// Whether another extent goes on where this one ends, both in keys and in value.
  func isContinued(by next: Extent) -> Bool {
    end == next.start && value.advanced(by: count) == next.value
  }
}

extension Extent: Codable where Value: Codable {}

/// Disjoint extents in ascending order; neighbours that continue each other are always one extent.
///
/// The extents lie in chunks of bounded size, so that a change costs no more with 10^5 extents than
/// with a few, and a copy of the map shares every chunk that neither side changes.
struct ExtentMap<Value: ExtentValue>: Sendable {
  typealias Entry = Extent<Value>

  /// How many extents a chunk holds at most.
  static var chunkCapacity: Int { 256 }

  /// Where an extent lies; equal to the end of its chunk list behind the last one.
  struct Position: Equatable {
    var chunk: Int
    var offset: Int
  }

  var chunks: [[Entry]] = []
  /// The first key of each chunk.
  var firstKeys: [UInt64] = []
  /// How many extents there are.
  var extentCount = 0

  /// About how many bytes the extents take.
  var stateByteCount: Int {
    chunks.reduce(firstKeys.count * 8) { $0 + 32 + $1.capacity * MemoryLayout<Entry>.stride }
  }

  /// Whether there is no extent.
  var isEmpty: Bool { extentCount == 0 }

  /// The lowest extent.
  var first: Entry? { chunks.first?.first }

  /// The highest extent.
  var last: Entry? { chunks.last?.last }

  /// The extent that covers a key.
  func extent(containing key: UInt64) -> Entry? {
    guard let found = firstExtent(endingAfter: key), found.start <= key else { return nil }
    return found
  }

  /// The lowest extent that reaches beyond a key.
  func firstExtent(endingAfter key: UInt64) -> Entry? {
    let position = position(endingAfter: key)
    return position.chunk < chunks.count ? chunks[position.chunk][position.offset] : nil
  }

  /// The highest extent that starts below a key.
  func lastExtent(startingBelow key: UInt64) -> Entry? {
    predecessor(of: position(startingFrom: key)).map { chunks[$0.chunk][$0.offset] }
  }

  /// The parts of extents in a range, in ascending order.
  func extents(in range: Range<UInt64>) -> [Entry] {
    var found: [Entry] = []
    forEach(in: range) { found.append($0) }
    return found
  }

  /// Visits the parts of extents in a range in ascending order.
  func forEach<Failure: Error>(
    in range: Range<UInt64>, _ body: (Entry) throws(Failure) -> Void
  ) throws(Failure) {
    if range.isEmpty { return }
    var position = position(endingAfter: range.lowerBound)
    while position.chunk < chunks.count {
      let entry = chunks[position.chunk][position.offset]
      if entry.start >= range.upperBound { return }
      try body(entry.clipped(to: range))
      position = successor(of: position)
    }
  }

  /// Every extent in ascending order.
  var all: FlattenSequence<[[Entry]]> { chunks.joined() }

  /// Whether no extent touches a range.
  func isEmpty(in range: Range<UInt64>) -> Bool {
    guard !range.isEmpty, let found = firstExtent(endingAfter: range.lowerBound) else { return true }
    return found.start >= range.upperBound
  }

  /// Gives a range one value, whatever was there.
  mutating func set(_ range: Range<UInt64>, to value: Value) {
    if range.isEmpty { return }
    replace(range, with: [Entry(start: range.lowerBound, end: range.upperBound, value: value)])
  }

  /// Empties a range.
  mutating func remove(_ range: Range<UInt64>) {
    replace(range, with: [])
  }

  /// Replaces what is in a range by other extents.
  ///
  /// - Parameters:
  ///   - range: The keys to replace.
  ///   - entries: Disjoint ascending extents that lie in the range.
  mutating func replace(_ range: Range<UInt64>, with entries: [Entry]) {
    if range.isEmpty { return }
    var lower = position(endingAfter: range.lowerBound)
    var upper = position(startingFrom: range.upperBound)
    var replacement: [Entry] = []
    replacement.reserveCapacity(entries.count + 2)
    if lower != upper, chunks[lower.chunk][lower.offset].start < range.lowerBound {
      let entry = chunks[lower.chunk][lower.offset]
      replacement.append(entry.clipped(to: entry.start..<range.lowerBound))
    } else if let previous = predecessor(of: lower),
      chunks[previous.chunk][previous.offset].end == range.lowerBound
    {
      replacement.append(chunks[previous.chunk][previous.offset])
      lower = previous
    }
    for entry in entries { Self.append(entry, to: &replacement) }
    if let previous = predecessor(of: upper),
      chunks[previous.chunk][previous.offset].end > range.upperBound
    {
      let entry = chunks[previous.chunk][previous.offset]
      Self.append(entry.clipped(to: range.upperBound..<entry.end), to: &replacement)
    } else if upper.chunk < chunks.count,
      chunks[upper.chunk][upper.offset].start == range.upperBound
    {
      Self.append(chunks[upper.chunk][upper.offset], to: &replacement)
      upper = successor(of: upper)
    }
    splice(from: lower, to: upper, with: replacement)
  }

  /// Adds an extent at the end of a list, as a part of the last one where it continues that.
  private static func append(_ entry: Entry, to list: inout [Entry]) {
    if let last = list.last, last.isContinued(by: entry) {
      list[list.count - 1].end = entry.end
    } else {
      list.append(entry)
    }
  }
}

extension ExtentMap: Equatable {
  static func == (left: ExtentMap, right: ExtentMap) -> Bool {
    // Chunks that both share are equal at a glance; the same extents may also lie in other chunks.
    left.extentCount == right.extentCount
      && (left.chunks == right.chunks || left.all.elementsEqual(right.all))
  }
}
