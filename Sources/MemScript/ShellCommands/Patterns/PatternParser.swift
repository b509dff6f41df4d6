// Reading regular expressions: POSIX basic and extended ones with GNU's additions (regex(7), grep(1)).

/// How the text of a pattern is to be read.
enum PatternSyntax: Sendable {
  /// Basic regular expressions.
  case basic
  /// Extended regular expressions.
  case extended
  /// No character is special.
  case fixed
}

/// Why a pattern can not be used.
enum PatternError: Error, Equatable {
  /// It is malformed or too large, in the C library's words.
  case malformed(String)
  /// It uses what is not modelled.
  case notModelled(String)

  static let tooBig = malformed("Regular expression too big")
}

/// Reads one pattern.
struct PatternParser {
  private let text: [UInt8]
  private let syntax: PatternSyntax
  private let ignoresCase: Bool
  private var position = 0
  private var depth = 0

  /// How deep parentheses may nest, because reading goes down a level of the host's stack for each.
  private static let depthLimit = 200
  /// How often a part may be repeated (RE_DUP_MAX).
  private static let repetitionLimit = 32767

  private init(_ text: String, _ syntax: PatternSyntax, ignoresCase: Bool) {
    self.text = Array(text.utf8)
    self.syntax = syntax
    self.ignoresCase = ignoresCase
  }

  /// Reads a pattern.
  static func parse(
    _ text: String, _ syntax: PatternSyntax, ignoresCase: Bool
  ) throws(PatternError) -> PatternTree {
    guard text.utf8.count < PatternProgram.sizeLimit else { throw .tooBig }
    var parser = PatternParser(text, syntax, ignoresCase: ignoresCase)
    if syntax == .fixed { return .sequence(parser.text.map { parser.literal($0) }) }
    let tree = try parser.choice()
    guard parser.position == parser.text.count else { throw .malformed("Unmatched ) or \\)") }
    return tree
  }

  private var isExtended: Bool { syntax == .extended }

  private func byte(_ offset: Int = 0) -> UInt8? {
    position + offset < text.count ? text[position + offset] : nil
  }

  /// Whether an operator stands here: bare in extended patterns, behind a backslash in basic ones.
  private func isOperator(_ sign: Character) -> Bool {
    let sign = sign.asciiValue
    return isExtended ? byte() == sign : byte() == UInt8(ascii: "\\") && byte(1) == sign
  }

  private mutating func skipOperator() { position += isExtended ? 1 : 2 }

  private func literal(_ byte: UInt8) -> PatternTree { .byte(folded(ByteSet(byte))) }

  private func folded(_ set: ByteSet) -> ByteSet { ignoresCase ? set.ignoringCase : set }

  // MARK: Structure

