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
    if mark, compilation.options.marks == .topLevel || statement.isSimple {
      builder.emit(Instruction(.markEnd), at: tree.span(statement))
    }
  }

  /// Ends the mark of a statement from which a jump leads away, so that what is behind it is not reached.
  mutating func endMarkBeforeJump(_ span: SourceSpan) {
    switch compilation.options.marks {
    case .none, .topLevel: break
    case .everyStatement, .everyStatementAndBlock: builder.emit(Instruction(.markEnd), at: span)
    }
  }

  /// Compiles the last statement of a text whose value is asked for: of an expression, or what is assigned to a variable.
  mutating func compileYield(_ statement: Statement) {
    let span = tree.span(statement)
    switch statement.kind {
    case .expression(let id):
      let mark = beginMark(statement, isTopLevel: true)
      withTemporaries {
        let value = $0.compile(id)
        $0.builder.emit(Instruction(.yield, a: value), at: span)
      }
      if mark { builder.emit(Instruction(.markEnd), at: span) }
    case .assign(.variable(let name, _, _), _, _):
      compile(statement, isTopLevel: true)
      if case .register(let register) = meaning(of: name) {
        builder.emit(Instruction(.yield, a: register), at: span)
      }
    default: compile(statement, isTopLevel: true)
    }
  }

  private mutating func beginMark(_ statement: Statement, isTopLevel: Bool) -> Bool {
    switch compilation.options.marks {
    case .none: return false
    case .topLevel: guard isTopLevel else { return false }
    case .everyStatement: guard statement.isSimple else { return false }
    case .everyStatementAndBlock: break
    }
    let line = compilation.lines.line(of: tree.span(statement), in: compilation.sources[tree.source])
    builder.marks.append(MarkSite(statement, in: compilation.sources[tree.source], line: line))
    builder.emit(Instruction(.markBegin, a: builder.marks.count - 1), at: tree.span(statement))
    // A block is marked when it begins; what is in it has marks of its own.
    if compilation.options.marks == .everyStatementAndBlock, !statement.isSimple {
      builder.emit(Instruction(.markEnd), at: tree.span(statement))
    }
    return true
  }

  private mutating func compileMarked(_ statement: Statement) {
    let span = tree.span(statement)
    switch statement.kind {
    case .expression(let id): compileBare(id)
    case .assign(let target, let operation, let value): compileAssignment(target, operation, value, span)
    case .declaration(let type, let place, let value): compileDeclaration(type, place, value, span)
    case .constant(let place, let value): compileConstant(place, value, span)
    case .declarations(let parts):
      for part in parts { withTemporaries { $0.compileMarked(part) } }
    case .block(let block): compile(block)
    case .conditional(let clauses, let otherwise): compileIf(clauses, otherwise, span)
    case .whileLoop(let condition, let block): compileWhile(condition, block, span)
    case .doLoop(let block, let condition): compileDo(block, condition, span)
    case .forLoop(let variable, let sequence, let block): compileFor(variable, sequence, block, span)
    case .pairLoop(let first, let second, let sequence, let block):
      compilePairs(first, second, sequence, block, span)
    case .countedLoop(let loop): compileFor(loop, span)
    case .wordLoop(let variable, let words, let block): compileWords(variable, words, block, span)
    case .switchValue(let value, let sections): compileSwitch(value, sections, span)
    case .tryCatch(let body, let name, let handler): compileTry(body, name, handler, span)
    case .repeatLoop(let count, let block): compileRepeat(count, block, span)
    case .breakLoop, .continueLoop: compileLeave(statement, span)
    case .returnValue(let value): compileReturn(value, span)
    case .process(let name, let place, let block): compileProcess(name, in: place, block, span)
    case .thread(let name, let stack, let block): compileThread(name, stack, block, span)
    case .machine(let entries): compileMachine(entries, span)
    case .print(let values):
      let first = compileRow(values)
      builder.emitCall(
        Instruction(.print, n: operandCount(values.count, "values in one `print`", span), b: first), at: span,
        arguments: values.map { tree.span($0) })
    case .expect(let condition, let message): compileExpect(condition, message, span)
    case .shell(let command):
      compileShell(command, span)
      endCommand(span)
    case .commandList(let list): compileList(list, span)
    case .arithmetic(let value):
      let register = compile(value)
      builder.emit(Instruction(.testValue, a: register), at: span)
      endCommand(span)
    case .function, .global, .include: break
    }
  }

  /// Compiles a statement of a loop's head.
  mutating func compileSimple(_ statement: Statement) { withTemporaries { $0.compileMarked(statement) } }

  /// A bare expression: a call, or in interactive mode anything, whose value is shown.
  private mutating func compileBare(_ id: ExpressionID) {
    let node = tree[id]
    var isCall = false
    switch node.kind {
    case .call: isCall = true
    case .assign, .increment:
      _ = compile(id)
      return
    case .cast(let type, _) where type.isVoid:
      _ = compile(id)
      return
    case .conditional, .sequence, .binary(.and, _, _), .binary(.or, _, _):
      if !showsValues, hasEffect(id, depth: 0) {
        _ = compile(id)
        return
      }
    default: break
    }
    if !isCall, !compilation.options.isInteractive {
      if case .name(let name) = node.kind, case .unknown = meaning(of: name) {
        report(unknown: "command", name, at: tree.span(id), suggestion(forVariable: name))
        return
      }
      // A name in it that nobody knows is the better news.
      let before = compilation.diagnostics.count
      _ = compile(id)
      guard compilation.diagnostics.count == before else { return }
      report("the result of this expression is not used", at: tree.span(id), hint: unusedHint(id))
      return
    }
    let value = compile(id)
    if showsValues {
      builder.emit(Instruction(.show, n: isCall ? 1 : 0, a: value, b: -1), at: tree.span(id))
    }
  }

  /// Whether an expression whose value nobody wants does something at its end.
  private func hasEffect(_ id: ExpressionID, depth: Int) -> Bool {
    guard depth < 100 else { return true }
    switch tree[id].kind {
    case .call, .assign, .increment, .commandOutput: return true
    case .conditional(_, let then, let otherwise):
      return hasEffect(then, depth: depth + 1) || hasEffect(otherwise, depth: depth + 1)
    case .binary(.and, _, let right), .binary(.or, _, let right): return hasEffect(right, depth: depth + 1)
    case .sequence(let parts): return hasEffect(parts[parts.count - 1], depth: depth + 1)
    case .cast(_, let inner): return hasEffect(inner, depth: depth + 1)
    default: return false
    }
  }

  private func unusedHint(_ id: ExpressionID) -> String {
    switch tree[id].kind {
    case .binary(.equal, _, _): return "`=` assigns; `expect` checks"
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
    if otherwise == nil, case .commandStatus = tree[clauses[0].condition].kind { succeed(span) }
    if let otherwise {
      let learnt = conditionally { $0.compile(otherwise) }
      for register in learnt where certain?.contains(register) == true { noteAssigned(register) }
    }
    builder.bind(end)
  }

  private mutating func compileReturn(_ value: ExpressionID?, _ span: SourceSpan) {
    // Outside of functions it was found already.
    guard !isMain else { return }
    guard !crossesCapture(downTo: 0) else {
      return report("`return` stands only in a function", at: span, hint: "`$(...)` is a shell of its own")
    }
    guard let value else {
      endMarkBeforeJump(span)
      leaveScopes(downTo: 0, span)
      builder.emit(Instruction(.returnNull), at: span)
      return
    }
    var register = compile(value)
    if let type = function?.declaration.result, !type.isVoid {
      let converted = temporary()
      builder.emit(Instruction(.move, a: converted, b: register), at: span)
      convert(converted, to: type, from: staticType(of: value), span)
      register = converted
    }
    endMarkBeforeJump(span)
    leaveScopes(downTo: 0, span)
    builder.emit(Instruction(.returnValue, a: register), at: span)
  }

  private mutating func compileProcess(
    _ name: ExpressionID, in place: ExpressionID?, _ block: Block, _ span: SourceSpan
  ) {
    let after = builder.label()
    let register = compile(name)
    let group = place.map { compile($0) }
    builder.emitJump(
      Instruction(.enterProcess, n: group == nil ? 0 : 1, a: register, b: group ?? register), to: after,
      at: tree.span(name))
    scopes.append(.process)
    conditionally { $0.compile(block) }
    scopes.removeLast()
    builder.emit(Instruction(.leaveProcess), at: span)
    builder.bind(after)
  }

  private mutating func compileThread(
    _ name: ExpressionID?, _ stack: ExpressionID?, _ block: Block, _ span: SourceSpan
  ) {
    let after = builder.label()
    let register = name.map { compile($0) } ?? temporary()
    let size = stack.map { compile($0) }
    builder.emitJump(
      Instruction(
        .enterProcess, n: name == nil ? 4 : size == nil ? 2 : 3, a: register, b: size ?? register), to: after,
      at: name.map { tree.span($0) } ?? span)
    scopes.append(.process)
    conditionally { $0.compile(block) }
    scopes.removeLast()
    builder.emit(Instruction(.leaveProcess), at: span)
    builder.bind(after)
  }

  private mutating func compileTry(_ body: Block, _ name: NamedPlace?, _ handler: Block, _ span: SourceSpan) {
    let failed = builder.label()
    let end = builder.label()
    let message = temporary()
    builder.emitJump(Instruction(.enterTry, a: message), to: failed, at: span)
    scopes.append(.errorHandler)
    conditionally { $0.compile(body) }
    scopes.removeLast()
    builder.emit(Instruction(.leaveTry), at: span)
    builder.emitJump(Instruction(.jump), to: end, at: span)
    builder.bind(failed)
    conditionally {
      if let name {
        switch $0.meaning(of: name.name) {
        case .register(let register):
          $0.builder.emit(Instruction(.move, a: register, b: message), at: span)
          $0.noteAssigned(register)
        case .global(let slot): $0.builder.emit(Instruction(.setGlobal, a: slot, b: message), at: span)
        default: break
        }
      }
      $0.compile(handler)
    }
    builder.bind(end)
  }

  /// Whether a jump would leave commands whose output is read.
  func crossesCapture(downTo count: Int) -> Bool {
    scopes[count...].contains(.capture)
  }

  /// Leaves what a jump crosses: processes and handlers of errors. One out of a capture is refused before.
  mutating func leaveScopes(downTo count: Int, _ span: SourceSpan) {
    for scope in scopes[count...].reversed() {
      switch scope {
      case .process: builder.emit(Instruction(.leaveProcess), at: span)
      case .errorHandler: builder.emit(Instruction(.leaveTry), at: span)
      case .capture: assertionFailure("a jump out of commands whose output is read")
      }
    }
  }

  private mutating func compileExpect(_ condition: ExpressionID, _ message: ExpressionID?, _ span: SourceSpan)
  {
    let holds = builder.label()
    let place = tree.span(condition)
    let text = temporary()
    let result = temporary()
    var instruction = Instruction(.expect, a: text)
    if case .binary(let operation, let left, let right) = tree[condition].kind, operation.isComparison {
      let types = (staticType(of: left), staticType(of: right))
      let sides = (compileStable(left), compile(right))
      compileBinary(operation, sides.0, sides.1, types: types, into: result, place)
      let code = 1 + (BinaryOperator.allCases.firstIndex(of: operation) ?? 0)
      instruction = Instruction(.expect, n: code, a: text, b: sides.0, c: sides.1)
      builder.emitJump(Instruction(.jumpIfTrue, a: result), to: holds, at: place)
    } else {
      let value = compile(condition, into: result)
      builder.emitJump(Instruction(.jumpIfTrue, a: value), to: holds, at: place)
    }
    if let message {
      conditionally { $0.withTemporaries { $0.compile(message, exactly: text) } }
    } else {
      _ = load(.undefined, text, place)
    }
    builder.emit(instruction, at: place)
    guard compilation.options.tellsExpectations else { return builder.bind(holds) }
    let end = builder.label()
    builder.emitJump(Instruction(.jump), to: end, at: place)
    builder.bind(holds)
    builder.emit(Instruction(.expect, n: Int(UInt16.max), a: text, b: text, c: text), at: place)
    builder.bind(end)
  }
}

extension Statement {
  /// Whether the statement has no block of its own.
  var isSimple: Bool {
    switch kind {
    case .conditional, .whileLoop, .doLoop, .forLoop, .pairLoop, .countedLoop, .wordLoop, .repeatLoop,
      .process, .thread,
      .function, .switchValue, .tryCatch, .block:
      false
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
