// The types of C that are known before a program runs, and the conversions that follow from them.

extension CodeGenerator {
  /// The type that a C declaration gave a variable.
  func declaredType(of name: String) -> CType? {
    guard compilation.usesTypes else { return nil }
    switch meaning(of: name) {
    case .register: return isMain ? compilation.names.types[name] : function?.types[name]
    case .global: return compilation.names.types[name]
    default: return nil
    }
  }

  /// The type of an expression, as far as C knows one.
  func staticType(of id: ExpressionID) -> CType? {
    guard compilation.usesTypes else { return nil }
    switch tree[id].kind {
    case .integer(let value): return CType(base: Int32(exactly: value) == nil ? .long : .int)
    case .typed(_, let type): return type
    case .double: return CType(base: .double)
    case .boolean: return CType(base: .int)
    case .name(let name): return declaredType(of: name) ?? CType.ofConstant(name)
    case .pointer: return CType(base: .unsignedLong)
    case .sequence(let parts): return staticType(of: parts[parts.count - 1])
    case .cast(let type, _): return type
    case .sizeOfType, .sizeOfValue: return CType(base: .unsignedLong)
    case .unary(let operation, let operand):
      return operation == .not ? CType(base: .int) : staticType(of: operand)?.promoted
    case .binary: return typeOfBinary(id)
    case .conditional(_, let then, let otherwise):
      guard let left = staticType(of: then), let right = staticType(of: otherwise) else { return nil }
      return left.combined(with: right)
    case .assign(.variable(let name, _, _), _, _), .increment(.variable(let name, _, _), _, _):
      return declaredType(of: name)
    case .element(let pointer, _): return staticType(of: pointer)?.pointee
    case .call(let name, _):
      return compilation.names.functions[name].flatMap { compilation.names.signatures[$0].result }
    default: return nil
    }
  }

  /// The type of operators one after another, without recursion on their left side.
  private func typeOfBinary(_ id: ExpressionID) -> CType? {
    var steps: [(BinaryOperator, ExpressionID)] = []
    var left = id
    while case .binary(let operation, let next, let right) = tree[left].kind {
      steps.append((operation, right))
      left = next
    }
    var type = staticType(of: left)
    for (operation, right) in steps.reversed() { type = resultType(operation, type, staticType(of: right)) }
    return type
  }

  /// The type of `x ∘ y`.
  func resultType(_ operation: BinaryOperator, _ left: CType?, _ right: CType?) -> CType? {
    if operation.isComparison || operation == .and || operation == .or { return CType(base: .int) }
    guard let left, let right else {
      // Beside an unsigned number of 64 bits C makes any integer one.
      guard let known = left ?? right, known.isUnsigned,
        known.size(word: 4) >= 8 || known.base == .unsignedLong
      else {
        return nil
      }
      return left == nil && (operation == .shiftLeft || operation == .shiftRight) ? nil : known
    }
    if operation == .shiftLeft || operation == .shiftRight { return left.promoted }
    if operation == .subtract, left.isPointer, right.isPointer { return CType(base: .long) }
    return left.combined(with: right)
  }

  /// The unsigned type in which C computes `x ∘ y`; nil when it computes as the language does anyway.
  func arithmeticType(_ operation: BinaryOperator, _ left: CType?, _ right: CType?) -> CType? {
    guard !operation.isComparison, let type = resultType(operation, left, right), type.isUnsigned else {
      return nil
    }
    return type
  }

  /// What one step of a pointer counts in bytes, where that is more than one.
  func pointerStep(_ operation: BinaryOperator, _ left: CType?, _ right: CType?) -> CType? {
    guard operation == .add || operation == .subtract, let left, left.isPointer, let pointee = left.pointee,
      pointee.size(word: 8) > 1, right?.isPointer != true
    else { return nil }
    return pointee
  }

  /// Multiplies an offset by the size of what a pointer points to.
  mutating func scaled(_ offset: Int, by pointee: CType, _ span: SourceSpan) -> Int {
    let result = temporary()
    if pointee.size(word: 8) == pointee.size(word: 4) {
      builder.emit(Instruction(.multiplyImmediate, a: result, b: offset, c: pointee.size(word: 8)), at: span)
    } else {
      builder.emit(Instruction(.hostVariable, a: result, b: builder.name("sizeof(long)")), at: span)
      builder.emit(Instruction(.multiply, a: result, b: offset, c: result), at: span)
    }
    return result
  }

  /// Converts a register that is stored as a C type.
  ///
  /// - Parameter source: the type of what is stored, where it is known.
  mutating func convert(_ register: Int, to type: CType, from source: CType?, _ span: SourceSpan) {
    if type.isVoid || source == type && (type.isUnsigned || type.isPointer || type.base == .double) { return }
    let isChecked = type == CType(base: .int) && source == type
    builder.emit(
      Instruction(.convert, n: Conversion(type, isChecked: isChecked).code, a: register, b: register),
      at: span)
  }

  /// Gives parameters that were left out their values, and converts those that have a type.
  mutating func compileParameters(_ parameters: [FunctionParameter]) {
    for (register, parameter) in parameters.enumerated() {
      let span = tree.span(parameter.place.start, parameter.place.end)
      if let value = parameter.value {
        let present = builder.label()
        builder.emitJump(Instruction(.jumpIfDefined, a: register), to: present, at: span)
        withTemporaries { $0.compile(value, exactly: register) }
        builder.bind(present)
      }
      if let type = parameter.type { convert(register, to: type, from: nil, span) }
    }
  }

  /// Calls C's `main` behind the last statement; its value is the exit status.
  mutating func compileCallOfMain() {
    guard let index = compilation.names.functions["main"],
      let function = compilation.resolver.functions.first(where: { $0.index == index })
    else { return }
    let name = function.declaration.name
    let span = compilation.units[function.unit].tree.span(name.start, name.end)
    let first = temporaries(max(function.declaration.parameters.count, 1))
    for offset in function.declaration.parameters.indices {
      // argc, and an argv that nobody can look into.
      _ = load(offset == 0 ? Slot(1) : .null, first + offset, span)
    }
    let result = temporary()
    builder.emit(
      Instruction(.callFunction, n: function.declaration.parameters.count, a: result, b: index, c: first),
      at: span)
    // A shell goes on behind a program, and shows with what it ended.
    if compilation.options.isInteractive {
      builder.emit(Instruction(.show, n: 1, a: result, b: -1), at: span)
    } else {
      builder.emit(Instruction(.exitProgram, a: result), at: span)
    }
  }
}
