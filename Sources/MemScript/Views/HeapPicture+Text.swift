// The heap drawn to scale.

extension HeapPicture {
  /// How many rows the picture has at most.
  private static let mostRows = 6
  /// How many variables are named.
  private static let mostVariables = 8

  /// The picture: a row of signs for the chunks, under it a mark where pages are in memory.
  public func text(_ style: ViewStyle = ViewStyle()) -> String {
    let pieces = Self.pieces(of: stretches).compactMap { Piece($0) }
    guard !pieces.isEmpty else { return labels(style) }
    let shown = pieces.prefix(Self.mostRows)
    let width = max(13, (shown.map { addressText($0.end).count }.max() ?? 0) + 1)
    // Long addresses leave less room in a line.
    let columns = style.columns < 80 ? 32 : style.columns < 2 + width + 64 ? 60 : 64
    var cell: UInt64 = 16
    while shown.reduce(0, { $0 + ($1.cells(each: cell) + columns - 1) / columns }) > Self.mostRows {
      cell *= 2
    }
    var text = shown.reduce("") { $0 + rows(of: $1, each: cell, columns, addresses: width, style) }
    if pieces.count > shown.count { text += "  ... \(pieces.count - shown.count) more pieces\n" }
    text += style.legend(
      [(.full, "in use"), (.cached, "in tcache"), (.freed, "free"), (.top, "top"), (.resident, "in memory")],
      behind: "  each sign \(byteCountText(cell)):")
    return text + labels(style)
  }

  /// Stretches that are drawn side by side.
  private struct Piece {
    let stretches: ArraySlice<Stretch>
    let start: UInt64, end: UInt64

    init?(_ stretches: ArraySlice<Stretch>) {
      guard let first = stretches.first, let last = stretches.last, first.start < last.end else { return nil }
      self.stretches = stretches
      (start, end) = (first.start, last.end)
    }

    /// How many signs it takes, when each stands for so many bytes, a power of two.
    func cells(each cell: UInt64) -> Int { Int(clamping: (end - start & ~(cell - 1) + cell - 1) / cell) }
  }

  /// The rows of one piece.
  private func rows(
    of piece: Piece, each cell: UInt64, _ columns: Int, addresses width: Int, _ style: ViewStyle
  ) -> String {
    let start = piece.start & ~(cell - 1)
    let cells = piece.cells(each: cell)
    let states = fills(piece.stretches, cells: cells, from: start, each: cell)
    let residents = residency(cells: cells, from: start, each: cell)
    var text = ""
    for row in stride(from: 0, to: cells, by: columns) {
      let end = min(row + columns, cells)
      let address = addressText(start + UInt64(row) * cell)
      text += "  " + address.alignedLeft(width) + Self.drawn(states[row..<end], style) + "\n"
      let marks = residents[row..<end].map { $0 ? (style.isUnicode ? "▔" : "^") : " " }.joined()
      let trimmed = marks.reversed().drop { $0 == " " }.reversed()
      if !trimmed.isEmpty {
        text += String(repeating: " ", count: 2 + width) + style.colored(String(trimmed), 90) + "\n"
      }
    }
    return text
  }

  /// What most of each cell is.
  private func fills(
    _ piece: ArraySlice<Stretch>, cells: Int, from start: UInt64, each cell: UInt64
  ) -> [ViewStyle.Fill] {
    var most = [(bytes: UInt64, fill: ViewStyle.Fill)](repeating: (0, .empty), count: cells)
    for stretch in piece {
      let fill: ViewStyle.Fill =
        switch stretch.state {
        case .inUse, .own: .full
        case .threadCache: .cached
        case .free: .freed
        case .top: .top
        }
      var address = stretch.start
      while address < stretch.end {
        let index = Int((address - start) / cell)
        let end = min(start + UInt64(index + 1) * cell, stretch.end)
        guard index < cells else { break }
        if end - address > most[index].bytes { most[index] = (end - address, fill) }
        address = end
      }
    }
    return most.map(\.fill)
  }

  private func residency(cells: Int, from start: UInt64, each cell: UInt64) -> [Bool] {
    var found = [Bool](repeating: false, count: cells)
    for span in resident where span.end > start && span.start < start + UInt64(cells) * cell {
      let first = Int((max(span.start, start) - start) / cell)
      let last = Int((span.end - 1 - start) / cell)
      for index in first...max(first, min(last, cells - 1)) where index < cells { found[index] = true }
    }
    return found
  }

  private static func drawn(_ fills: ArraySlice<ViewStyle.Fill>, _ style: ViewStyle) -> String {
    var text = ""
    var index = fills.startIndex
    while index < fills.endIndex {
      let end = fills[index...].firstIndex { $0 != fills[index] } ?? fills.endIndex
      text += style.drawn(String(repeating: style.sign(fills[index]), count: end - index), fills[index])
      index = end
    }
    return text
  }

  /// The variables that point into the heap, and what no variable reaches.
  private func labels(_ style: ViewStyle) -> String {
    var text = ""
    for entry in variables.prefix(Self.mostVariables) {
      let offset = entry.address > entry.block ? " + \(entry.address - entry.block)" : ""
      let kind = entry.isMapped ? ", a mapping of its own" : ""
      text +=
        "  \(entry.variable) -> \(addressText(entry.block))\(offset): \(byteCountText(entry.size)), "
        + "\(entry.state.words)\(kind)\n"
    }
    if variables.count > Self.mostVariables {
      text += "  ... \(variables.count - Self.mostVariables) more variables\n"
    }
    guard let leaked, leaked.blocks > 0 else { return text }
    let places = leaked.first.map { addressText($0) }.joined(separator: ", ")
    return text
      + TextWrap.lines(
        "  leaked: \(leaked.blocks == 1 ? "1 block" : "\(leaked.blocks) blocks") (\(byteCountText(leaked.bytes))) in use "
          + "that no variable points to: \(places)\(leaked.blocks > leaked.first.count ? ", ..." : "")",
        width: max(style.columns, 60), hanging: 4)
  }
}

extension HeapPicture.State {
  fileprivate var words: String {
    switch self {
    case .inUse: "in use"
    case .threadCache: "freed, in the tcache"
    case .free: "free"
    case .top: "top"
    case .own: "the allocator's own"
    }
  }
}
