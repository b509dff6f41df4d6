// Finding a text in another in linear time and without memory of its own.

/// The two-way search of Crochemore and Perrin (J. ACM 38, 1991): it compares each byte a bounded number of times,
/// whatever both texts are.
struct TextSearch {
  private let wanted: UnsafeBufferPointer<UInt8>
  private let budget: ScriptBudget
  /// The last byte of the left part: what is to its right is compared first.
  private let split: Int
  /// How far a whole match of the right part moves the search on.
  private let period: Int
  /// Whether the text repeats itself after `period` bytes, so that what matched need not be compared again.
  private let isPeriodic: Bool

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - wanted: what is looked for, not empty.
  ///   - budget: what is charged for the bytes that are compared.
  init(for wanted: UnsafeBufferPointer<UInt8>, budget: ScriptBudget) throws {
    self.wanted = wanted
    self.budget = budget
    let rising = try Self.largestSuffix(wanted, budget) { $0 < $1 }
    let falling = try Self.largestSuffix(wanted, budget) { $0 > $1 }
    let (split, period) = rising.split > falling.split ? rising : falling
    self.split = split
    let left = UnsafeBufferPointer(rebasing: wanted[..<(split + 1)])
    if period + split + 1 <= wanted.count,
      left.elementsEqual(UnsafeBufferPointer(rebasing: wanted[period..<(period + split + 1)]))
    {
      isPeriodic = true
      self.period = period
    } else {
      isPeriodic = false
      self.period = max(split + 1, wanted.count - split - 1) + 1
    }
  }

  /// The suffix that comes last in an order, by the byte before it, and its period.
  private static func largestSuffix(
    _ text: UnsafeBufferPointer<UInt8>, _ budget: ScriptBudget, _ precedes: (UInt8, UInt8) -> Bool
  ) throws -> (split: Int, period: Int) {
    var (best, candidate, length, period) = (-1, 0, 1, 1)
    var steps = 0
    while candidate + length < text.count {
      steps &+= 1
      if steps & 4095 == 0 { try budget.charge(bytes: 4096) }
      let (new, old) = (text[candidate + length], text[best + length])
      if precedes(new, old) {
        candidate += length
        length = 1
        period = candidate - best
      } else if new == old {
        if length == period {
          candidate += period
          length = 1
        } else {
          length += 1
        }
      } else {
        best = candidate
        candidate += 1
        (length, period) = (1, 1)
      }
    }
    return (best, period)
  }

  /// Where the text begins for the first time.
  ///
  /// - Parameter start: the first byte that counts.
  /// - Returns: its offset; nil for none.
  func firstOffset(in text: UnsafeBufferPointer<UInt8>, from start: Int = 0) throws -> Int? {
    var place = start
    // How many bytes of the text at `place` are known to match.
    var known = 0
    var compared = 0
    while place <= text.count - wanted.count {
      if compared >= Interpreter.bytesPerLook {
        try budget.charge(bytes: compared)
        compared = 0
      }
      let first = max(split + 1, known)
      var right = first
      while right < wanted.count, wanted[right] == text[place + right] {
        right += 1
        if (right - first) & (Interpreter.bytesPerLook - 1) == 0 {
          try budget.charge(bytes: Interpreter.bytesPerLook)
        }
      }
      compared += right - first + 1
      guard right == wanted.count else {
        place += right - split
        known = 0
        continue
      }
      var left = split
      while left >= known, wanted[left] == text[place + left] {
        left -= 1
        if (split - left) & (Interpreter.bytesPerLook - 1) == 0 {
          try budget.charge(bytes: Interpreter.bytesPerLook)
        }
      }
      compared += split - left
      if left < known {
        try budget.charge(bytes: compared)
        return place
      }
      place += period
      known = isPeriodic ? wanted.count - period : 0
    }
    try budget.charge(bytes: compared)
    return nil
  }
}
