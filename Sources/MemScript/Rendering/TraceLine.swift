// One line of a trace: which layer, and what it did.

/// A layer's name and its words; consecutive lines that count the same thing can be added up.
struct TraceLine: Equatable {
  /// The layer, such as `glibc` or `fault`.
  let layer: String
  /// What it did.
  private let words: String
  /// How many pages or objects a countable line is about, and what stands behind the count.
  private var count: Int?
  /// How many events were added up.
  private var events = 1

  /// A line that stands for itself.
  init(_ layer: String, _ words: String) {
    self.layer = layer
    self.words = words
  }

  /// A line about a number of pages; the address is told while it stands for one event only.
  static func counted(_ layer: String, _ pages: Int, _ words: String, from address: UInt64? = nil)
    -> TraceLine
  {
    var line = TraceLine(layer, words)
    line.count = pages
    line.place = address.map { " at \(addressText($0))" } ?? ""
    return line
  }

  private var place = ""

  /// Whether it stands for more than one event.
  var isSummed: Bool { events > 1 }

  /// Whether both say the same, but for counts and places.
  func isSameKind(as other: TraceLine) -> Bool { layer == other.layer && words == other.words }

  /// Adds a line of the same kind up into this one.
  mutating func absorb(_ other: TraceLine) {
    if let count, let more = other.count { self.count = count + more }
    events += other.events
  }

  /// The line as printed, indented by two, the layer's name padded to eight.
  var text: String {
    let padding = String(repeating: " ", count: max(1, 8 - layer.count))
    let repeated = events > 1 && count == nil ? " (\(events) times)" : ""
    let counted = count.map { "\(pageCountText($0)) " } ?? ""
    return "  \(layer)\(padding)\(counted)\(words)\(events == 1 ? place : "")\(repeated)\n"
  }
}
