// C's conversions between its types, and arithmetic that wraps around.

extension Interpreter {
  /// Executes a conversion, or arithmetic in an unsigned type.
  @inline(never)
  func convert(
    _ instruction: Instruction, _ registers: UnsafeMutablePointer<Slot>, _ host: any ScriptHost
  ) throws {
    let conversion = Conversion(code: instruction.n)
    let word = host.wordBytes
    let x = registers[instruction.b]
    guard instruction.operation == .unsignedArithmetic else {
      registers[instruction.a] = try converted(x, conversion, word)
      return
    }
    let y = registers[instruction.registerC]
    guard x.isNumeric, y.isNumeric, x.tag != .pointer, y.tag != .pointer else {
      registers[instruction.a] = try arithmetic(conversion.operation, x, y)
      return
    }
    let isShift = conversion.operation == .shiftLeft || conversion.operation == .shiftRight
    let left = Self.wrapped(x.bits, conversion.type, word)
    let right = isShift ? y.bits : Self.wrapped(y.bits, conversion.type, word)
    let bits = try unsigned(conversion.operation, left, right)
    registers[instruction.a] = Slot(unsigned: Self.wrapped(bits, conversion.type, word))
  }

  /// `x ∘ y` of unsigned numbers with 64 bits, which wrap around.
  func unsigned(_ operation: BinaryOperator, _ x: UInt64, _ y: UInt64) throws -> UInt64 {
    switch operation {
    case .add: return x &+ y
    case .subtract: return x &- y
    case .multiply: return x &* y
    case .divide, .remainder:
      guard y != 0 else { throw ScriptError("division by zero") }
      return operation == .divide ? x / y : x % y
    case .bitAnd: return x & y
    case .bitOr: return x | y
    case .bitXor: return x ^ y
    default:
      guard y < 64 else {
        throw ScriptError(
          "a shift by \(Int64(bitPattern: y)) is not possible", hint: "shifts go from 0 to 63")
      }
      return operation == .shiftLeft ? x << y : x >> y
    }
  }

  /// The bits that a number has in an unsigned type.
  private static func wrapped(_ bits: UInt64, _ type: CType, _ word: Int) -> UInt64 {
    let unused = UInt64(64 - 8 * min(type.size(word: word), 8))
    return (bits << unused) >> unused
  }

  /// A value as a C type has it (C17 6.3).
  private func converted(_ x: Slot, _ conversion: Conversion, _ word: Int) throws -> Slot {
    let type = conversion.type
    if x.tag == .undefined { throw ScriptError("this variable has no value yet") }
    if type.isVoid { return .null }
    if type.isPointer {
      switch x.tag {
      case .integer, .boolean, .unsigned: return x.payload == 0 ? .null : Slot(pointer: x.bits)
      case .double: throw unconvertible(x, type)
      default: return x
      }
    }
    if type.base == .bool { return Slot(x.isTrue) }
    guard x.isArithmetic else { throw unconvertible(x, type) }
    if type.isFloating {
      guard x.tag != .pointer, x.tag != .null else { throw unconvertible(x, type) }
      return Slot(double: type.base == .float ? Double(Float(x.asDouble)) : x.asDouble)
    }
    var bits = x.bits
    if x.tag == .double {
      let whole = x.double.rounded(.towardZero)
      if let number = Int64(exactly: whole) {
        bits = UInt64(bitPattern: number)
      } else if let number = UInt64(exactly: whole) {
        bits = number
      } else {
        throw ScriptError("\(x.double.description) does not fit `\(type.name)`")
      }
    }
    let unused = 64 - 8 * type.size(word: word)
    if type.isUnsigned { return Slot(unsigned: (bits << UInt64(unused)) >> UInt64(unused)) }
    let number = (Int64(bitPattern: bits) << Int64(unused)) >> Int64(unused)
    if conversion.isChecked, number != Int64(bitPattern: bits) || x.tag == .unsigned {
      throw ScriptError(
        "\(Slot.text(of: x)) does not fit `\(type.name)`: signed arithmetic has no result beyond its type",
        hint: "`long` holds 64 bits; unsigned types wrap around")
    }
    return Slot(number)
  }

  /// A value as a variable of a C type holds it.
  func converted(_ x: Slot, _ type: CType, word: Int) throws -> Slot {
    try converted(x, Conversion(type), word)
  }

  private func unconvertible(_ x: Slot, _ type: CType) -> ScriptError {
    ScriptError(
      "\(x.kindName) cannot be stored as `\(type.name)`", kind: .type,
      hint: x.tag == .string ? "`int(text)` and `double(text)` read numbers" : nil)
  }

  /// The text of a value by a format of printf.
  func formatted(_ value: Slot, _ format: String, _ host: any ScriptHost) throws -> Slot {
    guard let specification = FormatSpecification(inText: format) else { return .null }
    for case .fixed(let number)? in [specification.width, specification.precision]
    where number > FormatSpecification.largestNumber {
      throw ScriptError("a width or precision is at most \(FormatSpecification.largestNumber)")
    }
    var wide = specification
    // A text shows the whole number, as it does without a format.
    if wide.length.isEmpty { wide.length = "ll" }
    let text = try wide.format(try value.value(within: limits.heapBytes), word: host.wordBytes)
    return try slot(from: .string(text))
  }
}
