// Code for calls, shell commands and machine settings.

extension CodeGenerator {
  /// How many arguments a call may have.
  private static let argumentLimit = 255

  mutating func compileCall(
    _ name: String, _ arguments: [ExpressionID], _ target: Int?, _ id: ExpressionID
  ) -> Int {
    let node = tree[id]
    let span = tree.span(id)
    let nameSpan = tree.span(node.start, node.start + Int32(name.utf8.count))
    let result = target ?? temporary()
    guard arguments.count <= CodeGenerator.argumentLimit else {
      report("a call has at most \(CodeGenerator.argumentLimit) arguments", at: span)
      return result
    }
    if let command = compilation.commands.calls[name] {
      compileHostCall(command, arguments, result, nameSpan, span)
    } else if let function = compilation.names.functions[name] {
      compileFunctionCall(name, function, arguments, result, nameSpan, span)
    } else if let builtin = BuiltinFunction.named(name) {
      checkCount(name, arguments.count, builtin.arity, builtin.usage, nameSpan, span)
      withTemporaries { $0.emitCall(.callBuiltin, builtin.index, arguments, result, span) }
    } else {
      report(unknown: "function", name, at: nameSpan, compilation.suggestion(forCall: name))
      // What is given to a function of another kind says nothing by itself.
      if compilation.commands.advice(name) == nil { withTemporaries { _ = $0.compileRow(arguments) } }
    }
    return result
  }

  /// Calls a function of the script; parameters that were left out get nothing, and their values in the function.
  private mutating func compileFunctionCall(
    _ name: String, _ function: Int, _ arguments: [ExpressionID], _ result: Int, _ nameSpan: SourceSpan,
    _ span: SourceSpan
  ) {
    let signature = compilation.names.signatures[function]
    let count = signature.parameters.count
    var usage = "\(name)(\(signature.parameters.prefix(signature.required).joined(separator: ", "))"
    for parameter in signature.parameters.dropFirst(signature.required) {
      usage += usage.hasSuffix("(") ? "[\(parameter)]" : "[, \(parameter)]"
    }
    checkCount(name, arguments.count, signature.required...count, usage + ")", nameSpan, span)
    guard arguments.count < count else {
      return withTemporaries { $0.emitCall(.callFunction, function, arguments, result, span) }
    }
    let spans = arguments.map { tree.span($0) }
    withTemporaries {
      let first = $0.temporaries(count)
      for (offset, id) in arguments.enumerated() {
        $0.withTemporaries { $0.compile(id, exactly: first + offset) }
      }
      for offset in arguments.count..<count { _ = $0.load(.undefined, first + offset, span) }
      $0.builder.emitCall(
        Instruction(.callFunction, n: count, a: result, b: function, c: first), at: span,
        arguments: spans)
    }
  }

  private mutating func emitCall(
    _ operation: Operation, _ callee: Int, _ arguments: [ExpressionID], _ result: Int, _ span: SourceSpan
  ) {
    let first = compileRow(arguments)
    builder.emitCall(
      Instruction(
        operation, n: operandCount(arguments.count, "arguments of one call", span), a: result, b: callee,
        c: first), at: span,
      arguments: arguments.map { tree.span($0) })
  }

  private func checkCount(
    _ name: String, _ count: Int, _ arity: ClosedRange<Int>, _ usage: String, _ nameSpan: SourceSpan,
    _ span: SourceSpan
  ) {
    guard !arity.contains(count) else { return }
    let wanted: String
    if arity.lowerBound == arity.upperBound {
      wanted = arity.lowerBound == 1 ? "1 argument" : "\(arity.lowerBound) arguments"
    } else if arity.upperBound == Int.max {
      wanted = "at least \(arity.lowerBound) argument\(arity.lowerBound == 1 ? "" : "s")"
    } else {
      wanted = "\(arity.lowerBound) to \(arity.upperBound) arguments"
    }
    report("`\(name)` takes \(wanted), not \(count)", kind: .type, at: span, hint: usage)
  }

