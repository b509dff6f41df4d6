// Code for assignments.

extension CodeGenerator {
  mutating func compileAssignment(
    _ target: AssignmentTarget, _ operation: BinaryOperator?, _ value: ExpressionID, _ span: SourceSpan
  ) {
    switch target {
    case .variable(let name, let start, let end):
      let place = tree.span(start, end)
      if let register = compileVariable(name, place, operation, value, span) { show(register, name, place) }
      // The status of an assignment is that of its command.
      if case .commandOutput = tree[value].kind { endCommand(span) }
    case .element(let list, let index, let start, let end):
      _ = compileElement(list, index, tree.span(start, end), operation, value)
    }
  }

  /// An assignment inside an expression: the register of what was assigned.
  mutating func compileInnerAssignment(
    _ target: AssignmentTarget, _ operation: BinaryOperator?, _ value: ExpressionID, _ span: SourceSpan
  ) -> Int {
    switch target {
    case .variable(let name, let start, let end):
      return compileVariable(name, tree.span(start, end), operation, value, span) ?? temporary()
    case .element(let list, let index, let start, let end):
      return compileElement(list, index, tree.span(start, end), operation, value)
    }
  }

  /// `x++` and its kin inside an expression: the register of the value before or after.
  mutating func compileIncrement(
    _ target: AssignmentTarget, _ sign: BinaryOperator, isPrefix: Bool, _ result: Int?, _ span: SourceSpan
  ) -> Int {
    let result = result ?? temporary()
    switch target {
    case .variable(let name, let start, let end):
      let place = tree.span(start, end)
      guard let variable = read(name, place) else { return result }
      if !isPrefix { builder.emit(Instruction(.move, a: result, b: variable), at: span) }
      let step = sign == .add ? 1 : -1
      if let pointee = pointerStep(.add, declaredType(of: name), nil) {
        let offset = scaled(load(Slot(Int64(step)), nil, span), by: pointee, span)
        builder.emit(Instruction(.add, a: variable, b: variable, c: offset), at: span)
      } else {
        builder.emit(Instruction(.addImmediate, a: variable, b: variable, c: step), at: span)
      }
      convertVariable(name, variable, from: declaredType(of: name), span)
      write(name, variable, span)
      if isPrefix { builder.emit(Instruction(.move, a: result, b: variable), at: span) }
    case .element(let list, let index, _, _):
      let listRegister = compileStable(list)
      let indexRegister = compileStable(index)
      let changed = temporary()
      builder.emit(Instruction(.getElement, a: result, b: listRegister, c: indexRegister), at: span)
      builder.emit(Instruction(.addImmediate, a: changed, b: result, c: sign == .add ? 1 : -1), at: span)
      builder.emit(Instruction(.setElement, a: listRegister, b: indexRegister, c: changed), at: span)
      if isPrefix { builder.emit(Instruction(.move, a: result, b: changed), at: span) }
    }
    return result
  }

  /// The register with the value of a variable: its own, or a temporary for a global.
  private mutating func read(_ name: String, _ place: SourceSpan) -> Int? {
    switch meaning(of: name) {
    case .register(let register):
      checkAssigned(register, name, at: place)
      return register
    case .global(let slot):
      let register = temporary()
      builder.emit(Instruction(.getGlobal, a: register, b: slot, c: builder.name(name)), at: place)
      return register
    case .constant, .hostVariable, .unknown:
      report("`\(name)` cannot be assigned", kind: .name(name), at: place)
      return nil
    }
  }

  /// Stores a global's temporary.
  private mutating func write(_ name: String, _ register: Int, _ span: SourceSpan) {
    if case .global(let slot) = meaning(of: name) {
      builder.emit(Instruction(.setGlobal, a: slot, b: register), at: span)
    }
  }

