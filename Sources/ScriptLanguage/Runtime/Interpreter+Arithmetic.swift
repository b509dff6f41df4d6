// Operators on anything but two integers that fit: pointers, booleans, NULL, strings, and the errors.

extension Interpreter {
  /// Executes an arithmetic instruction of any operands. The loop does itself what integers that fit need; all the
  /// rest is apart from it, so that it keeps little at hand.
  @inline(never)
  func compute(
    _ instruction: Instruction, _ registers: UnsafeMutablePointer<Slot>, _ depth: Int
  ) throws {
    // A sum of texts or lists makes an object.
    setActiveTop(registers, depth)
    let x = registers[instruction.b]
    let number = Int64(instruction.c)
    registers[instruction.a] =
      switch instruction.operation {
      case .addImmediate, .addImmediateThenLoop: try addImmediate(x, number)
      case .multiplyImmediate: try arithmetic(.multiply, x, Slot(number))
      case .divideImmediate: try arithmetic(.divide, x, Slot(number))
      case .remainderImmediate: try arithmetic(.remainder, x, Slot(number))
      case .bitAndImmediate: try arithmetic(.bitAnd, x, Slot(number))
      default:
        try arithmetic(instruction.operation.binaryOperator, x, registers[instruction.registerC])
      }
  }

  /// The result of `x ∘ y`.
  func arithmetic(_ operation: BinaryOperator, _ x: Slot, _ y: Slot) throws -> Slot {
    if operation == .add, x.tag == .string || y.tag == .string { return try concatenation(x, y) }
    if operation == .add, x.tag == .list, y.tag == .list { return try listSum(x, y) }
    if operation == .multiply, x.tag == .string || y.tag == .string { return try repetition(x, y) }
    if x.tag == .double || y.tag == .double { return try doubleArithmetic(operation, x, y) }
    guard x.isNumeric, y.isNumeric else { throw mismatch(operation, x, y) }
    let isAddress = x.tag == .pointer || x.tag == .null || y.tag == .pointer || y.tag == .null
    if !isAddress, x.tag == .unsigned || y.tag == .unsigned {
      return Slot(unsigned: try unsigned(operation, x.bits, y.bits))
    }
    return isAddress
      ? try pointerArithmetic(operation, x, y) : try integerArithmetic(operation, x.payload, y.payload)
  }

  private func doubleArithmetic(_ operation: BinaryOperator, _ x: Slot, _ y: Slot) throws -> Slot {
    guard x.isArithmetic, y.isArithmetic, x.tag != .pointer, y.tag != .pointer, x.tag != .null, y.tag != .null
    else {
      throw mismatch(operation, x, y)
    }
    let (left, right) = (x.asDouble, y.asDouble)
    switch operation {
    case .add: return Slot(double: left + right)
    case .subtract: return Slot(double: left - right)
    case .multiply: return Slot(double: left * right)
    case .divide: return Slot(double: left / right)
    default: throw mismatch(operation, x, y)
    }
  }

  /// `x ** y` of whole numbers.
  func power(_ x: Slot, _ y: Slot) throws -> Slot {
    guard x.tag == .integer, y.tag == .integer else { throw mismatch(.multiply, x, y) }
    guard y.payload >= 0 else { throw ScriptError("an exponent is not below 0") }
    var result = Slot(1)
    if x.payload == 1 || (x.payload == 0 && y.payload > 0) { return x }
    if x.payload == -1 { return Slot(y.payload % 2 == 0 ? 1 : -1) }
    for _ in 0..<min(y.payload, 64) { result = try integerArithmetic(.multiply, result.payload, x.payload) }
    return result
  }

  private func mismatch(_ operation: BinaryOperator, _ x: Slot, _ y: Slot) -> ScriptError {
    if x.tag == .undefined || y.tag == .undefined { return ScriptError("this variable has no value yet") }
    var hint: String?
    if operation == .remainder, x.tag == .string { hint = "`format(\"%d\", x)` and `\"{x:%5d}\"` make texts" }
    if x.tag == .string || y.tag == .string, x.isArithmetic || y.isArithmetic, hint == nil {
      hint = "`int(text)` and `double(text)` read numbers"
    }
    if operation == .multiply, x.tag == .list || y.tag == .list { hint = "`fill(n, value)` makes a list" }
    return ScriptError(
      "`\(operation.rawValue)` does not work on \(x.kindName) and \(y.kindName)", kind: .type, hint: hint)
  }

  private func integerArithmetic(_ operation: BinaryOperator, _ x: Int64, _ y: Int64) throws -> Slot {
    switch operation {
    case .add: return try fitting(x.addingReportingOverflow(y), "+", x, y)
    case .subtract: return try fitting(x.subtractingReportingOverflow(y), "-", x, y)
    case .multiply: return try fitting(x.multipliedReportingOverflow(by: y), "*", x, y)
    case .divide:
      if y == 0 { throw divisionByZero() }
      return try fitting(x.dividedReportingOverflow(by: y), "/", x, y)
    case .remainder:
      if y == 0 { throw divisionByZero() }
      return Slot(y == -1 ? 0 : x % y)
    case .bitAnd: return Slot(x & y)
    case .bitOr: return Slot(x | y)
    case .bitXor: return Slot(x ^ y)
    case .shiftLeft:
      try checkShift(y)
      let result = x &<< y
      guard result &>> y == x else { throw leaves("<<", String(x), String(y)) }
      return Slot(result)
    case .shiftRight:
      try checkShift(y)
      return Slot(x &>> y)
    default: return .null
    }
  }

