// Code for expressions.

extension CodeGenerator {
  /// Compiles an expression and returns the register of its value: a variable's own, or a new temporary.
  mutating func compile(_ id: ExpressionID) -> Int { compile(id, into: nil) }

  /// Compiles an expression to exactly this register.
  mutating func compile(_ id: ExpressionID, exactly target: Int) {
    let register = compile(id, into: target)
    if register != target { builder.emit(Instruction(.move, a: target, b: register), at: tree.span(id)) }
  }

  /// Compiles an expression whose value must survive what is compiled next. Only a call can change a variable
  /// in between, and it does so in its own statement order, so a variable's own register is stable enough.
  mutating func compileStable(_ id: ExpressionID) -> Int { compile(id) }

  /// Compiles expressions to neighbouring registers and returns the first.
  mutating func compileRow(_ ids: [ExpressionID]) -> Int {
    let first = temporaries(ids.count)
    for (offset, id) in ids.enumerated() {
      withTemporaries { $0.compile(id, exactly: first + offset) }
    }
    return first
  }

  /// Compiles an expression; `target` is where the value should go if it has no register of its own. The
  /// target is written last, so that it may be a variable that the expression reads.
  mutating func compile(_ id: ExpressionID, into target: Int?) -> Int {
    guard compilation.mayGoOn else { return target ?? temporary() }
    let span = tree.span(id)
    switch tree[id].kind {
    case .integer(let value): return load(Slot(value), target, span)
    case .typed(let bits, _): return load(Slot(unsigned: bits), target, span)
    case .double(let value): return load(Slot(double: value), target, span)
    case .pointer(let bits): return load(Slot(pointer: bits), target, span)
    case .boolean(let value): return load(Slot(value), target, span)
    case .null: return load(.null, target, span)
    case .name(let name): return compileName(name, target, span)
    case .string(let pieces): return compileString(pieces, target, span)
    case .list(let elements): return compileListLiteral(elements, target, span)
    case .map(let entries): return compileMap(entries, span)
    case .cast(let type, let operand): return compileCast(type, operand, target, span)
    case .sizeOfType(let type): return compileSize(type, target, span)
    case .sizeOfValue(let operand): return compileSizeOfValue(operand, target, span)
    case .assign(let place, let operation, let value):
      return compileInnerAssignment(place, operation, value, span)
    case .sequence(let parts):
      for part in parts.dropLast() { withTemporaries { _ = $0.compile(part) } }
      return compile(parts[parts.count - 1], into: target)
    case .increment(let place, let sign, let isPrefix):
      return compileIncrement(place, sign, isPrefix: isPrefix, target, span)
    case .formatted(let value, let format):
      let result = target ?? temporary()
      return withTemporaries {
        let register = $0.compile(value)
        $0.builder.emit(Instruction(.format, a: result, b: register, c: $0.builder.name(format)), at: span)
        return result
      }
    case .commandOutput(let block): return compileOutput(block, target, span)
    case .commandStatus(let block):
      let result = target ?? temporary()
      let end = builder.label()
      compileCommands(block)
      _ = load(Slot(true), result, span)
      builder.emitJump(Instruction(.jumpIfSuccess), to: end, at: span)
      _ = load(Slot(false), result, span)
      builder.bind(end)
      return result
    case .unary(let operation, let operand): return compileUnary(operation, operand, target, id)
    case .binary: return compileBinaryTree(id, target)
    case .conditional(let condition, let then, let otherwise):
      return compileConditional(condition, then, otherwise, target, span)
    case .element(let list, let index):
      let result = target ?? temporary()
      return withTemporaries {
        let listRegister = $0.compileStable(list)
        let indexRegister = $0.compile(index)
        $0.builder.emit(Instruction(.getElement, a: result, b: listRegister, c: indexRegister), at: span)
        return result
      }
    case .call(let name, let arguments): return compileCall(name, arguments, target, id)
    case .range(let lower, let upper, let isClosed):
      let result = target ?? temporary()
      return withTemporaries {
        let lowerRegister = $0.compileStable(lower)
        let upperRegister = $0.compile(upper)
        $0.builder.emit(
          Instruction(.makeRange, n: isClosed ? 1 : 0, a: result, b: lowerRegister, c: upperRegister),
          at: span)
        return result
      }
    }
  }

  mutating func load(_ slot: Slot, _ target: Int?, _ span: SourceSpan) -> Int {
    let result = target ?? temporary()
    if slot.tag == .integer {
      builder.emit(Instruction(.loadInteger, a: result, wide: slot.payload), at: span)
    } else {
      builder.emit(Instruction(.loadConstant, tag: slot.tag, a: result, wide: slot.payload), at: span)
    }
    return result
  }

  private mutating func compileName(_ name: String, _ target: Int?, _ span: SourceSpan) -> Int {
    switch meaning(of: name) {
    case .register(let register):
      checkAssigned(register, name, at: span)
      return register
    case .global(let slot):
      let result = target ?? temporary()
      builder.emit(Instruction(.getGlobal, a: result, b: slot, c: builder.name(name)), at: span)
      return result
    case .constant(let value): return load(constantSlot(value), target, span)
    case .hostVariable:
      let result = target ?? temporary()
      builder.emit(Instruction(.hostVariable, a: result, b: builder.name(name)), at: span)
      return result
    case .unknown:
      report(
        unknown: "variable", name, at: span, quotingHint(name, span) ?? suggestion(forVariable: name))
      return target ?? temporary()
    }
  }