  private mutating func compileVariable(
    _ name: String, _ place: SourceSpan, _ operation: BinaryOperator?, _ value: ExpressionID,
    _ span: SourceSpan
  ) -> Int? {
    if compilation.names.constants.contains(name) {
      report("`\(name)` is a constant of `#define` and cannot be assigned", kind: .name(name), at: place)
    } else if name != "errno", compilation.constant(name) != nil {
      report("`\(name)` is a constant and cannot be assigned", kind: .name(name), at: place)
    }
    let type = declaredType(of: name)
    switch meaning(of: name) {
    case .register(let register):
      if let operation {
        checkAssigned(register, name, at: place)
        compileCompound(operation, register, type, value, span)
      } else {
        compile(value, exactly: register)
      }
      convertVariable(name, register, from: assignedType(type, operation, value), tree.span(value))
      noteAssigned(register)
      return register
    case .global(let slot):
      let register = temporary()
      if let operation {
        builder.emit(Instruction(.getGlobal, a: register, b: slot, c: builder.name(name)), at: place)
        compileCompound(operation, register, type, value, span)
      } else {
        compile(value, exactly: register)
      }
      convertVariable(name, register, from: assignedType(type, operation, value), tree.span(value))
      builder.emit(Instruction(.setGlobal, a: slot, b: register), at: span)
      return register
    case .hostVariable where name == "errno":
      let register = compile(value)
      if operation != nil { report("`errno` can only be set with `=`", at: place) }
      builder.emit(Instruction(.setHostVariable, a: builder.name(name), b: register), at: span)
      return register
    case .constant, .hostVariable, .unknown: return nil
    }
  }

  /// Computes `register ∘= value`, in a C type where both sides have one.
  private mutating func compileCompound(
    _ operation: BinaryOperator, _ register: Int, _ type: CType?, _ value: ExpressionID, _ span: SourceSpan
  ) {
    withTemporaries {
      let types = (type, $0.staticType(of: value))
      if !$0.needsTypes(operation, types),
        $0.compileImmediate(operation, register, value, into: register, span)
      {
        return
      }
      let operand = $0.compileOperand(value, beside: type)
      $0.compileBinary(operation, register, operand, types: types, into: register, span)
    }
  }

  /// The type that a value has before it is stored.
  private func assignedType(_ type: CType?, _ operation: BinaryOperator?, _ value: ExpressionID) -> CType? {
    guard compilation.usesTypes, let type else { return nil }
    guard operation != nil else { return staticType(of: value) }
    return staticType(of: value).map { type.combined(with: $0) }
  }

  /// Converts what a declared variable gets.
  mutating func convertVariable(_ name: String, _ register: Int, from source: CType?, _ span: SourceSpan) {
    guard let type = declaredType(of: name) else { return }
    convert(register, to: type, from: source, span)
  }

  /// Sets a variable that was declared, with or without a value.
  mutating func compileDeclaration(
    _ type: CType, _ place: NamedPlace, _ value: ExpressionID?, _ span: SourceSpan
  ) {
    let target = tree.span(place.start, place.end)
    guard let value else {
      let register: Int
      switch meaning(of: place.name) {
      case .register(let own): register = own
      case .global: register = temporary()
      default: return
      }
      let zero: Slot = type.isPointer ? .null : type.isFloating ? Slot(double: 0) : Slot(0)
      _ = load(zero, register, target)
      write(place.name, register, span)
      noteAssigned(register)
      return
    }
    if let register = compileVariable(place.name, target, nil, value, span) {
      show(register, place.name, target)
    }
  }

  /// Sets a constant of `#define`.
  mutating func compileConstant(_ place: NamedPlace, _ value: ExpressionID, _ span: SourceSpan) {
    switch meaning(of: place.name) {
    case .register(let register):
      compile(value, exactly: register)
      noteAssigned(register)
    case .global(let slot):
      let register = compile(value)
      builder.emit(Instruction(.setGlobal, a: slot, b: register), at: span)
    default: break
    }
  }

  private mutating func show(_ register: Int, _ name: String, _ place: SourceSpan) {
    guard showsValues else { return }
    builder.emit(Instruction(.show, a: register, b: builder.name(name)), at: place)
  }

  private mutating func compileElement(
    _ list: ExpressionID, _ index: ExpressionID, _ place: SourceSpan, _ operation: BinaryOperator?,
    _ value: ExpressionID
  ) -> Int {
    let listRegister = compileStable(list)
    let indexRegister = compileStable(index)
    var result: Int
    if let operation {
      result = temporary()
      builder.emit(Instruction(.getElement, a: result, b: listRegister, c: indexRegister), at: place)
      let operand = compile(value)
      compileBinary(operation, result, operand, types: (nil, nil), into: result, place)
    } else {
      result = compile(value)
    }
    builder.emit(Instruction(.setElement, a: listRegister, b: indexRegister, c: result), at: place)
    return result
  }
}
