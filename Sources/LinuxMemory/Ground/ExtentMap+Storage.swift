// How the extents of an ExtentMap lie in chunks: finding them and replacing a stretch of them.

extension ExtentMap {
  /// The position behind the last extent.
  private var endPosition: Position { Position(chunk: chunks.count, offset: 0) }

  /// The first extent whose end lies above a key.
  func position(endingAfter key: UInt64) -> Position {
    let chunk = chunk(for: key)
    guard chunk >= 0 else { return chunks.isEmpty ? endPosition : Position(chunk: 0, offset: 0) }
    let offset = partition(chunks[chunk]) { $0.end > key }
    return normalized(Position(chunk: chunk, offset: offset))
  }

  /// The first extent whose start is a key or lies above it.
  func position(startingFrom key: UInt64) -> Position {
    let chunk = chunk(for: key)
    guard chunk >= 0 else { return chunks.isEmpty ? endPosition : Position(chunk: 0, offset: 0) }
    let offset = partition(chunks[chunk]) { $0.start >= key }
    return normalized(Position(chunk: chunk, offset: offset))
  }

  /// The extent before a position.
  func predecessor(of position: Position) -> Position? {
    if position.offset > 0 { return Position(chunk: position.chunk, offset: position.offset - 1) }
    if position.chunk == 0 { return nil }
    return Position(chunk: position.chunk - 1, offset: chunks[position.chunk - 1].count - 1)
  }

  /// The extent behind a position that has one.
  func successor(of position: Position) -> Position {
    normalized(Position(chunk: position.chunk, offset: position.offset + 1))
  }

  /// Replaces the extents from one position up to another.
  mutating func splice(from lower: Position, to upper: Position, with replacement: [Entry]) {
    if chunks.isEmpty {
      if replacement.isEmpty { return }
      chunks.append(replacement)
      firstKeys.append(replacement[0].start)
      extentCount = replacement.count
      splitChunk(0)
      return
    }
    // A position behind the last extent is the end of the last chunk, where there is room to add.
    let first = lower.chunk < chunks.count ? lower : endOfChunk(chunks.count - 1)
    var last = upper
    if last.chunk == chunks.count || (last.offset == 0 && last.chunk > first.chunk) {
      last = endOfChunk(last.chunk - 1)
    }
    if first.chunk == last.chunk {
      extentCount += replacement.count - (last.offset - first.offset)
      replaceInChunk(first.chunk, first.offset..<last.offset, with: replacement)
    } else {
      let removed =
        chunks[first.chunk].count - first.offset + last.offset
        + chunks[(first.chunk + 1)..<last.chunk].reduce(0) { $0 + $1.count }
      extentCount += replacement.count - removed
      chunks[last.chunk].removeFirst(last.offset)
      replaceInChunk(first.chunk, first.offset..<chunks[first.chunk].count, with: replacement)
      let end = chunks[last.chunk].isEmpty ? last.chunk + 1 : last.chunk
      chunks.removeSubrange((first.chunk + 1)..<end)
      firstKeys.removeSubrange((first.chunk + 1)..<end)
      if first.chunk + 1 < chunks.count { firstKeys[first.chunk + 1] = chunks[first.chunk + 1][0].start }
    }
    restoreSize(ofChunk: first.chunk)
  }

  private func endOfChunk(_ chunk: Int) -> Position {
    Position(chunk: chunk, offset: chunks[chunk].count)
  }

  private mutating func replaceInChunk(_ chunk: Int, _ range: Range<Int>, with replacement: [Entry]) {
    if range.count == replacement.count {
      for (index, entry) in zip(range, replacement) { chunks[chunk][index] = entry }
    } else {
      chunks[chunk].replaceSubrange(range, with: replacement)
    }
    if let entry = chunks[chunk].first { firstKeys[chunk] = entry.start }
  }

  /// Removes an empty chunk, splits one that is too large and joins a small one with the next.
  private mutating func restoreSize(ofChunk chunk: Int) {
    if chunks[chunk].isEmpty {
      chunks.remove(at: chunk)
      firstKeys.remove(at: chunk)
    } else if chunks[chunk].count > Self.chunkCapacity {
      splitChunk(chunk)
    } else if chunk + 1 < chunks.count,
      chunks[chunk].count + chunks[chunk + 1].count <= Self.chunkCapacity / 2
    {
      chunks[chunk].append(contentsOf: chunks[chunk + 1])
      chunks.remove(at: chunk + 1)
      firstKeys.remove(at: chunk + 1)
    }
  }

  private mutating func splitChunk(_ chunk: Int) {
    let entries = chunks[chunk]
    guard entries.count > Self.chunkCapacity else { return }
    let size = Self.chunkCapacity * 3 / 4
    let pieces = stride(from: 0, to: entries.count, by: size).map {
      Array(entries[$0..<min($0 + size, entries.count)])
    }
    chunks.replaceSubrange(chunk...chunk, with: pieces)
    firstKeys.replaceSubrange(chunk...chunk, with: pieces.map { $0[0].start })
  }

  /// The last chunk whose first key is not above a key; -1 when there is none.
  private func chunk(for key: UInt64) -> Int {
    partition(firstKeys) { $0 > key } - 1
  }

  private func normalized(_ position: Position) -> Position {
    position.chunk < chunks.count && position.offset == chunks[position.chunk].count
      ? Position(chunk: position.chunk + 1, offset: 0) : position
  }

  /// The index of the first element for which a predicate holds that holds for all behind it too.
  private func partition<Element>(_ elements: [Element], _ holds: (Element) -> Bool) -> Int {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if holds(elements[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
