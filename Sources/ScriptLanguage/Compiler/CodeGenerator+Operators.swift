// Code for operators and conditions, with the forms that the virtual machine runs fastest.

extension CodeGenerator {
  /// Compiles a tree of binary operators along its left side without recursion.
  mutating func compileBinaryTree(_ id: ExpressionID, _ target: Int?) -> Int {
    if case .binary(let operation, _, _) = tree[id].kind, operation == .and || operation == .or {
      return compileLogicalValue(id, target)
    }
    var spine: [(id: ExpressionID, operation: BinaryOperator, right: ExpressionID)] = []
    var left = id
    while case .binary(let operation, let next, let right) = tree[left].kind, operation != .and,
      operation != .or
    {
      spine.append((left, operation, right))
      left = next
    }
    let result = target ?? temporary()
    let inner = temporary()
    var type = staticType(of: left)
    var register = compile(left, into: inner)
    for (position, step) in spine.enumerated().reversed() {
      let destination = position == 0 ? result : inner
      let types = (type, staticType(of: step.right))
      withTemporaries {
        if $0.needsTypes(step.operation, types)
          || !$0.compileImmediate(
            step.operation, register, step.right, into: destination, $0.tree.span(step.id))
        {
          let operand = $0.compileOperand(step.right, beside: types.0)
          $0.compileBinary(
            step.operation, register, operand, types: types, into: destination, $0.tree.span(step.id))
        }
      }
      register = destination
      type = resultType(step.operation, types.0, types.1)
    }
    return result
  }

  /// Whether C computes something else than the language would without types.
  func needsTypes(_ operation: BinaryOperator, _ types: (CType?, CType?)) -> Bool {
    arithmeticType(operation, types.0, types.1) != nil || pointerStep(operation, types.0, types.1) != nil
  }

  /// Compiles a right operand; a number of 2^63 and more in hexadecimal is no address beside a number of C's.
  mutating func compileOperand(_ id: ExpressionID, beside type: CType?) -> Int {
    if case .pointer(let bits) = tree[id].kind, let type, !type.isPointer {
      return load(Slot(unsigned: bits), nil, tree.span(id))
    }
    return compile(id)
  }

  /// Uses the form with a constant on the right, if there is one.
  mutating func compileImmediate(
    _ operation: BinaryOperator, _ left: Int, _ right: ExpressionID, into target: Int, _ span: SourceSpan
  ) -> Bool {
    guard let value = smallInteger(right) else { return false }
    switch operation {
    case .add: builder.emit(Instruction(.addImmediate, a: target, b: left, c: value), at: span)
    case .subtract: builder.emit(Instruction(.addImmediate, a: target, b: left, c: -value), at: span)
    case .multiply: builder.emit(Instruction(.multiplyImmediate, a: target, b: left, c: value), at: span)
    case .divide where value > 0:
      builder.emit(Instruction(.divideImmediate, a: target, b: left, c: value), at: span)
    case .remainder where value > 0:
      builder.emit(Instruction(.remainderImmediate, a: target, b: left, c: value), at: span)
    case .bitAnd: builder.emit(Instruction(.bitAndImmediate, a: target, b: left, c: value), at: span)
    default: return false
    }
    return true
  }

  /// The value of a literal that fits an instruction, also its negation.
  private func smallInteger(_ id: ExpressionID) -> Int? {
    switch tree[id].kind {
    case .integer(let value) where value > -0x7FFF_FFFF && value < 0x7FFF_FFFF: return Int(value)
    case .unary(.negate, let inner): return smallInteger(inner).map { -$0 }
    default: return nil
    }
  }

