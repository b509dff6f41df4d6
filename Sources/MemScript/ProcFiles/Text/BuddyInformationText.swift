// The format of /proc/buddyinfo and /proc/pagetypeinfo.

/// How `/proc/buddyinfo` prints a zone.
enum BuddyInformationText {
  /// The line of a zone.
  ///
  /// - Parameters:
  ///   - zone: its name, such as `DMA32`.
  ///   - freeBlocks: the number of free blocks of each order, from order 0.
  /// - Returns: the line with its newline (fs/proc, `frag_show_print`).
  static func line(zone: String, freeBlocks: [Int]) -> String {
    "Node 0, zone \(zone.alignedRight(8)) " + freeBlocks.map { $0.decimal(6) + " " }.joined() + "\n"
  }
}

/// How `/proc/pagetypeinfo` prints its two tables.
enum PageTypeInformationText {
  /// The opening lines up to the first table's header.
  ///
  /// - Parameters:
  ///   - pageBlockOrder: the order of a page block, the unit that has a migrate type.
  ///   - orderCount: how many orders the buddy allocator has.
  static func header(pageBlockOrder: Int, orderCount: Int) -> String {
    let orders = (0..<orderCount).map { $0.decimal(6) + " " }.joined()
    return "Page block order: \(pageBlockOrder)\nPages per block:  \(1 << pageBlockOrder)\n\n"
      + "Free pages count per migrate type at order".alignedLeft(43) + " " + orders + "\n"
  }

  /// The line of the free blocks of one migrate type in a zone.
  static func freeLine(zone: String, type: String, freeBlocks: [Int]) -> String {
    "Node    0, zone \(zone.alignedRight(8)), type \(type.alignedRight(12)) "
      + freeBlocks.map { $0.decimal(6) + " " }.joined() + "\n"
  }

  /// The header of the second table, behind an empty line.
  static func blockHeader(types: [String]) -> String {
    "\n" + "Number of blocks type".alignedLeft(23) + types.map { $0.alignedRight(12) + " " }.joined() + "\n"
  }

  /// The line of the numbers of page blocks of each migrate type in a zone.
  static func blockLine(zone: String, blocks: [Int]) -> String {
    "Node 0, zone \(zone.alignedRight(8)) " + blocks.map { $0.decimal(12) + " " }.joined() + "\n"
  }
}