  /// What to write for `name=text` as a shell has it, where the text is no expression.
  private func quotingHint(_ name: String, _ span: SourceSpan) -> Suggestion? {
    let bytes = compilation.sources[span.source].bytes
    guard span.start > 0, bytes[Int(span.start) - 1] == UInt8(ascii: "="), span.start > 1,
      Lexer.isNamePart(bytes[Int(span.start) - 2])
    else { return nil }
    return Suggestion("a text stands in double quotes: `\"\(name)\"`", replacement: "\"\(name)\"")
  }

  private mutating func constantSlot(_ value: ScriptValue) -> Slot {
    switch value {
    case .null, .list, .map, .object: .null
    case .unsigned(let value): Slot(unsigned: value)
    case .double(let value): Slot(double: value)
    case .boolean(let value): Slot(value)
    case .integer(let value): Slot(value)
    case .pointer(let bits): Slot(pointer: bits)
    case .string(let text): builder.string(text)
    }
  }

  mutating func compileString(_ pieces: [StringPiece], _ target: Int?, _ span: SourceSpan) -> Int {
    if pieces.isEmpty { return load(builder.string(""), target, span) }
    if pieces.count == 1, case .text(let text) = pieces[0] { return load(builder.string(text), target, span) }
    let result = target ?? temporary()
    return withTemporaries {
      let first = $0.temporaries(pieces.count)
      for (offset, piece) in pieces.enumerated() {
        switch piece {
        case .text(let text): _ = $0.load($0.builder.string(text), first + offset, span)
        case .expression(let id), .splitting(let id):
          $0.withTemporaries { $0.compile(id, exactly: first + offset) }
        }
      }
      $0.builder.emit(
        Instruction(
          .concatenate, n: $0.operandCount(pieces.count, "parts of one text", span), a: result, b: first),
        at: span)
      return result
    }
  }

  private mutating func compileListLiteral(
    _ elements: [ExpressionID], _ target: Int?, _ span: SourceSpan
  ) -> Int {
    let list = temporary()
    let batch = 64
    builder.emit(Instruction(.newList, a: list, b: elements.count), at: span)
    for start in stride(from: 0, to: elements.count, by: batch) {
      let part = Array(elements[start..<min(start + batch, elements.count)])
      withTemporaries {
        let first = $0.compileRow(part)
        $0.builder.emit(Instruction(.appendMany, n: part.count, a: list, b: first), at: span)
      }
    }
    return list
  }

  private mutating func compileMap(
    _ entries: [(key: ExpressionID, value: ExpressionID)], _ span: SourceSpan
  ) -> Int {
    let map = temporary()
    builder.emit(Instruction(.newMap, a: map), at: span)
    for (key, value) in entries {
      withTemporaries {
        let keyRegister = $0.compileStable(key)
        let valueRegister = $0.compile(value)
        $0.builder.emit(
          Instruction(.setElement, a: map, b: keyRegister, c: valueRegister), at: $0.tree.span(key))
      }
    }
    return map
  }

  private mutating func compileCast(
    _ type: CType, _ operand: ExpressionID, _ target: Int?, _ span: SourceSpan
  ) -> Int {
    let result = target ?? temporary()
    return withTemporaries {
      let register = $0.compile(operand)
      $0.builder.emit(Instruction(.convert, n: Conversion(type).code, a: result, b: register), at: span)
      return result
    }
  }

  /// `sizeof`: known here, but for what depends on the machine.
  private mutating func compileSize(_ type: CType, _ target: Int?, _ span: SourceSpan) -> Int {
    let (large, small) = (type.size(word: 8), type.size(word: 4))
    if large == small { return load(Slot(Int64(large)), target, span) }
    let result = target ?? temporary()
    // The size of a `long` or pointer is asked for when it runs; `long double` has twice or thrice as much.
    let name = type == CType(base: .longDouble) ? "sizeof(long double)" : "sizeof(long)"
    builder.emit(Instruction(.hostVariable, a: result, b: builder.name(name)), at: span)
    return result
  }

  private mutating func compileSizeOfValue(_ operand: ExpressionID, _ target: Int?, _ span: SourceSpan) -> Int
  {
    guard let type = staticType(of: operand)?.promotedUnlessVariable(tree[operand].kind) else {
      report(
        "the size of this is not known: it has no C type", kind: .type, at: span,
        hint: "write `sizeof(int)` or a number of bytes")
      return target ?? temporary()
    }
    return compileSize(type, target, span)
  }

  private mutating func compileConditional(
    _ condition: ExpressionID, _ then: ExpressionID, _ otherwise: ExpressionID, _ target: Int?,
    _ span: SourceSpan
  ) -> Int {
    let result = target ?? temporary()
    let other = builder.label()
    let end = builder.label()
    compileCondition(condition, jumpsIf: false, to: other)
    conditionally { $0.withTemporaries { $0.compile(then, exactly: result) } }
    builder.emitJump(Instruction(.jump), to: end, at: span)
    builder.bind(other)
    conditionally { $0.withTemporaries { $0.compile(otherwise, exactly: result) } }
    builder.bind(end)
    return result
  }
}

extension CType {
  /// The type that `sizeof` sees: that of a variable itself, that of a computed value after its promotion.
  fileprivate func promotedUnlessVariable(_ kind: Expression.Kind) -> CType {
    switch kind {
    case .name, .cast, .element, .assign, .increment, .call: self
    default: promoted
    }
  }
}
