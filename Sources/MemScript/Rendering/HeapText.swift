// The heap of a process as a table: its chunks in order of address, its mapped chunks, its totals.

import LinuxMemory

/// Renders the chunks of one process's heap.
struct HeapText {
  /// One line of the table.
  private struct Row {
    var cells: [String]
    var state: String
  }

  /// Fewer equal neighbours than this are listed one by one.
  private static let shortestFold = 4
  /// More lines than this are shown without their middle, of which this many stay in front and behind.
  private static let longestTable = 40
  private static let shownAhead = 20
  private static let shownBehind = 12

  private static let headings = ["chunk", "pointer", "count", "size", "usable"]

  /// The allocator that is looked at.
  let allocator: MallocState
  /// What is said of each arena but the main one.
  var arenaTitles: [Int: String] = [:]
  /// Whether equal neighbours are folded and a long table loses its middle.
  var isFolded = true

  /// The table of the runs.
  func table(_ runs: [HeapRun], marking marked: UInt64? = nil) -> String {
    guard isFolded else { return text(of: rows(runs, marking: marked)) }
    // Unfolding makes a table longer only: of a long one it is done where it shows.
    let isLong = runs.count > Self.longestTable
    var ahead = (isLong ? runs.prefix(Self.shownAhead) : runs[...]).flatMap(unfoldedWhenShort)
    guard isLong || ahead.count > Self.longestTable else { return text(of: rows(ahead, marking: marked)) }
    let behind = isLong ? runs.suffix(Self.shownBehind).flatMap(unfoldedWhenShort) : ahead
    if !isLong { ahead.removeLast(Self.shownBehind) }
    var middle = Summary()
    middle.add(ahead.dropFirst(Self.shownAhead))
    middle.add(isLong ? runs.dropFirst(Self.shownAhead).dropLast(Self.shownBehind) : [])
    middle.add(isLong ? behind.dropLast(Self.shownBehind) : [])
    var rows = rows(Array(ahead.prefix(Self.shownAhead)), marking: marked)
    rows.append(Row(cells: ["..."], state: middle.text))
    rows += self.rows(Array(behind.suffix(Self.shownBehind)), marking: marked)
    return text(of: rows)
  }

  /// Prints each chunk of the runs in a line, some hundred at a time.
  ///
  /// - Parameter mayGoOn: told how much work was done; once it says no, the list ends.
  func listChunks(of runs: [HeapRun], mayGoOn: (Int) -> Bool, _ emit: (String) -> Void) {
    // Columns are as wide as what is widest in any line: addresses and sizes grow with their numbers.
    let ends = runs.indices.filter { $0 == 0 || $0 == runs.count - 1 }.map { runs[$0] }
    let widest = runs.max { $0.first.size < $1.first.size }.map { [$0] } ?? []
    let widths = Self.widths(rows((ends + widest).map { HeapRun(first: $0.first) }, marking: nil))
    emit(Self.line(Row(cells: Self.headings, state: "state"), widths))
    var end: UInt64?
    for run in runs {
      var done = 0
      while done < run.count {
        let count = min(run.count - done, 256)
        guard mayGoOn(count * 4) else { return }
        var lines = ""
        if done == 0, let end, end != run.first.address { lines += Self.line(gap(before: run), widths) }
        for index in done..<done + count {
          var chunk = run.first
          chunk.address = chunk.address &+ UInt64(index) &* chunk.size
          for row in rows([HeapRun(first: chunk)], marking: nil) { lines += Self.line(row, widths) }
        }
        emit(lines)
        done += count
      }
      end = run.end
    }
  }

  private func unfoldedWhenShort(_ run: HeapRun) -> [HeapRun] {
    guard run.count > 1, run.count < Self.shortestFold else { return [run] }
    return (0..<run.count).map { index in
      var chunk = run.first
      chunk.address = chunk.address &+ UInt64(index) &* chunk.size
      return HeapRun(first: chunk)
    }
  }

  private func rows(_ runs: [HeapRun], marking marked: UInt64?) -> [Row] {
    var rows: [Row] = []
    var end: UInt64?
    for run in runs {
      if let end, end != run.first.address { rows.append(gap(before: run)) }
      end = run.end
      let block = allocator.block(of: run.first)
      let hasBlock = run.first.state != .top && run.first.state != .fencepost
      let mark = run.first.address == marked ? "  <- here" : ""
      rows.append(
        Row(
          cells: [
            addressText(run.first.address), hasBlock ? addressText(block.address) : "",
            String(run.count), String(run.first.size), hasBlock ? String(block.usableSize) : "",
          ], state: run.first.state.words + mark))
    }
    return rows
  }

