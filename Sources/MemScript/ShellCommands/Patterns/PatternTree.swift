// What a regular expression says, as a tree.

/// A part of a regular expression.
indirect enum PatternTree {
  /// Nothing, which is found everywhere.
  case empty
  /// One byte out of a set.
  case byte(ByteSet)
  /// A place between bytes.
  case place(PatternPlace)
  /// One part behind the other.
  case sequence([PatternTree])
  /// One of several parts.
  case choice([PatternTree])
  /// A part some times over; without a maximum as often as there is more of it.
  case repetition(PatternTree, minimum: Int, maximum: Int?)

  /// How many instructions its program has, at most `Int.max`.
  var size: Int {
    switch self {
    case .empty: 0
    case .byte, .place: 1
    case .sequence(let parts): parts.reduce(0) { Self.sum($0, $1.size) }
    case .choice(let parts): parts.reduce(0) { Self.sum($0, Self.sum($1.size, 2)) }
    case .repetition(let part, let minimum, let maximum):
      Self.product(Self.sum(part.size, 2), Swift.max(maximum ?? minimum, 1))
    }
  }

  private static func sum(_ left: Int, _ right: Int) -> Int {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
  }

  private static func product(_ left: Int, _ right: Int) -> Int {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? .max : product
  }
}

/// A place between two bytes of a line.
enum PatternPlace: UInt8 {
  /// The beginning and the end of the line.
  case lineStart, lineEnd
  /// Where a word begins, ends, does one of both, or neither.
  case wordStart, wordEnd, wordEdge, noWordEdge
  /// Where the byte before, or behind, is no part of a word.
  case afterOther, beforeOther

  /// Whether a position in a line is such a place.
  func holds(at position: Int, in line: UnsafeBufferPointer<UInt8>) -> Bool {
    let before = position > 0 && ByteSet.word.contains(line[position - 1])
    let behind = position < line.count && ByteSet.word.contains(line[position])
    return switch self {
    case .lineStart: position == 0
    case .lineEnd: position == line.count
    case .wordStart: !before && behind
    case .wordEnd: before && !behind
    case .wordEdge: before != behind
    case .noWordEdge: before == behind
    case .afterOther: !before
    case .beforeOther: !behind
    }
  }
}

/// Some of the 256 bytes.
struct ByteSet: Equatable {
  private var bits = SIMD4<UInt64>()

  /// Makes a set of the bytes for which a rule holds.
  init(where holds: (UInt8) -> Bool = { _ in false }) {
    for byte in UInt8.min...UInt8.max where holds(byte) { insert(byte) }
  }

  /// Makes a set of one byte.
  init(_ byte: UInt8) { insert(byte) }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool { bits[Int(byte >> 6)] >> UInt64(byte & 63) & 1 != 0 }

  mutating func insert(_ byte: UInt8) { bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

  mutating func formUnion(_ other: ByteSet) { bits |= other.bits }

  var inverted: ByteSet { ByteSet { !contains($0) } }

  /// The set with the other case of each of its letters.
  var ignoringCase: ByteSet {
    ByteSet { contains($0) || Self.letters.contains($0) && contains($0 ^ 0x20) }
  }

  private static let letters = ByteSet { (0x41...0x5A).contains($0 & 0xDF) && $0 < 0x80 }
  /// Letters, digits and the underscore.
  static let word = ByteSet { letters.contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  /// What isspace(3) takes.
  static let space = ByteSet { $0 == 0x20 || (0x09...0x0D).contains($0) }

  /// A class such as `[:alpha:]` (isalpha(3) in the C locale); nil for a name that there is not.
  static func named(_ name: String) -> ByteSet? {
    switch name {
    case "alpha": letters
    case "digit": ByteSet { (0x30...0x39).contains($0) }
    case "alnum": ByteSet { letters.contains($0) || (0x30...0x39).contains($0) }
    case "upper": ByteSet { (0x41...0x5A).contains($0) }
    case "lower": ByteSet { (0x61...0x7A).contains($0) }
    case "space": space
    case "blank": ByteSet { $0 == 0x20 || $0 == 0x09 }
    case "cntrl": ByteSet { $0 < 0x20 || $0 == 0x7F }
    case "graph": ByteSet { (0x21...0x7E).contains($0) }
    case "print": ByteSet { (0x20...0x7E).contains($0) }
    case "punct": ByteSet { (0x21...0x7E).contains($0) && !word.contains($0) || $0 == 0x5F }
    case "xdigit": ByteSet { (0x30...0x39).contains($0) || (0x41...0x46).contains($0 & 0xDF) && $0 < 0x80 }
    default: nil
    }
  }
}
