// The state of memory as the kernel tells it in the log: Mem-Info.

/// The state of memory in a message (`show_mem`, lib/show_mem.c; mm/page_alloc.c before 6.4).
///
/// Releases differ in what they count and in the order of the lines; a line of none of the known forms stays as it is.
public struct MemoryState: KernelFormat {
  /// A zone as a line names it.
  public struct ZoneName: Sendable, Equatable {
    /// Its node; nil where the kernel knows one only and does not name it.
    public var node: Int?
    /// `DMA`, `DMA32`, `Normal`, `HighMem`, `Movable`.
    public var name: String

    /// Makes a name.
    public init(node: Int?, name: String) {
      self.node = node
      self.name = name
    }

    var text: String { node.map { "Node \($0) " + name } ?? name }
  }

  /// One line.
  public enum Line: Sendable, Equatable {
    /// Pages of the whole machine; all such lines but the first begin with a blank.
    case counts(MessageAmounts, isFirst: Bool)
    /// A node's sizes, since Linux 4.8.
    case node(Int, MessageAmounts)
    /// A zone's sizes.
    case zone(ZoneName, MessageAmounts)
    /// Pages that requests for higher zones leave in the zone of the line before.
    case reserve([Int])
    /// A zone's free blocks.
    case freeBlocks(ZoneName, FreeBlockCounts)
    /// The huge pages of a node.
    case hugePages(node: Int, total: Int, free: Int, surplus: Int, kilobytes: Int)
    /// A number of pages and what they are: `262041 pages RAM`.
    case pages(Int, String)
    /// Free or total swap in KiB.
    case swap(SwapAmount, Int)
    /// A slab cache that cannot be reclaimed, since Linux 4.15 where they hold more than user space: what is used of it,
    /// and all, in KiB.
    case slabCache(String, used: Int, total: Int)
    /// How much of the asker's group is protected.
    case protection(MemoryProtection)
    /// Anything else.
    case other(String)
  }

  /// What a line about swap counts.
  public enum SwapAmount: String, Sendable, CaseIterable {
    /// What nobody uses.
    case free = "Free swap "
    /// All.
    case total = "Total swap"
  }

  /// Its lines behind the heading.
  public var lines: [Line]
  /// Its heading; Linux before 2.6.36 writes it with a small letter.
  public var heading = "Mem-Info:"

  /// Makes a state.
  public init(lines: [Line]) { self.lines = lines }

  /// Reads a state; nil where its heading is missing.
  public init?(parsing text: String) {
    let lines = text.fileLines
    guard let first = lines.first, first == "Mem-Info:" || first == "Mem-info:" else { return nil }
    heading = String(first)
    self.lines = lines.dropFirst().map { Line(parsing: $0) }
  }

  /// The lines.
  public var text: String { heading + "\n" + lines.map { $0.text + "\n" }.joined() }
}

extension MemoryState.Line {
  /// Reads a line.
  init(parsing line: Substring) {
    let text = String(line)
    let bytes = Array(line.utf8)[...]
    let read = Self.read(bytes)
    if let read, read.text == text { self = read } else { self = .other(text) }
  }

  private static func read(_ line: ArraySlice<UInt8>) -> Self? {
    var cursor = TextCursor(line)
    if cursor.take("lowmem_reserve[]:") { return .reserve(integers(cursor.rest)) }
    for amount in MemoryState.SwapAmount.allCases where line.text.hasPrefix(amount.rawValue + " = ") {
      var number = TextCursor(line.dropFirst(amount.rawValue.utf8.count + 3))
      return number.integer().map { .swap(amount, $0) }
    }
    if let pages = cursor.integer(), cursor.take(" ") { return .pages(pages, cursor.rest.text) }
    if let protection = MemoryProtection(parsing: line.text) { return .protection(protection) }
    if line.suffix(2).elementsEqual("KB".utf8) { return slabCache(line) }
    var node: Int?
    if cursor.take("Node ") {
      guard let number = cursor.integer(), cursor.take(" ") else { return nil }
      node = number
      if cursor.rest.starts(with: "hugepages_total=") { return hugePages(cursor.rest, node: number) }
    }
    let name = cursor.rest.prefixOfLetters
    let zone = MemoryState.ZoneName(node: node, name: name.text)
    let rest = cursor.rest[name.endIndex...]
    if rest.starts(with: ": "), let blocks = FreeBlockCounts(reading: rest.dropFirst(2)) {
      return .freeBlocks(zone, blocks)
    }
    if rest.starts(with: " free:") { return .zone(zone, MessageAmounts(reading: rest.dropFirst(1))) }
    if let node { return .node(node, MessageAmounts(reading: cursor.rest)) }
    let amounts = MessageAmounts(reading: line)
    return amounts.entries.isEmpty ? nil : .counts(amounts, isFirst: line.first != UInt8(ascii: " "))
  }

  private static func integers(_ text: ArraySlice<UInt8>) -> [Int] {
    text.split(separator: UInt8(ascii: " ")).compactMap {
      var cursor = TextCursor($0)
      return cursor.integer()
    }
  }

  private static func slabCache(_ line: ArraySlice<UInt8>) -> Self? {
    let words = line.split(separator: UInt8(ascii: " "))
    guard words.count >= 3 else { return nil }
    let sizes = words.suffix(2).compactMap { Int($0.dropLast(2).text) }
    guard sizes.count == 2 else { return nil }
    return .slabCache(
      words.dropLast(2).map(\.text).joined(separator: " "), used: sizes[0], total: sizes[1])
  }

  private static func hugePages(_ text: ArraySlice<UInt8>, node: Int) -> Self? {
    var cursor = TextCursor(text)
    guard cursor.take("hugepages_total="), let total = cursor.integer(), cursor.take(" hugepages_free="),
      let free = cursor.integer(), cursor.take(" hugepages_surp="), let surplus = cursor.integer(),
      cursor.take(" hugepages_size="), let size = cursor.integer()
    else { return nil }
    return .hugePages(node: node, total: total, free: free, surplus: surplus, kilobytes: size)
  }

  /// The line.
  public var text: String {
    switch self {
    case .counts(let counts, let isFirst): (isFirst ? "" : " ") + counts.text
    case .node(let node, let sizes): "Node \(node) \(sizes.text)"
    case .zone(let zone, let sizes): "\(zone.text) \(sizes.text)"
    case .reserve(let pages): "lowmem_reserve[]:" + pages.map { " \($0)" }.joined()
    case .freeBlocks(let zone, let blocks): "\(zone.text): \(blocks.text)"
    case .hugePages(let node, let total, let free, let surplus, let kilobytes):
      "Node \(node) hugepages_total=\(total) hugepages_free=\(free) hugepages_surp=\(surplus) "
        + "hugepages_size=\(kilobytes)kB"
    case .pages(let count, let words): "\(count) \(words)"
    case .swap(let amount, let size): "\(amount.rawValue) = \(size)kB"
    case .slabCache(let name, let used, let total):
      "\(name.alignedLeft(17)) \(used.decimal(10))KB \(total.decimal(10))KB"
    case .protection(let protection): protection.text
    case .other(let text): text
    }
  }
}