  private mutating func compileHostCall(
    _ command: Int, _ arguments: [ExpressionID], _ result: Int, _ nameSpan: SourceSpan, _ span: SourceSpan
  ) {
    let signature = compilation.commands.signatures[command]
    let required = signature.parameters.count { !$0.isOptional }
    checkCount(
      signature.name, arguments.count,
      required...(signature.isVariadic ? Int.max : max(required, signature.parameters.count)),
      signature.usage, nameSpan, span)
    checkFormat(signature.name, arguments, span)
    let spans = arguments.map { tree.span($0) }
    withTemporaries {
      let first = $0.temporaries(arguments.count)
      for (offset, argument) in arguments.enumerated() {
        let kind = offset < signature.parameters.count ? signature.parameters[offset].kind : .any
        $0.withTemporaries { $0.compileArgument(argument, kind, first + offset) }
      }
      $0.builder.emitCall(
        Instruction(
          .callHost, n: $0.operandCount(arguments.count, "arguments of one call", span), a: result,
          b: $0.builder.command(signature),
          c: first), at: span,
        arguments: spans)
    }
  }

  /// Warns where a format of printf and its arguments do not go together.
  private func checkFormat(_ name: String, _ arguments: [ExpressionID], _ span: SourceSpan) {
    let position = name == "printf" ? 0 : name == "fprintf" ? 1 : Int.max
    guard arguments.indices.contains(position), case .string(let pieces) = tree[arguments[position]].kind,
      let wanted = PrintfText.argumentCount(
        pieces.reduce(into: "") { text, piece in if case .text(let part) = piece { text += part } })
    else { return }
    let given = arguments.count - position - 1
    guard given > wanted else { return }
    compilation.diagnostics.add(
      "the format prints \(wanted) value\(wanted == 1 ? "" : "s"), and \(given) follow it",
      kind: .type, severity: .warning,
      at: tree.span(arguments[position + wanted + 1]),
      hint: "`%d` prints an integer, `%s` a text, `%f` a double")
  }

  /// Compiles an argument. A bare name that is no variable stands for itself where a text is wanted:
  /// `fork child`.
  private mutating func compileArgument(
    _ argument: ExpressionID, _ kind: CommandSignature.ParameterKind, _ target: Int
  ) {
    if kind == .string, case .name(let word) = tree[argument].kind,
      compilation.sources[tree.source].bytes[Int(tree[argument].start)] != UInt8(ascii: "$")
    {
      switch meaning(of: word) {
      case .hostVariable, .unknown:
        _ = load(builder.string(word), target, tree.span(argument))
        return
      default: break
      }
    }
    compile(argument, exactly: target)
  }

  // MARK: Settings of the machine

  private mutating func compileWord(_ word: ShellWord, _ target: Int) {
    let span = tree.span(word.start, word.end)
    withTemporaries { _ = $0.compileString(word.pieces, target, span) }
  }

  mutating func compileMachine(_ entries: [MachineEntry], _ span: SourceSpan) {
    let first = temporaries(entries.count)
    for (offset, entry) in entries.enumerated() {
      let target = first + offset
      let value = entry.value
      if value.pieces.count == 1, case .expression(let id) = value.pieces[0] {
        withTemporaries { $0.compile(id, exactly: target) }
      } else if value.pieces.count == 1, case .text(let text) = value.pieces[0],
        let number = Lexer.integer(text)
      {
        _ = load(Slot(number), target, tree.span(entry.start, entry.end))
      } else {
        compileWord(value, target)
      }
    }
    let spans = entries.map { tree.span($0.start, $0.end) }
    builder.machines.append(MachineSite(keys: entries.map(\.key), spans: spans))
    builder.emitCall(
      Instruction(.machine, b: builder.machines.count - 1, c: first), at: span, arguments: spans)
  }
}

extension Lexer {
  /// The value of a text that is one integer or size and nothing else.
  static func integer(_ text: String) -> Int64? {
    var lexer = Lexer(Array(text.utf8))
    let token = lexer.next()
    guard token.kind == .integer, Int(token.end) == lexer.bytes.count, token.start == 0 else { return nil }
    guard lexer.bytes.first != UInt8(ascii: "'") else { return nil }
    return Int64(bitPattern: token.bits)
  }
}

extension CommandSignature {
  /// How the command is written: `calloc(nmemb, size)`.
  public var usage: String {
    var text = name + "("
    for (index, parameter) in parameters.enumerated() {
      if parameter.isOptional { text += "[" }
      if index > 0 { text += ", " }
      text += parameter.name
    }
    if isVariadic { text += ", ..." }
    return text + ")".padded(by: parameters.count { $0.isOptional })
  }
}

extension String {
  /// The text behind as many closing brackets.
  fileprivate func padded(by count: Int) -> String { String(repeating: "]", count: count) + self }
}
