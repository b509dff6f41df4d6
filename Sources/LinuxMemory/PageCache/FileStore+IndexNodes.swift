// The nodes of the trees in which the pages of files are found (the kernel's xarray).

/// The group that is charged for a run of nodes.
struct NodeOwner: ExtentValue, Codable {
  var number: UInt16
  func advanced(by distance: UInt64) -> NodeOwner { self }
}

extension FileStore {
  /// The base-2 logarithm of how many entries a node has (`XA_CHUNK_SHIFT`).
  private static let shift: UInt64 = 6

  /// How many levels of nodes it takes to reach a page; a first page alone needs none.
  private static func levels(for page: UInt64) -> Int {
    var levels = 0
    var rest = page
    while rest > 0 {
      levels += 1
      rest >>= shift
    }
    return levels
  }

  /// Adds the nodes that pages need which come into memory now.
  ///
  /// - Parameter group: who is charged for them.
  /// - Returns: how many are new.
  mutating func addIndexNodes(for pages: Range<UInt64>, of file: FileIdentifier, to group: MemoryGroup) -> Int
  {
    guard let record = record(file), !pages.isEmpty else { return 0 }
    var nodes = record.nodes
    if nodes.isEmpty {
      // Whatever came before groups were counted is nobody's.
      for present in record.cache.all.map(\.range) + record.evicted.all.map(\.range) {
        _ = Self.add(present, to: &nodes, .root)
      }
    }
    let added = Self.add(pages, to: &nodes, group)
    records[file.rawValue]?.nodes = nodes
    if !record.shadowNodes.isEmpty { dropShadowNodes(Self.lowest(pages), of: file) }
    return added
  }

  /// How many pages from one on the lowest node of that page holds; nil where there is no such node yet.
  func pagesUnderNode(of page: UInt64, of file: FileIdentifier) -> UInt64? {
    guard let leaves = record(file)?.nodes.first, !leaves.isEmpty(in: Self.lowest(page..<page + 1)) else {
      return nil
    }
    return (1 << Self.shift) - page & ((1 << Self.shift) - 1)
  }

  /// The lowest nodes for some pages.
  private static func lowest(_ pages: Range<UInt64>) -> Range<UInt64> {
    pages.lowerBound >> shift..<((pages.upperBound - 1) >> shift) + 1
  }

  /// Notes that reclaim took pages: nodes without any other page hold nothing but what remains of them.
  mutating func noteShadows(of pages: Range<UInt64>, in file: FileIdentifier) {
    guard let record = record(file), let leaves = record.nodes.first, !leaves.isEmpty else { return }
    let range = Self.lowest(pages)
    var empty = range
    func isInUse(_ node: UInt64) -> Bool {
      !record.cache.isEmpty(in: node << Self.shift..<(node + 1) << Self.shift)
    }
    if !empty.isEmpty, isInUse(empty.lowerBound) { empty = empty.lowerBound + 1..<empty.upperBound }
    if !empty.isEmpty, isInUse(empty.upperBound - 1) { empty = empty.lowerBound..<empty.upperBound - 1 }
    for leaf in leaves.extents(in: empty) {
      while let gap = records[file.rawValue]?.shadowNodes.firstGap(in: leaf.range) {
        records[file.rawValue]?.shadowNodes.set(gap, to: leaf.value)
        countShadowNodes(gap.count, of: leaf.value)
      }
    }
  }

  private mutating func dropShadowNodes(_ range: Range<UInt64>, of file: FileIdentifier) {
    for extent in record(file)?.shadowNodes.extents(in: range) ?? [] {
      records[file.rawValue]?.shadowNodes.remove(extent.range)
      countShadowNodes(-Int(extent.count), of: extent.value)
    }
  }

