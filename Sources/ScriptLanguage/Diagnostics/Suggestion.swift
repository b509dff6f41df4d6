// "Did you mean": the known name that is closest to an unknown one.

/// The search for the name that somebody meant.
public enum Suggestion {
  /// The longest name that is worth comparing.
  private static let longest = 40

  /// A hint with the closest of several lists of names, the earlier list first at the same distance.
  public static func didYouMean(_ name: String, among lists: [[String]]) -> String? {
    closest(to: name, among: lists).map { "did you mean `\($0)`?" }
  }

  /// The closest name, nil when none is close.
  public static func closest(to name: String, among lists: [[String]]) -> String? {
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
