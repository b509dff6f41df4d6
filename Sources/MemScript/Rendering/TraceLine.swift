// One line of a trace: which layer, and what it did.

/// A layer's name and its words.
struct TraceLine: Equatable {
  /// The layer, such as `glibc` or `fault`.
  let layer: String
  /// What it did.
  private(set) var words: String
  /// How far it is indented below what caused it.
  private var depth = 0

  /// A line.
  init(_ layer: String, _ words: String) {
    self.layer = layer
    self.words = words
  }

  /// The line with more words at its end.
  func adding(_ words: String) -> TraceLine {
    var line = self
    line.words += words
    return line
  }

  /// The line with other words.
  func replacingWords(_ words: some StringProtocol) -> TraceLine {
    var line = self
    line.words = String(words)
    return line
  }

  /// The line further in.
  func indented(by depth: Int) -> TraceLine {
    var line = self
    line.depth = depth
    return line
  }

  /// Where the words begin, for the lines behind a broken one.
  var hanging: Int { 2 + 2 * max(depth, 0) + max(8, layer.count + 1) }

  /// The line as printed without its newline, indented by two, the layer's name padded to eight.
  var text: String {
    if words.isEmpty { return layer }
    let padding = String(repeating: " ", count: max(1, 8 - layer.count))
    return "  \(String(repeating: " ", count: 2 * max(depth, 0)))\(layer)\(padding)\(words)"
  }
}
