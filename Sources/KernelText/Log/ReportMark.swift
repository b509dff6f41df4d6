// The words by which a line shows at a glance that it can belong to a report about memory.

/// What a glance at a line tells.
enum ReportMark: Sendable, Equatable {
  /// A report begins here.
  case beginning
  /// A line of a report, whose beginning may be missing.
  case part
  /// Swap was added.
  case swap
  /// A kernel boots.
  case boot

  /// Words, of which the first two bytes are looked for first; of a `#` any digit takes the place, of a space
  /// a tab. What grep colours is parted by its marks.
  private static let words: [(StaticString, ReportMark)] = [
    ("nvoked oom-killer", .beginning), ("page allocation failure", .beginning),
    ("page allocation stall", .beginning), ("vmalloc error: size", .beginning),
    ("vmalloc: allocation failure", .beginning), ("vmemmap alloc failure", .beginning),
    ("oom-killer: gfp", .beginning), ("m\u{1b}[K", .part), ("Active_anon:#", .part),
    ("Manual OOM execution", .beginning),
    ("oom-kill:constraint", .part), ("oom.group set", .part), ("ut of memory: K", .part),
    ("ut of memory: k", .part), ("ut of memory (", .part), ("no killable processes", .part),
    ("Mem-Info:", .part), ("Mem-info:", .part), ("active_anon:#", .part), ("Active:#", .part),
    ("_reserve[]: #", .part), ("Tasks state (", .part), ("total_vm ", .part), ("stats for /", .part),
    ("killed as a result of", .part), ("syncing: Out of mem", .part), ("syncing: System is dead", .part),
    ("illed process #", .part), ("ill process #", .part), ("swap on ", .swap), ("Linux version #", .boot),
  ]

  /// For each pair of bytes whether a word begins with it, as bits.
  private static let pairs: [UInt64] = {
    var bits = [UInt64](repeating: 0, count: 1024)
    for (word, _) in words {
      let pair = Int(word.utf8Start[0]) << 8 | Int(word.utf8Start[1])
      bits[pair >> 6] |= 1 << UInt64(pair & 63)
    }
    return bits
  }()

  /// The first mark in a line; nil where it has none.
  static func first(in line: UnsafeBufferPointer<UInt8>) -> ReportMark? { scan(line, from: 0).mark }

  /// Goes along bytes to the end of a line.
  ///
  /// - Returns: where the line ends, or the number of bytes where its end is not there; and its first mark.
  static func scan(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (end: Int, mark: ReportMark?) {
    pairs.withUnsafeBufferPointer { pairs in
      var index = start
      var pair = 0
      // What else stands in the line counts more than these.
      var weak: ReportMark?
      while index < bytes.count {
        let byte = bytes[index]
        if byte == UInt8(ascii: "\n") { return (index, weak) }
        pair = (pair << 8 | Int(byte)) & 0xffff
        if pairs[pair >> 6] >> UInt64(pair & 63) & 1 != 0, index > start,
          let mark = word(at: index - 1, in: bytes)
        {
          if mark == .boot || mark == .swap {
            weak = weak ?? mark
            index += 1
            continue
          }
          while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
          return (index, mark)
        }
        index += 1
      }
      return (index, weak)
    }
  }

  private static func word(at start: Int, in line: UnsafeBufferPointer<UInt8>) -> ReportMark? {
    for (word, mark) in words where line.count - start >= word.utf8CodeUnitCount {
      var matched = 0
      while matched < word.utf8CodeUnitCount {
        let (found, wanted) = (line[start + matched], word.utf8Start[matched])
        let isLike =
          found == wanted || wanted == UInt8(ascii: "#") && found &- UInt8(ascii: "0") < 10
          || wanted == UInt8(ascii: " ") && found == UInt8(ascii: "\t")
        guard isLike else { break }
        matched += 1
      }
      if matched == word.utf8CodeUnitCount { return mark }
    }
    return nil
  }

  /// Whether a line has what a row in a table of tasks has: a number in brackets, and two more behind it.
  static func isTableRow(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = line.count - 1
    while index > 1 {
      if line[index] == UInt8(ascii: "]"), isDigit(line[index - 1]), hasTwoNumbers(line, from: index + 1) {
        var start = index - 1
        while start > 0, isDigit(line[start]) { start -= 1 }
        while start > 0, line[start] == UInt8(ascii: " ") { start -= 1 }
        if line[start] == UInt8(ascii: "[") { return true }
      }
      index -= 1
    }
    return false
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private static func hasTwoNumbers(_ line: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    var index = start
    for _ in 0..<2 {
      let before = index
      while index < line.count, line[index] == UInt8(ascii: " ") { index += 1 }
      guard index > before, index < line.count, isDigit(line[index]) else { return false }
      while index < line.count, isDigit(line[index]) { index += 1 }
    }
    return true
  }
}