  private mutating func choice() throws(PatternError) -> PatternTree {
    var parts = [try sequence()]
    while isOperator("|") {
      skipOperator()
      parts.append(try sequence())
    }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  /// Whether a closing parenthesis ends the group that is open here; without one it is an extended pattern's plain
  /// sign.
  private var closesGroup: Bool { isOperator(")") && (depth > 0 || !isExtended) }

  private mutating func sequence() throws(PatternError) -> PatternTree {
    var parts: [PatternTree] = []
    while position < text.count, !isOperator("|"), !closesGroup {
      let isFirst = parts.allSatisfy { if case .place(.lineStart) = $0 { true } else { false } }
      var part = try atom(isFirst: isFirst)
      // A place cannot be repeated: in basic patterns what would do so stands for itself, in extended ones for nothing.
      if case .place = part {
        parts.append(part)
        while isExtended, try repetition() != nil {}
        continue
      }
      while let (minimum, maximum) = try repetition() {
        part = .repetition(part, minimum: minimum, maximum: maximum)
        guard part.size <= PatternProgram.sizeLimit else { throw .tooBig }
      }
      parts.append(part)
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func group() throws(PatternError) -> PatternTree {
    skipOperator()
    depth += 1
    guard depth <= Self.depthLimit else { throw .tooBig }
    let tree = try choice()
    guard isOperator(")") else { throw .malformed("Unmatched ( or \\(") }
    skipOperator()
    depth -= 1
    return tree
  }

  private mutating func atom(isFirst: Bool) throws(PatternError) -> PatternTree {
    if isOperator("(") { return try group() }
    // An operator that has nothing to repeat repeats nothing; in basic patterns a star is itself then.
    if isExtended, isRepetition { return .empty }
    guard let first = byte() else { return .empty }
    switch first {
    case UInt8(ascii: "."):
      position += 1
      return .byte(ByteSet { $0 != 0x0A })
    case UInt8(ascii: "["):
      position += 1
      return .byte(folded(try bracket()))
    case UInt8(ascii: "^") where isExtended || isFirst:
      position += 1
      return .place(.lineStart)
    case UInt8(ascii: "$") where isExtended || isLast:
      position += 1
      return .place(.lineEnd)
    case UInt8(ascii: "\\"):
      return try escape()
    default:
      position += 1
      return literal(first)
    }
  }

  /// Whether a basic pattern, or its group or alternative, ends behind the sign here.
  private var isLast: Bool {
    position + 1 == text.count
      || byte(1) == UInt8(ascii: "\\") && (byte(2) == UInt8(ascii: ")") || byte(2) == UInt8(ascii: "|"))
  }

  private mutating func escape() throws(PatternError) -> PatternTree {
    guard let sign = byte(1) else { throw .malformed("Trailing backslash") }
    position += 2
    switch sign {
    case UInt8(ascii: "w"): return .byte(.word)
    case UInt8(ascii: "W"): return .byte(ByteSet.word.inverted)
    case UInt8(ascii: "s"): return .byte(.space)
    case UInt8(ascii: "S"): return .byte(ByteSet.space.inverted)
    case UInt8(ascii: "<"): return .place(.wordStart)
    case UInt8(ascii: ">"): return .place(.wordEnd)
    case UInt8(ascii: "b"): return .place(.wordEdge)
    case UInt8(ascii: "B"): return .place(.noWordEdge)
    case UInt8(ascii: "`"): return .place(.lineStart)
    case UInt8(ascii: "'"): return .place(.lineEnd)
    case UInt8(ascii: "1")...UInt8(ascii: "9"):
      throw .notModelled("back references such as \\\(Character(Unicode.Scalar(sign)))")
    default: return literal(sign)
    }
  }

  // MARK: Repetition

  /// Whether something that repeats stands here.
  private var isRepetition: Bool {
    switch byte() {
    case UInt8(ascii: "*"): true
    case UInt8(ascii: "+"), UInt8(ascii: "?"): isExtended
    case UInt8(ascii: "{"): isExtended && interval(from: position + 1) != nil
    case UInt8(ascii: "\\"):
      !isExtended && [UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{")].contains(byte(1) ?? 0)
    default: false
    }
  }

  private mutating func repetition() throws(PatternError) -> (minimum: Int, maximum: Int?)? {
    guard isRepetition else { return nil }
    if byte() == UInt8(ascii: "*") {
      position += 1
      return (0, nil)
    }
    let sign = byte(isExtended ? 0 : 1)
    skipOperator()
    switch sign {
    case UInt8(ascii: "+"): return (1, nil)
    case UInt8(ascii: "?"): return (0, 1)
    default: break
    }
    guard let (minimum, maximum, end) = interval(from: position) else {
      let isOpen = !text[position...].contains(UInt8(ascii: "}"))
      throw .malformed(isOpen ? "Unmatched \\{" : "Invalid content of \\{\\}")
    }
    position = end
    guard maximum ?? minimum >= minimum else { throw .malformed("Invalid content of \\{\\}") }
    guard max(minimum, maximum ?? 0) <= Self.repetitionLimit else { throw .tooBig }
    return (minimum, maximum)
  }

  /// Reads `n}`, `n,}`, `,m}` or `n,m}`, in basic patterns with a backslash before the brace.
  private func interval(from start: Int) -> (minimum: Int, maximum: Int?, end: Int)? {
    var place = start
    func number() -> Int? {
      let digits = text[place...].prefix { (0x30...0x39).contains($0) }
      place += digits.count
      guard !digits.isEmpty else { return nil }
      // What is too large to be read is too large in any case.
      return Int(String(decoding: digits, as: UTF8.self)) ?? .max
    }
    let minimum = number()
    var maximum = minimum
    let hasComma = place < text.count && text[place] == UInt8(ascii: ",")
    if hasComma {
      place += 1
      maximum = number()
    }
    guard minimum != nil || hasComma else { return nil }
    let close = isExtended ? [UInt8(ascii: "}")] : [UInt8(ascii: "\\"), UInt8(ascii: "}")]
    guard text[place...].starts(with: close) else { return nil }
    return (minimum ?? 0, maximum, place + close.count)
  }

  // MARK: Brackets

  /// Reads a bracket expression behind its opening bracket.
  private mutating func bracket() throws(PatternError) -> ByteSet {
    let isInverted = byte() == UInt8(ascii: "^")
    if isInverted { position += 1 }
    guard position < text.count else { throw .malformed("Invalid regular expression") }
    let start = position
    var set = ByteSet()
    while let next = byte(), next != UInt8(ascii: "]") || position == start {
      if next == UInt8(ascii: "["), byte(1) == UInt8(ascii: ":") {
        let name = try bracketName(":")
        guard let named = ByteSet.named(name) else { throw .malformed("Invalid character class name") }
        set.formUnion(named)
        guard byte() == UInt8(ascii: "-"), let after = byte(1), after != UInt8(ascii: "]") else { continue }
        throw .malformed("Invalid range end")
      }
      let lower = try bracketByte()
      guard byte() == UInt8(ascii: "-"), let after = byte(1), after != UInt8(ascii: "]") else {
        set.insert(lower)
        continue
      }
      position += 1
      let upper = try bracketByte()
      guard lower <= upper else { throw .malformed("Invalid range end") }
      for byte in lower...upper { set.insert(byte) }
    }
    guard position < text.count else { throw .malformed("Unmatched [, [^, [:, [., or [=") }
    if text[start] == UInt8(ascii: ":"), position > start + 1, text[position - 1] == UInt8(ascii: ":") {
      throw .malformed("character class syntax is [[:space:]], not [:space:]")
    }
    position += 1
    if ignoresCase { set = set.ignoringCase }
    return isInverted ? ByteSet { byte in !set.contains(byte) && byte != 0x0A } : set
  }

  /// One byte of a bracket expression, plain or as `[.x.]` or `[=x=]`.
  private mutating func bracketByte() throws(PatternError) -> UInt8 {
    guard let first = byte() else { throw .malformed("Unmatched [, [^, [:, [., or [=") }
    for sign in [".", "="] as [Character] where first == UInt8(ascii: "[") && byte(1) == sign.asciiValue {
      let name = try bracketName(sign)
      guard name.utf8.count == 1, let byte = name.utf8.first else {
        throw .malformed("Invalid collation character")
      }
      return byte
    }
    position += 1
    return first
  }

  /// The name in `[:name:]` and its kin.
  private mutating func bracketName(_ sign: Character) throws(PatternError) -> String {
    let start = position + 2
    var end = start
    while end + 1 < text.count, !(text[end] == sign.asciiValue && text[end + 1] == UInt8(ascii: "]")) {
      end += 1
    }
    guard end + 1 < text.count else { throw .malformed("Unmatched [, [^, [:, [., or [=") }
    position = end + 2
    return String(decoding: text[start..<end], as: UTF8.self)
  }
}