  private func fitting(
    _ result: (partialValue: Int64, overflow: Bool), _ sign: String, _ x: Int64, _ y: Int64
  ) throws -> Slot {
    guard !result.overflow else { throw leaves(sign, String(x), String(y)) }
    return Slot(result.partialValue)
  }

  private func leaves(_ sign: String, _ x: String, _ y: String) -> ScriptError {
    ScriptError("\(x) \(sign) \(y) leaves 64 bits")
  }

  private func divisionByZero() -> ScriptError { ScriptError("division by zero") }

  private func checkShift(_ count: Int64) throws {
    guard count >= 0, count < 64 else {
      throw ScriptError("a shift by \(count) is not possible", hint: "shifts go from 0 to 63")
    }
  }

  /// Pointer ± integer is a pointer, pointer − pointer an integer; masks keep a pointer one. `NULL` counts as
  /// the pointer 0.
  private func pointerArithmetic(_ operation: BinaryOperator, _ x: Slot, _ y: Slot) throws -> Slot {
    let xIsAddress = x.tag == .pointer || x.tag == .null
    let yIsAddress = y.tag == .pointer || y.tag == .null
    let texts = (Slot.text(of: x), Slot.text(of: y))
    switch operation {
    case .add:
      if xIsAddress && yIsAddress {
        throw ScriptError("two pointers cannot be added", kind: .type, hint: "`-` gives their distance")
      }
      let (address, offset) = xIsAddress ? (x.bits, y.payload) : (y.bits, x.payload)
      let sum = address &+ UInt64(bitPattern: offset)
      guard offset >= 0 ? sum >= address : sum < address else { throw leaves("+", texts.0, texts.1) }
      return Slot(pointer: sum)
    case .subtract where xIsAddress && yIsAddress:
      let distance = Int64(bitPattern: x.bits &- y.bits)
      guard (distance >= 0) == (x.bits >= y.bits) else { throw leaves("-", texts.0, texts.1) }
      return Slot(distance)
    case .subtract where xIsAddress:
      let difference = x.bits &- UInt64(bitPattern: y.payload)
      guard y.payload >= 0 ? difference <= x.bits : difference > x.bits else {
        throw leaves("-", texts.0, texts.1)
      }
      return Slot(pointer: difference)
    case .bitAnd: return Slot(pointer: x.bits & y.bits)
    case .bitOr: return Slot(pointer: x.bits | y.bits)
    case .bitXor: return Slot(pointer: x.bits ^ y.bits)
    case .shiftLeft where xIsAddress && !yIsAddress:
      try checkShift(y.payload)
      let result = x.bits &<< y.bits
      guard result &>> y.bits == x.bits else { throw leaves("<<", texts.0, texts.1) }
      return Slot(pointer: result)
    case .shiftRight where xIsAddress && !yIsAddress:
      try checkShift(y.payload)
      return Slot(pointer: x.bits &>> y.bits)
    case .divide where xIsAddress && !yIsAddress && y.payload >= 0,
      .remainder where xIsAddress && !yIsAddress && y.payload >= 0:
      if y.payload == 0 { throw divisionByZero() }
      let result = operation == .divide ? x.bits / y.bits : x.bits % y.bits
      return result <= UInt64(Int64.max) ? Slot(Int64(result)) : Slot(pointer: result)
    default: throw mismatch(operation, x, y)
    }
  }

  // MARK: One operand

  func negation(_ x: Slot) throws -> Slot {
    switch x.tag {
    case .double: return Slot(double: -x.double)
    case .unsigned: return Slot(unsigned: 0 &- x.bits)
    case .integer, .boolean:
      return try fitting(Int64(0).subtractingReportingOverflow(x.payload), "-", 0, x.payload)
    default: throw ScriptError("`-` does not work on \(x.kindName)", kind: .type)
    }
  }

  func complement(_ x: Slot) throws -> Slot {
    switch x.tag {
    case .integer, .boolean: return Slot(~x.payload)
    case .unsigned: return Slot(unsigned: ~x.bits)
    case .pointer, .null: return Slot(pointer: ~x.bits)
    default: throw ScriptError("`~` does not work on \(x.kindName)", kind: .type)
    }
  }

  func plus(_ x: Slot) throws -> Slot {
    guard x.isArithmetic else { throw ScriptError("`+` does not work on \(x.kindName)", kind: .type) }
    return x.tag == .boolean ? Slot(x.payload) : x
  }
}

extension Operation {
  /// The operator of an instruction with two registers.
  fileprivate var binaryOperator: BinaryOperator {
    switch self {
    case .add, .addThenLoop: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .remainder: .remainder
    case .bitOr: .bitOr
    case .bitXor: .bitXor
    case .shiftLeft: .shiftLeft
    case .shiftRight: .shiftRight
    default: .bitAnd
    }
  }
}
