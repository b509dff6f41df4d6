// The scalar types of C: what a declaration, a cast and `sizeof` name.

/// A scalar type of C on Linux for x86, or a pointer to one.
struct CType: Sendable, Equatable, Codable {
  /// What stands before the stars of a pointer.
  enum Base: UInt8, CaseIterable, Sendable, Codable {
    case void, bool, char, unsignedChar, short, unsignedShort, int, unsignedInt, long, unsignedLong
    case longLong, unsignedLongLong, float, double, longDouble
  }

  var base: Base
  /// How many stars there are.
  var pointers: Int = 0

  var isPointer: Bool { pointers > 0 }
  var isFloating: Bool { !isPointer && base.rawValue >= Base.float.rawValue }
  var isVoid: Bool { !isPointer && base == .void }

  /// Whether arithmetic in the type wraps around.
  var isUnsigned: Bool {
    switch base {
    case .unsignedChar, .unsignedShort, .unsignedInt, .unsignedLong, .unsignedLongLong: !isPointer
    default: false
    }
  }

  /// What the type points to.
  var pointee: CType? { isPointer ? CType(base: base, pointers: pointers - 1) : nil }

  /// How many bytes a value takes, as `sizeof` tells; 1 for void as GNU C has it.
  ///
  /// - Parameter word: the bytes of a pointer and a `long`: 8, or 4 on i386.
  func size(word: Int) -> Int {
    if isPointer { return word }
    switch base {
    case .void, .bool, .char, .unsignedChar: return 1
    case .short, .unsignedShort: return 2
    case .int, .unsignedInt, .float: return 4
    case .long, .unsignedLong: return word
    case .longLong, .unsignedLongLong, .double: return 8
    case .longDouble: return word == 8 ? 16 : 12
    }
  }

  /// The type of an operation with a value of another type (C17 6.3.1.8), as far as it is not smaller than `int`.
  func combined(with other: CType) -> CType {
    if isPointer || other.isPointer { return isPointer ? self : other }
    if isFloating || other.isFloating { return CType(base: .double) }
    let (left, right) = (promoted, other.promoted)
    let rank = max(left.rank, right.rank)
    let isUnsigned = (left.isUnsigned && left.rank == rank) || (right.isUnsigned && right.rank == rank)
    switch rank {
    case 0: return CType(base: isUnsigned ? .unsignedInt : .int)
    case 1: return CType(base: isUnsigned ? .unsignedLong : .long)
    default: return CType(base: isUnsigned ? .unsignedLongLong : .longLong)
    }
  }

  /// The type after the integer promotions.
  var promoted: CType { base.rawValue < Base.int.rawValue && !isPointer ? CType(base: .int) : self }

  private var rank: Int {
    switch base {
    case .long, .unsignedLong: 1
    case .longLong, .unsignedLongLong: 2
    default: 0
    }
  }

  /// The type of a constant of limits.h and stdint.h that changes how C computes with it.
  static func ofConstant(_ name: String) -> CType? {
    switch name {
    case "SIZE_MAX", "ULONG_MAX", "UINTPTR_MAX": CType(base: .unsignedLong)
    case "ULLONG_MAX", "UINT64_MAX": CType(base: .unsignedLongLong)
    case "UINT_MAX", "UINT32_MAX": CType(base: .unsignedInt)
    default: nil
    }
  }

  /// The type of a whole number with this many `L`s and no `U`.
  init(longs: Int) { self.init(base: longs > 1 ? .longLong : .long) }

  /// The type of a number with the suffix `U` and this many `L`s.
  init(unsigned bits: UInt64, longs: Int) {
    self.init(
      base: longs > 1
        ? .unsignedLongLong
        : longs == 1 || bits > UInt64(UInt32.max) ? .unsignedLong : .unsignedInt)
  }

  /// One number for an instruction, see ``init(code:)``. Pointers are all the same there.
  var code: Int { isPointer ? Self.pointerCode : Int(base.rawValue) }

  private static let pointerCode = 31

  init(base: Base, pointers: Int = 0) {
    self.base = base
    self.pointers = pointers
  }

  /// The type behind a number; nil for one that none has.
  init?(code: Int) {
    if code == Self.pointerCode {
      self.init(base: .void, pointers: 1)
    } else {
      guard let base = UInt8(exactly: code).flatMap(Base.init(rawValue:)) else { return nil }
      self.init(base: base)
    }
  }

  /// How C writes it.
  var name: String {
    let word: String
    switch base {
    case .void: word = "void"
    case .bool: word = "bool"
    case .char: word = "char"
    case .unsignedChar: word = "unsigned char"
    case .short: word = "short"
    case .unsignedShort: word = "unsigned short"
    case .int: word = "int"
    case .unsignedInt: word = "unsigned int"
    case .long: word = "long"
    case .unsignedLong: word = "unsigned long"
    case .longLong: word = "long long"
    case .unsignedLongLong: word = "unsigned long long"
    case .float: word = "float"
    case .double: word = "double"
    case .longDouble: word = "long double"
    }
    return isPointer ? word + " " + String(repeating: "*", count: pointers) : word
  }

  /// The words that name types, and what each stands for alone; nil for a word that only changes another.
  static let words: [String: Base?] = [
    "void": .void, "char": .char, "short": .short, "int": .int, "long": .long, "float": .float,
    "double": .double, "bool": .bool, "_Bool": .bool, "signed": .int, "unsigned": .unsignedInt,
    "const": nil, "volatile": nil, "static": nil, "register": nil, "extern": nil, "inline": nil,
    "size_t": .unsignedLong, "ssize_t": .long, "off_t": .long, "pid_t": .int, "time_t": .long,
    "uintptr_t": .unsignedLong, "intptr_t": .long, "ptrdiff_t": .long, "clock_t": .long,
    "int8_t": .char, "int16_t": .short, "int32_t": .int, "int64_t": .longLong,
    "uint8_t": .unsignedChar, "uint16_t": .unsignedShort, "uint32_t": .unsignedInt,
    "uint64_t": .unsignedLongLong, "uint": .unsignedInt, "ulong": .unsignedLong,
    "u8": .unsignedChar, "u16": .unsignedShort, "u32": .unsignedInt, "u64": .unsignedLongLong,
    "intmax_t": .long, "uintmax_t": .unsignedLong, "wchar_t": .int,
    "gfp_t": .unsignedInt, "phys_addr_t": .unsignedLong, "FILE": .void,
  ]

  /// The type that several words name together, such as `unsigned long int`.
  init(words: [String]) {
    var base: Base?
    var longs = 0
    var sign: String?
    for word in words {
      switch word {
      case "long": longs += 1
      case "signed", "unsigned": sign = word
      case "short": base = .short
      case "int": base = base ?? .int
      default: if let named = Self.words[word] ?? nil { base = named }
      }
    }
    if longs > 0 { base = base == .double ? .longDouble : longs == 1 ? .long : .longLong }
    self.init(base: Self.unsigned(base ?? .int, sign == "unsigned"))
  }

  private static func unsigned(_ base: Base, _ isUnsigned: Bool) -> Base {
    guard isUnsigned else { return base }
    switch base {
    case .char: return .unsignedChar
    case .short: return .unsignedShort
    case .int: return .unsignedInt
    case .long: return .unsignedLong
    case .longLong: return .unsignedLongLong
    default: return base
    }
  }
}