  /// Compiles `left ∘ right`.
  ///
  /// - Parameter types: the types of both sides in C, where they are known.
  mutating func compileBinary(
    _ operation: BinaryOperator, _ left: Int, _ right: Int, types: (CType?, CType?), into target: Int,
    _ span: SourceSpan
  ) {
    if let pointee = pointerStep(operation, types.0, types.1) {
      let offset = scaled(right, by: pointee, span)
      builder.emit(
        Instruction(operation == .add ? .add : .subtract, a: target, b: left, c: offset), at: span)
      return
    }
    if operation == .subtract, let type = types.0, type.isPointer, types.1?.isPointer == true,
      let pointee = type.pointee, pointee.size(word: 8) > 1
    {
      builder.emit(Instruction(.subtract, a: target, b: left, c: right), at: span)
      let size = scaled(load(Slot(1), nil, span), by: pointee, span)
      builder.emit(Instruction(.divide, a: target, b: target, c: size), at: span)
      return
    }
    if let type = arithmeticType(operation, types.0, types.1) {
      let conversion = Conversion(type, operation: operation)
      builder.emit(
        Instruction(.unsignedArithmetic, n: conversion.code, a: target, b: left, c: right), at: span)
      return
    }
    let code: Operation
    switch operation {
    case .add: code = .add
    case .subtract: code = .subtract
    case .multiply: code = .multiply
    case .divide: code = .divide
    case .remainder: code = .remainder
    case .bitAnd: code = .bitAnd
    case .bitOr: code = .bitOr
    case .bitXor: code = .bitXor
    case .shiftLeft: code = .shiftLeft
    case .shiftRight: code = .shiftRight
    default:
      let sides = compared(left, right, types, span)
      return compileComparison(operation, sides.0, sides.1, into: target, span)
    }
    builder.emit(Instruction(code, a: target, b: left, c: right), at: span)
  }

  /// Both sides of a comparison, converted where C compares them as unsigned.
  func comparisonType(_ types: (CType?, CType?)) -> CType? {
    guard let left = types.0, let right = types.1, left.isUnsigned != right.isUnsigned else { return nil }
    let type = left.combined(with: right)
    return type.isUnsigned ? type : nil
  }

  private mutating func compared(
    _ left: Int, _ right: Int, _ types: (CType?, CType?), _ span: SourceSpan
  ) -> (Int, Int) {
    guard let type = comparisonType(types), let first = types.0 else { return (left, right) }
    let converted = temporary()
    let source = first.isUnsigned ? right : left
    builder.emit(Instruction(.convert, n: Conversion(type).code, a: converted, b: source), at: span)
    return first.isUnsigned ? (left, converted) : (converted, right)
  }

  mutating func compileComparison(
    _ operation: BinaryOperator, _ left: Int, _ right: Int, into target: Int, _ span: SourceSpan
  ) {
    switch operation {
    case .less: builder.emit(Instruction(.less, a: target, b: left, c: right), at: span)
    case .lessEqual: builder.emit(Instruction(.lessEqual, a: target, b: left, c: right), at: span)
    case .greater: builder.emit(Instruction(.less, a: target, b: right, c: left), at: span)
    case .greaterEqual: builder.emit(Instruction(.lessEqual, a: target, b: right, c: left), at: span)
    case .equal: builder.emit(Instruction(.equal, a: target, b: left, c: right), at: span)
    default: builder.emit(Instruction(.notEqual, a: target, b: left, c: right), at: span)
    }
  }

  mutating func compileUnary(
    _ operation: UnaryOperator, _ operand: ExpressionID, _ target: Int?, _ id: ExpressionID
  ) -> Int {
    let span = tree.span(id)
    if let value = smallInteger(id) { return load(Slot(Int64(value)), target, span) }
    let result = target ?? temporary()
    let code: Operation
    switch operation {
    case .negate: code = .negate
    case .complement: code = .complement
    case .not: code = .not
    case .plus: code = .plus
    }
    return withTemporaries {
      let register = $0.compile(operand)
      if operation != .not, let type = $0.staticType(of: operand)?.promoted, type.isUnsigned {
        // 0 - x and x ^ ~0 in the type.
        let other = $0.load(Slot(operation == .negate ? 0 : operation == .plus ? 0 : -1), nil, span)
        let binary: BinaryOperator = operation == .negate ? .subtract : operation == .plus ? .add : .bitXor
        let conversion = Conversion(type, operation: binary)
        $0.builder.emit(
          Instruction(
            .unsignedArithmetic, n: conversion.code, a: result, b: operation == .negate ? other : register,
            c: operation == .negate ? register : other), at: span)
        return result
      }
      $0.builder.emit(Instruction(code, a: result, b: register), at: span)
      return result
    }
  }

  // MARK: Conditions

  /// The value of `a && b` or `a || b`: true or false.
  private mutating func compileLogicalValue(_ id: ExpressionID, _ target: Int?) -> Int {
    let span = tree.span(id)
    let result = target ?? temporary()
    let isFalse = builder.label()
    let end = builder.label()
    compileCondition(id, jumpsIf: false, to: isFalse)
    _ = load(Slot(true), result, span)
    builder.emitJump(Instruction(.jump), to: end, at: span)
    builder.bind(isFalse)
    _ = load(Slot(false), result, span)
    builder.bind(end)
    return result
  }

