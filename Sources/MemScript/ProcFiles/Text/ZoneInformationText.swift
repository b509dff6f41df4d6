// The format of /proc/zoneinfo.

/// How `/proc/zoneinfo` prints one zone: text that grows part by part.
struct ZoneInformationText {
  /// The zone's lines so far; every line starts with its newline, as the kernel prints them.
  private(set) var text: String

  /// Starts a zone.
  init(zone: String) { text = "Node 0, zone \(zone.alignedRight(8))" }

  /// Adds the node's counters, which only the first zone with memory carries.
  mutating func addNodeCounters(_ counters: [(name: String, value: Int)]) {
    text += "\n  per-node stats"
    addCounters(counters)
  }

  /// Adds the zone's sizes in pages: free, boost, min, low, high, spanned, present, managed, cma.
  mutating func addSizes(_ sizes: [(name: String, value: Int)]) {
    for (index, size) in sizes.enumerated() {
      let lead = index == 0 ? "\n  pages " : "\n        "
      text += lead + size.name.alignedLeft(8) + " \(size.value)"
    }
  }

  /// Adds the lowmem reserve of each class of request, in pages.
  mutating func addProtection(_ pages: [Int]) {
    text += "\n        protection: (" + pages.map { String($0) }.joined(separator: ", ") + ")"
  }

  /// Adds counters of the zone.
  mutating func addCounters(_ counters: [(name: String, value: Int)]) {
    for counter in counters { text += "\n      \(counter.name.alignedLeft(12)) \(counter.value)" }
  }

  /// Adds the heading of the per-CPU page lists.
  mutating func addPageSetHeading() { text += "\n  pagesets" }

  /// Adds the page list of one CPU: how many pages it holds, its limit, its batch, and by how many pages the
  /// CPU's counters may drift before the zone's are brought up to date.
  mutating func addPageSet(cpu: Int, count: Int, high: Int, batch: Int, threshold: Int) {
    text += "\n    cpu: \(cpu)\n              count: \(count)"
    text += "\n              high:  \(high)\n              batch: \(batch)"
    text += "\n  vm stats threshold: \(threshold)"
  }

  /// Adds the last two lines.
  mutating func addEnd(unreclaimable: Bool, startFrame: Int) {
    text += "\n  node_unreclaimable:  \(unreclaimable ? 1 : 0)\n  start_pfn:           \(startFrame)"
  }

  /// The zone's lines with the closing newline.
  var closed: String { text + "\n" }
}
