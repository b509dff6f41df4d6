// Code for loops.

extension CodeGenerator {
  mutating func compileWhile(_ condition: ExpressionID, _ block: Block, _ span: SourceSpan) {
    let body = builder.label()
    let check = builder.label()
    let end = builder.label()
    builder.emitJump(Instruction(.jump), to: check, at: span)
    builder.bind(body)
    compileBody(block, Loop(breakLabel: end, continueLabel: check, processDepth: processDepth))
    builder.bind(check)
    compileCondition(condition, jumpsIf: true, to: body)
    builder.bind(end)
  }

  private mutating func compileBody(_ block: Block, _ loop: Loop, assigning variable: Int? = nil) {
    loops.append(loop)
    conditionally {
      if let variable { $0.noteAssigned(variable) }
      $0.compile(block)
    }
    loops.removeLast()
  }

  mutating func compileFor(
    _ variable: NamedPlace, _ sequence: ExpressionID, _ block: Block, _ span: SourceSpan
  ) {
    let state = temporaries(2)
    let place = tree.span(variable.start, variable.end)
    guard let target = loopVariable(variable) else { return }
    if case .range(let lower, let upper, let isClosed) = tree[sequence].kind {
      compile(lower, exactly: state)
      compile(upper, exactly: state + 1)
      compileCounted(state, target, isClosed: isClosed, block, tree.span(sequence))
    } else {
      compile(sequence, exactly: state)
      compileList(state, target, block, tree.span(sequence))
    }
    _ = place
  }

  /// Where a loop variable lives: its own register, or a temporary that is stored to a global each round.
  private mutating func loopVariable(_ variable: NamedPlace) -> LoopVariable? {
    switch meaning(of: variable.name) {
    case .register(let register): return LoopVariable(register: register, global: nil)
    case .global(let slot): return LoopVariable(register: temporary(), global: slot)
    default: return nil
    }
  }

  private struct LoopVariable {
    var register: Int
    var global: Int?
  }

  private mutating func compileCounted(
    _ state: Int, _ variable: LoopVariable, isClosed: Bool, _ block: Block, _ span: SourceSpan
  ) {
    let body = builder.label()
    let next = builder.label()
    let end = builder.label()
    let mode = isClosed ? 1 : 0
    builder.emitJump(Instruction(.forPrepare, n: mode, a: state, b: variable.register), to: end, at: span)
    builder.bind(body)
    storeLoopVariable(variable, span)
    compileBody(
      block, Loop(breakLabel: end, continueLabel: next, processDepth: processDepth),
      assigning: variable.register)
    builder.bind(next)
    builder.emitJump(Instruction(.forLoop, a: state, b: variable.register), to: body, at: span)
    builder.bind(end)
  }

  private mutating func compileList(
    _ state: Int, _ variable: LoopVariable, _ block: Block, _ span: SourceSpan
  ) {
    let next = builder.label()
    let end = builder.label()
    builder.emit(Instruction(.listPrepare, a: state), at: span)
    builder.bind(next)
    builder.emitJump(Instruction(.listNext, a: state, b: variable.register), to: end, at: span)
    storeLoopVariable(variable, span)
    compileBody(
      block, Loop(breakLabel: end, continueLabel: next, processDepth: processDepth),
      assigning: variable.register)
    builder.emitJump(Instruction(.jump), to: next, at: span)
    builder.bind(end)
  }

  private mutating func storeLoopVariable(_ variable: LoopVariable, _ span: SourceSpan) {
    guard let global = variable.global else { return }
    builder.emit(Instruction(.setGlobal, a: global, b: variable.register), at: span)
  }

  mutating func compileRepeat(_ count: ExpressionID, _ block: Block, _ span: SourceSpan) {
    let state = temporaries(3)
    compile(count, exactly: state)
    builder.emit(Instruction(.repeatPrepare, a: state), at: tree.span(count))
    compileCounted(
      state, LoopVariable(register: state + 2, global: nil), isClosed: false, block, tree.span(count))
  }

  mutating func compileLeave(_ statement: Statement, _ span: SourceSpan) {
    guard let loop = loops.last else { return }
    leaveProcesses(downTo: loop.processDepth, span)
    if case .breakLoop = statement.kind {
      builder.emitJump(Instruction(.jump), to: loop.breakLabel, at: span)
    } else {
      builder.emitJump(Instruction(.jump), to: loop.continueLabel, at: span)
    }
  }
}
