// Code for loops.

extension CodeGenerator {
  mutating func compileWhile(_ condition: ExpressionID, _ block: Block, _ span: SourceSpan) {
    let body = builder.label()
    let check = builder.label()
    let end = builder.label()
    builder.emitJump(Instruction(.jump), to: check, at: span)
    builder.bind(body)
    compileBody(block, Loop(breakLabel: end, continueLabel: check, scopes: scopes.count))
    builder.bind(check)
    compileCondition(condition, jumpsIf: true, to: body)
    if case .commandStatus = tree[condition].kind { succeed(span) }
    builder.bind(end)
  }

  mutating func compileDo(_ block: Block, _ condition: ExpressionID, _ span: SourceSpan) {
    let body = builder.label()
    let check = builder.label()
    let end = builder.label()
    builder.bind(body)
    compileBody(block, Loop(breakLabel: end, continueLabel: check, scopes: scopes.count))
    builder.bind(check)
    compileCondition(condition, jumpsIf: true, to: body)
    builder.bind(end)
  }

  /// C's `for`: the condition stands at the end, so that a round takes one jump.
  mutating func compileFor(_ loop: CountedLoop, _ span: SourceSpan) {
    let body = builder.label()
    let next = builder.label()
    let check = builder.label()
    let end = builder.label()
    for statement in loop.first { compileSimple(statement) }
    if loop.condition != nil { builder.emitJump(Instruction(.jump), to: check, at: span) }
    builder.bind(body)
    compileBody(loop.body, Loop(breakLabel: end, continueLabel: next, scopes: scopes.count))
    builder.bind(next)
    conditionally { for statement in loop.step { $0.compileSimple(statement) } }
    builder.bind(check)
    if let condition = loop.condition {
      compileCondition(condition, jumpsIf: true, to: body)
    } else {
      builder.emitJump(Instruction(.jump), to: body, at: span)
    }
    builder.bind(end)
  }

  mutating func compilePairs(
    _ first: NamedPlace, _ second: NamedPlace, _ sequence: ExpressionID, _ block: Block, _ span: SourceSpan
  ) {
    let state = temporaries(4)
    guard let key = loopVariable(first), let value = loopVariable(second) else { return }
    let place = tree.span(sequence)
    let next = builder.label()
    let end = builder.label()
    compile(sequence, exactly: state)
    builder.emit(Instruction(.pairPrepare, a: state), at: place)
    builder.bind(next)
    builder.emitJump(Instruction(.pairNext, a: state, b: state + 2), to: end, at: place)
    for (offset, variable) in [key, value].enumerated() {
      builder.emit(Instruction(.move, a: variable.register, b: state + 2 + offset), at: place)
      storeLoopVariable(variable, place)
    }
    loops.append(Loop(breakLabel: end, continueLabel: next, scopes: scopes.count))
    conditionally {
      $0.noteAssigned(key.register)
      $0.noteAssigned(value.register)
      $0.compile(block)
    }
    loops.removeLast()
    builder.emitJump(Instruction(.jump), to: next, at: place)
    builder.bind(end)
  }

  mutating func compileWords(
    _ variable: NamedPlace, _ words: [ShellWord], _ block: Block, _ span: SourceSpan
  ) {
    let state = temporaries(2)
    guard let target = loopVariable(variable) else { return }
    withTemporaries {
      let row = $0.compilePieces(words)
      $0.builder.wordLists.append(row.layouts)
      $0.builder.emit(
        Instruction(.wordList, a: state, b: $0.builder.wordLists.count - 1, c: row.first), at: span)
    }
    compileList(state, target, block, span)
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
    guard let target = loopVariable(variable) else { return }
    if case .range(let lower, let upper, let isClosed) = tree[sequence].kind {
      compile(lower, exactly: state)
      compile(upper, exactly: state + 1)
      compileCounted(state, target, isClosed: isClosed, block, tree.span(sequence))
    } else {
      compile(sequence, exactly: state)
      compileList(state, target, block, tree.span(sequence))
    }
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
      block, Loop(breakLabel: end, continueLabel: next, scopes: scopes.count),
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
      block, Loop(breakLabel: end, continueLabel: next, scopes: scopes.count),
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
    if case .breakLoop = statement.kind {
      guard let loop = loops.last, !crossesCapture(downTo: loop.scopes) else {
        return report("`break` stands only in a loop", at: span, hint: "`$(...)` is a shell of its own")
      }
      endMarkBeforeJump(span)
      leaveScopes(downTo: loop.scopes, span)
      builder.emitJump(Instruction(.jump), to: loop.breakLabel, at: span)
    } else {
      guard let loop = loops.last(where: { $0.continueLabel != nil }), let label = loop.continueLabel,
        !crossesCapture(downTo: loop.scopes)
      else {
        return report("`continue` stands only in a loop", at: span, hint: "`$(...)` is a shell of its own")
      }
      endMarkBeforeJump(span)
      leaveScopes(downTo: loop.scopes, span)
      builder.emitJump(Instruction(.jump), to: label, at: span)
    }
  }

  mutating func compileSwitch(_ value: ExpressionID, _ sections: [SwitchSection], _ span: SourceSpan) {
    let register = temporary()
    compile(value, exactly: register)
    let labels = sections.map { _ in builder.label() }
    let end = builder.label()
    var fallback = end
    for (section, label) in zip(sections, labels) {
      if section.isDefault { fallback = label }
      for candidate in section.values { compileCase(register, candidate, label) }
    }
    builder.emitJump(Instruction(.jump), to: fallback, at: span)
    loops.append(Loop(breakLabel: end, continueLabel: nil, scopes: scopes.count))
    for (section, label) in zip(sections, labels) {
      builder.bind(label)
      conditionally { $0.compile(section.body) }
    }
    loops.removeLast()
    builder.bind(end)
  }

  /// Goes to a label when a value is that of a `case`, or within its range.
  private mutating func compileCase(_ register: Int, _ candidate: ExpressionID, _ label: Label) {
    let span = tree.span(candidate)
    withTemporaries {
      guard case .range(let lower, let upper, let isClosed) = $0.tree[candidate].kind else {
        let other = $0.compile(candidate)
        $0.builder.emitJump(Instruction(.jumpIfEqual, a: register, b: other), to: label, at: span)
        return
      }
      let next = $0.builder.label()
      let low = $0.compile(lower)
      $0.builder.emitJump(Instruction(.jumpIfLess, a: register, b: low), to: next, at: span)
      let high = $0.compile(upper)
      $0.builder.emitJump(
        Instruction(isClosed ? .jumpIfLessEqual : .jumpIfLess, a: register, b: high), to: label, at: span)
      $0.builder.bind(next)
    }
  }
}
