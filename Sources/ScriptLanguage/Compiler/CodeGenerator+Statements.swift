// Code for statements.

extension CodeGenerator {
  mutating func compile(_ statements: [Statement], isTopLevel: Bool) {
    for statement in statements { compile(statement, isTopLevel: isTopLevel) }
  }

  mutating func compile(_ block: Block) { compile(block.statements, isTopLevel: false) }

  private mutating func compile(_ statement: Statement, isTopLevel: Bool) {
    guard compilation.mayGoOn else { return }
    switch statement.kind {
    case .include(let index):
      guard let included = compilation.units[unit].included[index] else { return }
      let outer = unit
      unit = included
      compile(tree.statements, isTopLevel: isTopLevel)
      unit = outer
      return
    case .function, .global: return
    default: break
    }
    let mark = beginMark(statement, isTopLevel: isTopLevel)
    withTemporaries { $0.compileMarked(statement) }
    if mark { builder.emit(Instruction(.markEnd), at: tree.span(statement)) }
  }

  private mutating func beginMark(_ statement: Statement, isTopLevel: Bool) -> Bool {
    switch compilation.options.marks {
    case .none: return false
    case .topLevel: guard isTopLevel else { return false }
    case .everyStatement: guard statement.isSimple else { return false }
    }
    let line = compilation.lines.line(of: tree.span(statement), in: compilation.sources[tree.source])
    builder.marks.append(MarkSite(statement, in: compilation.sources[tree.source], line: line))
    builder.emit(Instruction(.markBegin, a: builder.marks.count - 1), at: tree.span(statement))
    return true
  }

  private mutating func compileMarked(_ statement: Statement) {
    let span = tree.span(statement)
    switch statement.kind {
    case .expression(let id): compileBare(id)
    case .assign(let target, let operation, let value): compileAssignment(target, operation, value, span)
    case .declarations(let parts):
      for part in parts { withTemporaries { $0.compileMarked(part) } }
    case .conditional(let clauses, let otherwise): compileIf(clauses, otherwise, span)
    case .whileLoop(let condition, let block): compileWhile(condition, block, span)
    case .forLoop(let variable, let sequence, let block): compileFor(variable, sequence, block, span)
    case .repeatLoop(let count, let block): compileRepeat(count, block, span)
    case .breakLoop, .continueLoop: compileLeave(statement, span)
    case .returnValue(let value): compileReturn(value, span)
    case .process(let name, let block): compileProcess(name, block, span)
    case .machine(let entries): compileMachine(entries, span)
    case .print(let values):
      let first = compileRow(values)
      builder.emitCall(
        Instruction(.print, n: operandCount(values.count, "values in one `print`", span), b: first), at: span,
        arguments: values.map { tree.span($0) })
    case .expect(let condition): compileExpect(condition, span)
    case .shell(let command): compileShell(command, span)
    case .function, .global, .include: break
    }
  }

  /// A bare expression: a call, or in interactive mode anything, whose value is shown.
  private mutating func compileBare(_ id: ExpressionID) {
    let node = tree[id]
    var isCall = false
    if case .call = node.kind { isCall = true }
    if !isCall, !compilation.options.isInteractive {
      report("the result of this expression is not used", at: tree.span(id), hint: unusedHint(id))
      return
    }
    let value = compile(id)
    if showsValues {
      builder.emit(Instruction(.show, n: isCall ? 1 : 0, a: value, b: -1), at: tree.span(id))
    }
  }

  private func unusedHint(_ id: ExpressionID) -> String {
    switch tree[id].kind {
    case .binary(.equal, _, _): return "`=` assigns; `expect` checks"
    case .name(let name):
      if case .unknown = meaning(of: name), let hint = suggestion(forVariable: name) { return hint }
    default: break
    }
    return "`print` shows a value"
  }

  /// Values are shown for interactive statements outside loops and functions.
  var showsValues: Bool { compilation.options.isInteractive && isMain && loops.isEmpty }

  private mutating func compileIf(_ clauses: [ConditionalClause], _ otherwise: Block?, _ span: SourceSpan) {
    let end = builder.label()
    var certain: Set<Int>?
    for (position, clause) in clauses.enumerated() {
      let next = builder.label()
      compileCondition(clause.condition, jumpsIf: false, to: next)
      let learnt = conditionally { $0.compile(clause.block) }
      certain = certain.map { $0.intersection(learnt) } ?? Set(learnt)
      if position < clauses.count - 1 || otherwise != nil {
        builder.emitJump(Instruction(.jump), to: end, at: span)
      }
      builder.bind(next)
    }
    if let otherwise {
      let learnt = conditionally { $0.compile(otherwise) }
      for register in learnt where certain?.contains(register) == true { noteAssigned(register) }
    }
    builder.bind(end)
  }

  private mutating func compileReturn(_ value: ExpressionID?, _ span: SourceSpan) {
    guard let value else {
      leaveProcesses(downTo: 0, span)
      builder.emit(Instruction(.returnNull), at: span)
      return
    }
    let register = compile(value)
    leaveProcesses(downTo: 0, span)
    builder.emit(Instruction(.returnValue, a: register), at: span)
  }

  private mutating func compileProcess(_ name: ExpressionID, _ block: Block, _ span: SourceSpan) {
    let after = builder.label()
    let register = compile(name)
    builder.emitJump(Instruction(.enterProcess, a: register), to: after, at: tree.span(name))
    processDepth += 1
    conditionally { $0.compile(block) }
    processDepth -= 1
    builder.emit(Instruction(.leaveProcess), at: span)
    builder.bind(after)
  }

  /// Leaves the `process` blocks that a jump crosses.
  mutating func leaveProcesses(downTo depth: Int, _ span: SourceSpan) {
    var open = processDepth
    while open > depth {
      builder.emit(Instruction(.leaveProcess), at: span)
      open -= 1
    }
  }

  private mutating func compileExpect(_ condition: ExpressionID, _ span: SourceSpan) {
    let result = temporary()
    if case .binary(let operation, let left, let right) = tree[condition].kind, operation.isComparison {
      let sides = (compileStable(left), compile(right))
      compileComparison(operation, sides.0, sides.1, into: result, tree.span(condition))
      let code = 1 + (BinaryOperator.allCases.firstIndex(of: operation) ?? 0)
      builder.emit(
        Instruction(.expect, n: code, a: result, b: sides.0, c: sides.1), at: tree.span(condition))
    } else {
      let value = compile(condition, into: result)
      builder.emit(Instruction(.expect, a: value), at: tree.span(condition))
    }
  }
}

extension Statement {
  /// Whether the statement has no block of its own.
  var isSimple: Bool {
    switch kind {
    case .conditional, .whileLoop, .forLoop, .repeatLoop, .process, .function: false
    default: true
    }
  }
}

extension MarkSite {
  /// How many bytes of a statement its mark shows at most.
  private static let longest = 200

  init(_ statement: Statement, in source: SourceText, line: Int) {
    let bytes = source.bytes[Int(statement.start)..<Int(statement.end)]
    let firstLine = bytes.prefix(MarkSite.longest).prefix { $0 != 0x0A }
    text = SourceLocation.visible(firstLine)
    self.line = line
  }
}
