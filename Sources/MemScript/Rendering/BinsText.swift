// The free chunks of a process, list by list.

import LinuxMemory

/// Renders the thread cache, the fastbins and the bins of one allocator; what is empty is left out.
struct BinsText {
  /// How many chunks of a list are named before the rest is only counted.
  private static let namedChunks = 6

  /// The allocator that is looked at.
  let allocator: MallocState
  /// How threads and arenas are named.
  let names: ArenaNames
  /// Whether every chunk is named.
  var namesAll = false

  /// All sections; empty when no chunk is free.
  ///
  /// - Parameter mayGoOn: told how much work was done; once it says no, the rest is left out.
  func text(mayGoOn: @escaping (Int) -> Bool) -> String {
    let lists = allocator.freeLists(mayGoOn: mayGoOn)
    var owners: [FreeListOwner] = []
    for list in lists where owners.last != list.owner { owners.append(list.owner) }
    let isAlone = allocator.arenaCount == 1 && names.hasOneThread
    var text = ""
    for owner in owners {
      let own = lists.filter { $0.owner == owner }
      if !isAlone { text += title(of: owner) }
      for section in sections {
        let rows = own.filter { section.contains($0.state) }.map { row($0, mayGoOn) }
        guard !rows.isEmpty else { continue }
        let width = rows.map(\.label.count).max() ?? 0
        text += section.title + "\n"
        for row in rows { text += "  \(row.label.alignedRight(width))  \(row.chunks)\n" }
      }
    }
    for number in 0..<allocator.arenaCount { text += footnotes(number) }
    return text
  }

  private func title(of owner: FreeListOwner) -> String {
    switch owner {
    case .thread(let number): "thread \(names.thread(number)):\n"
    case .arena(0): "main arena, \(names.users(ofArena: 0)):\n"
    case .arena(let number): "arena \(number), \(names.users(ofArena: number)):\n"
    }
  }

  private var sections: [(title: String, contains: (HeapChunkState) -> Bool)] {
    [
      (
        "tcache: up to \(allocator.threadCacheDepth) of a size, the last freed is reused first",
        { if case .threadCache = $0 { true } else { false } }
      ),
      (
        "fastbins: chunks of up to \(allocator.largestFastChunk) bytes that the tcache had no room for, not "
          + "merged yet", { if case .fastBin = $0 { true } else { false } }
      ),
      ("unsorted bin: newest first; the next search sorts them", { $0 == .unsorted }),
      (
        "small bins: one size each, the oldest is reused first",
        { if case .smallBin = $0 { true } else { false } }
      ),
      (
        "large bins: largest first, the smallest that fits is taken",
        { if case .largeBin = $0 { true } else { false } }
      ),
    ]
  }

  private func row(_ list: FreeList, _ mayGoOn: (Int) -> Bool) -> (label: String, chunks: String) {
    let size = list.chunks.first?.size ?? 0
    switch list.state {
    case .smallBin(let bin):
      return ("bin \(bin), \(size) bytes", entries(of: list, withSizes: false, mayGoOn))
    case .largeBin(let bin):
      let sizes = allocator.sizes(ofBin: bin)
      let isLast = sizes.map { $0.upperBound > 1 << 40 } ?? false
      let range =
        sizes.map { isLast ? "\($0.lowerBound) or more" : "\($0.lowerBound)-\($0.upperBound)" } ?? ""
      return ("bin \(bin), \(range)", entries(of: list, withSizes: true, mayGoOn))
    case .unsorted: return (chunkCountText(list.chunks.count), entries(of: list, withSizes: true, mayGoOn))
    default: return ("\(size) bytes", entries(of: list, withSizes: false, mayGoOn))
    }
  }

  /// The chunks of a list by their pointers; where they may differ in size, with it.
  private func entries(of list: FreeList, withSizes: Bool, _ mayGoOn: (Int) -> Bool) -> String {
    let named = namesAll ? list.chunks[...] : list.chunks.prefix(Self.namedChunks)
    var words: [String] = []
    for chunk in named where mayGoOn(4) {
      let pointer = addressText(allocator.block(of: chunk).address)
      words.append(withSizes ? "\(pointer) (\(chunk.size))" : pointer)
    }
    if named.count < list.chunks.count { words.append("... \(list.chunks.count - named.count) more") }
    let count = list.state == .unsorted ? "" : "\(list.chunks.count): "
    return count + words.joined(separator: withSizes ? ", " : " ")
  }

  private func footnotes(_ number: Int) -> String {
    let place = number == 0 ? "" : " of arena \(number)"
    var text = ""
    if let chunk = allocator.lastRemainderChunk(ofArena: number) {
      text +=
        "last remainder\(place): \(addressText(allocator.block(of: chunk).address)) (\(chunk.size)); a small malloc "
        + "splits it while it is alone in the unsorted bin\n"
    }
    let stale = allocator.staleBins(ofArena: number)
    if !stale.isEmpty {
      let names = stale.map(String.init).joined(separator: ", ")
      text += "binmap\(place): still marks \(stale.count == 1 ? "bin" : "bins") \(names), now empty\n"
    }
    return text
  }
}