  /// Forgets what remains of pages in some nodes of a group that hold nothing else, those of the oldest files first.
  ///
  /// - Returns: the pages whose nodes can go, by file.
  mutating func forgetShadows(
    of group: MemoryGroup, nodes count: Int
  ) -> [(file: FileIdentifier, pages: Range<UInt64>)] {
    var forgotten: [(file: FileIdentifier, pages: Range<UInt64>)] = []
    var left = count
    for case let record? in records where left > 0 && !record.shadowNodes.isEmpty {
      for extent in record.shadowNodes.all where left > 0 && Int(extent.value.number) == group.number {
        let end = min(extent.end, extent.start + UInt64(left))
        left -= Int(end - extent.start)
        forgotten.append((record.file.identifier, extent.start << Self.shift..<end << Self.shift))
      }
    }
    for part in forgotten {
      dropShadowNodes(Self.lowest(part.pages), of: part.file)
      _ = forgetEviction(part.pages, of: part.file)
    }
    return forgotten
  }

  private static func add(
    _ pages: Range<UInt64>, to nodes: inout [ExtentMap<NodeOwner>], _ group: MemoryGroup
  ) -> Int {
    let owner = NodeOwner(number: UInt16(group.number))
    var added = 0
    let wanted = levels(for: pages.upperBound - 1)
    while nodes.count < wanted {
      let hadPages = nodes.last.map { !$0.isEmpty } ?? false
      nodes.append(ExtentMap())
      // What was the root hangs below the new one.
      guard hadPages else { continue }
      nodes[nodes.count - 1].set(0..<1, to: owner)
      added += 1
    }
    for level in nodes.indices {
      let bits = shift * UInt64(level + 1)
      let range = pages.lowerBound >> bits..<((pages.upperBound - 1) >> bits) + 1
      while let gap = nodes[level].firstGap(in: range) {
        nodes[level].set(gap, to: owner)
        added += gap.count
      }
    }
    return added
  }

  /// Removes the nodes of a range of pages under which there is nothing any more: no page in memory, and nothing
  /// remembered of one that was.
  ///
  /// - Returns: how many nodes of which group.
  mutating func removeEmptyIndexNodes(
    of pages: Range<UInt64>, in file: FileIdentifier
  ) -> [(group: MemoryGroup, count: Int)] {
    guard let record = record(file), !record.nodes.isEmpty, !pages.isEmpty else { return [] }
    var removed: [(group: MemoryGroup, count: Int)] = []
    for level in record.nodes.indices {
      let bits = Self.shift * UInt64(level + 1)
      let range = pages.lowerBound >> bits..<((pages.upperBound - 1) >> bits) + 1
      let low = range.lowerBound << bits
      let (high, overflow) = range.upperBound.multipliedReportingOverflow(by: 1 << bits)
      var empty = ExtentMap<NodeOwner>()
      for extent in record.nodes[level].extents(in: range) { empty.set(extent.range, to: extent.value) }
      let around = low..<(overflow ? .max : high)
      for present in record.cache.extents(in: around).map(\.range)
        + record.evicted.extents(in: around).map(\.range)
      {
        empty.remove(present.lowerBound >> bits..<((present.upperBound - 1) >> bits) + 1)
      }
      for extent in empty.all {
        if level == 0 { dropShadowNodes(extent.range, of: file) }
        records[file.rawValue]?.nodes[level].remove(extent.range)
        removed.append((MemoryGroup(Int(extent.value.number)), Int(extent.count)))
      }
    }
    if records[file.rawValue]?.nodes.allSatisfy(\.isEmpty) == true { records[file.rawValue]?.nodes = [] }
    return removed
  }

  /// Lets another group be charged for the nodes and files of one.
  mutating func passFiles(of group: MemoryGroup, to other: MemoryGroup) {
    let owner = NodeOwner(number: UInt16(other.number))
    func passed(_ map: ExtentMap<NodeOwner>) -> ExtentMap<NodeOwner> {
      var map = map
      for extent in map.all where Int(extent.value.number) == group.number {
        map.set(extent.range, to: owner)
      }
      return map
    }
    for index in records.indices where records[index]?.maker == group { records[index]?.maker = other }
    for index in records.indices where records[index]?.nodes.isEmpty == false {
      let nodes = records[index]?.nodes.map(passed) ?? []
      records[index]?.nodes = nodes
      let shadows = records[index].map { Array($0.shadowNodes.all) } ?? []
      for extent in shadows where Int(extent.value.number) == group.number {
        countShadowNodes(-Int(extent.count), of: extent.value)
        countShadowNodes(Int(extent.count), of: owner)
        records[index]?.shadowNodes.set(extent.range, to: owner)
      }
    }
  }
}