  /// Goes to a label when a condition is `jumpsIf`, and on otherwise.
  mutating func compileCondition(_ id: ExpressionID, jumpsIf: Bool, to label: Label) {
    withTemporaries { $0.compileJump(id, jumpsIf, label) }
  }

  private mutating func compileJump(_ id: ExpressionID, _ jumpsIf: Bool, _ label: Label) {
    switch tree[id].kind {
    case .commandStatus(let block):
      compileCommands(block)
      builder.emitJump(Instruction(jumpsIf ? .jumpIfSuccess : .jumpIfFailure), to: label, at: tree.span(id))
    case .unary(.not, let operand): compileCondition(operand, jumpsIf: !jumpsIf, to: label)
    case .binary(.and, _, _), .binary(.or, _, _): compileLogicalJump(id, jumpsIf, label)
    case .binary(let operation, let left, let right) where operation.isComparison:
      compileComparisonJump(jumpsIf ? operation : operation.opposite, left, right, label, tree.span(id))
    default:
      let register = compile(id)
      builder.emitJump(
        Instruction(jumpsIf ? .jumpIfTrue : .jumpIfFalse, a: register), to: label, at: tree.span(id))
    }
  }

  /// Compiles a chain of the same logical operator without recursion on its left side.
  private mutating func compileLogicalJump(_ id: ExpressionID, _ jumpsIf: Bool, _ label: Label) {
    guard case .binary(let operation, _, _) = tree[id].kind else { return }
    var operands: [ExpressionID] = []
    var left = id
    while case .binary(operation, let next, let right) = tree[left].kind {
      operands.append(right)
      left = next
    }
    operands.append(left)
    // `a && b` leaves early when an operand is false, `a || b` when one is true.
    let early = operation == .or
    let skip = builder.label()
    conditionally {
      for operand in operands.reversed().dropLast() {
        $0.compileCondition(operand, jumpsIf: early, to: early == jumpsIf ? label : skip)
      }
      $0.compileCondition(operands[0], jumpsIf: jumpsIf, to: label)
    }
    builder.bind(skip)
  }

  private mutating func compileComparisonJump(
    _ operation: BinaryOperator, _ left: ExpressionID, _ right: ExpressionID, _ label: Label,
    _ span: SourceSpan
  ) {
    let types = (staticType(of: left), staticType(of: right))
    var first = compileStable(left)
    if let value = smallInteger(right), let code = operation.immediateJump,
      value >= 0 || comparisonType(types) == nil
    {
      builder.emitJump(Instruction(code, a: first, b: value), to: label, at: span)
      return
    }
    var second = compile(right)
    (first, second) = compared(first, second, types, span)
    switch operation {
    case .less: builder.emitJump(Instruction(.jumpIfLess, a: first, b: second), to: label, at: span)
    case .lessEqual: builder.emitJump(Instruction(.jumpIfLessEqual, a: first, b: second), to: label, at: span)
    case .greater: builder.emitJump(Instruction(.jumpIfLess, a: second, b: first), to: label, at: span)
    case .greaterEqual:
      builder.emitJump(Instruction(.jumpIfLessEqual, a: second, b: first), to: label, at: span)
    case .equal: builder.emitJump(Instruction(.jumpIfEqual, a: first, b: second), to: label, at: span)
    default: builder.emitJump(Instruction(.jumpIfNotEqual, a: first, b: second), to: label, at: span)
    }
  }
}

extension BinaryOperator {
  /// The comparison that holds exactly when this one does not.
  var opposite: BinaryOperator {
    switch self {
    case .less: .greaterEqual
    case .lessEqual: .greater
    case .greater: .lessEqual
    case .greaterEqual: .less
    case .equal: .notEqual
    default: .equal
    }
  }

  /// The jump that compares with a constant.
  var immediateJump: Operation? {
    switch self {
    case .less: .jumpIfLessImmediate
    case .lessEqual: .jumpIfLessEqualImmediate
    case .greater: .jumpIfGreaterImmediate
    case .greaterEqual: .jumpIfGreaterEqualImmediate
    case .equal: .jumpIfEqualImmediate
    case .notEqual: .jumpIfNotEqualImmediate
    default: nil
    }
  }
}
