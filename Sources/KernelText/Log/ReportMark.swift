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

  /// Words, of which the first two bytes are looked for first.
  private static let words: [(StaticString, ReportMark)] = [
    ("nvoked oom-killer", .beginning), ("page allocation failure", .beginning),
    ("page allocation stall", .beginning), ("Manual OOM execution", .beginning),
    ("oom-kill:", .part), ("oom.group", .part), ("ut of memory", .part),
    ("Mem-Info:", .part), ("Mem-info:", .part), ("active_anon:", .part), ("Active:", .part),
    ("_reserve[]:", .part), ("Tasks state (", .part), ("total_vm", .part), ("stats for /", .part),
    ("killed as a result of", .part), ("Kernel panic - ", .part),
    ("illed process ", .part), ("ill process ", .part), ("swap on ", .swap), ("Linux version ", .boot),
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
  static func first(in line: UnsafeBufferPointer<UInt8>) -> ReportMark? {
    guard line.count > 6 else { return nil }
    return pairs.withUnsafeBufferPointer { pairs in
      var pair = Int(line[0])
      for index in 1..<line.count {
        pair = (pair << 8 | Int(line[index])) & 0xffff
        if pairs[pair >> 6] >> UInt64(pair & 63) & 1 != 0, let mark = word(at: index - 1, in: line) {
          return mark
        }
      }
      return nil
    }
  }

  private static func word(at start: Int, in line: UnsafeBufferPointer<UInt8>) -> ReportMark? {
    for (word, mark) in words where line.count - start >= word.utf8CodeUnitCount {
      var matched = 0
      while matched < word.utf8CodeUnitCount, line[start + matched] == word.utf8Start[matched] {
        matched += 1
      }
      if matched == word.utf8CodeUnitCount { return mark }
    }
    return nil
  }

  /// Whether a line has what a row in a table of tasks has: a number in brackets, and six more behind it.
  static func isTableRow(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let bracket = line.lastIndex(where: { $0 == UInt8(ascii: "]") }), bracket > 0 else { return false }
    var numbers = 0
    var isInNumber = false
    for byte in line {
      let isDigit = byte &- UInt8(ascii: "0") < 10
      if isDigit, !isInNumber { numbers += 1 }
      isInNumber = isDigit
    }
    return numbers >= 7
  }
}
