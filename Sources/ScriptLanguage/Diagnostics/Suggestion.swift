// "Did you mean": the known name that is closest to an unknown one.

/// What to write instead of a name, and the search for it.
package struct Suggestion: Equatable, Sendable {
  /// The words.
  package var hint: String
  /// What should stand in place of the name; nil where more than that has to change.
  package var replacement: String?
  /// Whether the name is one of Linux that is not simulated.
  var isForeign = false

  /// Something to say, and what should stand in place of the name.
  init(_ hint: String, replacement: String? = nil) {
    self.hint = hint
    self.replacement = replacement
  }

  /// What to write instead of a name of Linux that is not simulated.
  init(advice: String) {
    hint = advice
    isForeign = true
  }

  /// The kind of the mistake to use a name for which this is the suggestion.
  static func kind(of name: String, _ suggestion: Suggestion?) -> FailureKind {
    suggestion?.isForeign == true ? .notModelled(name) : .name(name)
  }

  /// The longest name that is worth comparing.
  private static let longest = 40

  /// A hint with the closest of several lists of names, the earlier list first at the same distance.
  package static func didYouMean(_ name: String, among lists: [[String]]) -> Suggestion? {
    closest(to: name, among: lists).map { Suggestion("did you mean `\($0)`?", replacement: $0) }
  }

  /// The closest name, nil when none is close.
  package static func closest(to name: String, among lists: [[String]]) -> String? {
    let wanted = Array(name.utf8.prefix(longest))
    guard wanted.count > 1, name.utf8.count <= longest else { return nil }
    var best: (name: String, distance: Int)?
    let limit = max(1, wanted.count / 3)
    for list in lists {
      for candidate in list where candidate != name && abs(candidate.utf8.count - wanted.count) <= limit {
        let distance = distance(wanted, Array(candidate.utf8), limit: (best?.distance ?? limit + 1) - 1)
        if let distance { best = (candidate, distance) }
      }
    }
    return best?.name
  }

  /// The number of insertions, deletions, replacements and swaps of neighbours, letter case ignored;
  /// nil above `limit`.
  private static func distance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int? {
    guard limit >= 0, b.count <= longest else { return nil }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        let cost = a[i] | 0x20 == b[j] | 0x20 ? 0 : 1
        var best = min(row[j] + 1, last[j + 1] + 1, last[j] + cost)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
        row.append(best)
      }
      beforeLast = last
      last = row
    }
    let result = last[b.count]
    return result <= limit ? result : nil
  }
}
