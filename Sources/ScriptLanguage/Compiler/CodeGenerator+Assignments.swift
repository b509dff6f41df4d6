// Code for assignments.

extension CodeGenerator {
  mutating func compileAssignment(
    _ target: AssignmentTarget, _ operation: BinaryOperator?, _ value: ExpressionID, _ span: SourceSpan
  ) {
    switch target {
    case .variable(let name, let start, let end):
      compileVariable(name, tree.span(start, end), operation, value, span)
    case .element(let list, let index, let start, let end):
      compileElement(list, index, tree.span(start, end), operation, value)
    }
  }

  private mutating func compileVariable(
    _ name: String, _ place: SourceSpan, _ operation: BinaryOperator?, _ value: ExpressionID,
    _ span: SourceSpan
  ) {
    if compilation.constant(name) != nil {
      report("`\(name)` is a constant and cannot be assigned", at: place)
    }
    switch meaning(of: name) {
    case .register(let register):
      if let operation {
        checkAssigned(register, name, at: place)
        let operand = compile(value)
        compileBinary(operation, register, operand, into: register, span)
      } else {
        compile(value, exactly: register)
      }
      noteAssigned(register)
      show(register, name, place)
    case .global(let slot):
      let register = temporary()
      if let operation {
        builder.emit(Instruction(.getGlobal, a: register, b: slot, c: builder.name(name)), at: place)
        let operand = compile(value)
        compileBinary(operation, register, operand, into: register, span)
      } else {
        compile(value, exactly: register)
      }
      builder.emit(Instruction(.setGlobal, a: slot, b: register), at: span)
    case .constant, .hostVariable, .unknown: break
    }
  }

  private mutating func show(_ register: Int, _ name: String, _ place: SourceSpan) {
    guard showsValues else { return }
    builder.emit(Instruction(.show, a: register, b: builder.name(name)), at: place)
  }

  private mutating func compileElement(
    _ list: ExpressionID, _ index: ExpressionID, _ place: SourceSpan, _ operation: BinaryOperator?,
    _ value: ExpressionID
  ) {
    let listRegister = compileStable(list)
    let indexRegister = compileStable(index)
    var result: Int
    if let operation {
      result = temporary()
      builder.emit(Instruction(.getElement, a: result, b: listRegister, c: indexRegister), at: place)
      let operand = compile(value)
      compileBinary(operation, result, operand, into: result, place)
    } else {
      result = compile(value)
    }
    builder.emit(Instruction(.setElement, a: listRegister, b: indexRegister, c: result), at: place)
  }
}