  /// The line between chunks that do not adjoin.
  private func gap(before run: HeapRun) -> Row {
    Row(cells: ["..."], state: arenaTitles[run.first.arena] ?? "not the heap's")
  }

  private func text(of rows: [Row]) -> String {
    let lines = [Row(cells: Self.headings, state: "state")] + rows
    let widths = Self.widths(rows)
    return lines.map { Self.line($0, widths) }.joined()
  }

  /// How wide each column is.
  private static func widths(_ rows: [Row]) -> [Int] {
    headings.indices.map { column in
      rows.reduce(headings[column].count) { $1.cells.count > 1 ? max($0, $1.cells[column].count) : $0 }
    }
  }

  private static func line(_ row: Row, _ widths: [Int]) -> String {
    var text = ""
    for (column, width) in widths.enumerated() {
      let cell = column < row.cells.count ? row.cells[column] : ""
      text += "  " + String(repeating: " ", count: max(0, width - cell.unicodeScalars.count)) + cell
    }
    return text + "  \(row.state)\n"
  }

  /// What lies in a part of the table that is not shown.
  private struct Summary {
    var live = (count: 0, bytes: UInt64(0))
    var freed = (count: 0, bytes: UInt64(0))

    mutating func add(_ runs: ArraySlice<HeapRun>) {
      for run in runs {
        if run.first.state.isLive {
          live = (live.count + run.count, live.bytes &+ run.byteCount)
        } else {
          freed = (freed.count + run.count, freed.bytes &+ run.byteCount)
        }
      }
    }

    var text: String {
      "\(live.count) more in use (\(byteCountText(live.bytes))), "
        + "\(freed.count) freed (\(byteCountText(freed.bytes))); 'heap -a' lists them"
    }
  }

  /// The mapped chunks, as a table of their own; empty when there are none.
  func mappedTable(_ chunks: [MappedChunk]) -> String {
    guard !chunks.isEmpty else { return "" }
    let isLong = isFolded && chunks.count > Self.longestTable
    let shown = isLong ? Array(chunks.prefix(Self.shownAhead) + chunks.suffix(Self.shownBehind)) : chunks
    var rows = shown.map { mapped in
      let chunk = mapped.chunk
      let pointer = allocator.block(of: chunk).address
      return Row(
        cells: [
          addressText(chunk.address), addressText(pointer), "1", String(chunk.size),
          String(chunk.address &+ chunk.size &- pointer),
        ], state: "in use, a mapping of its own")
    }
    if isLong {
      let row = Row(cells: ["..."], state: "\(chunks.count - shown.count) more; 'heap -a' lists them")
      rows.insert(row, at: Self.shownAhead)
    }
    return "mapped chunks\n" + text(of: rows)
  }

  /// The allocator's totals under the names of mallinfo2(3).
  static func totals(_ information: MallocInformation) -> String {
    let inBins =
      information.fordblks &- information.fsmblks &- information.keepcost
    let mapped = information.hblks == 1 ? "1 mapped chunk" : "\(information.hblks) mapped chunks"
    let lines: [(String, UInt64, String)] = [
      ("arena", information.arena, "the heap, all that the kernel gave for it"),
      ("uordblks", information.uordblks, "of it in use, chunks in the tcache included"),
      (
        "fordblks", information.fordblks,
        "of it free: \(byteCountText(information.fsmblks)) in fastbins, \(byteCountText(inBins)) in bins, "
          + "\(byteCountText(information.keepcost)) in top"
      ),
      ("hblkhd", information.hblkhd, "beside it, in \(mapped)"),
    ]
    let width = lines.map { String($0.1).count }.max() ?? 0
    return "totals, as mallinfo2() has them\n"
      + lines.map { "  \($0.0.alignedLeft(9))\($0.1.decimal(width))  \($0.2)\n" }.joined()
  }
}

extension HeapChunkState {
  /// The state as the table has it.
  var words: String {
    switch self {
    case .inUse: "in use"
    case .threadCacheStructure: "the tcache's own lists"
    case .threadVector: "a thread's own (dtv)"
    case .threadCache: "freed, in the tcache"
    case .fastBin: "freed, in a fastbin"
    case .unsorted: "free, in the unsorted bin"
    case .smallBin(let bin): "free, in small bin \(bin)"
    case .largeBin(let bin): "free, in large bin \(bin)"
    case .top: "top"
    case .fencepost: "fencepost"
    }
  }
}
