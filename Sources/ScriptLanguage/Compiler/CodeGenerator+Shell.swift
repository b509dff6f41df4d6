// Code for shell commands, pipelines, lists of them, and their output as a value.

extension CodeGenerator {
  /// Compiles a command with its words.
  ///
  /// - Parameters:
  ///   - input: the register with what the command before it wrote.
  ///   - feedsNext: whether another command reads what it writes.
  mutating func compileShell(
    _ command: ShellCommand, _ span: SourceSpan, input: Int? = nil, feedsNext: Bool = false
  ) {
    let paths = command.redirections.map(\.path)
    let row = compilePieces(command.words + paths, extra: input == nil ? 0 : 1)
    let name = tree.span(command.name.start, command.name.end)
    var site = ShellSite(
      command: builder.command(compilation.commands.signatures[command.command]), name: name,
      words: Array(row.layouts.prefix(command.words.count)))
    for (redirection, layout) in zip(command.redirections, row.layouts.dropFirst(command.words.count)) {
      site.redirections.append(RedirectionSite(kind: redirection.kind, path: layout))
    }
    site.feedsNext = feedsNext
    if let input {
      site.hasInput = true
      builder.emit(Instruction(.move, a: row.first + row.count, b: input), at: span)
    }
    builder.shells.append(site)
    builder.emitCall(
      Instruction(.shell, b: builder.shells.count - 1, c: row.first), at: span,
      arguments: command.words.map { tree.span($0.start, $0.end) })
  }

  /// Compiles the pieces of words to neighbouring registers.
  ///
  /// - Parameter extra: how many registers are kept free behind them.
  mutating func compilePieces(
    _ words: [ShellWord], extra: Int = 0
  ) -> (first: Int, count: Int, layouts: [WordLayout]) {
    let count = words.reduce(0) { $0 + $1.pieces.count }
    let first = temporaries(count + extra)
    var register = first
    var layouts: [WordLayout] = []
    for word in words {
      let span = tree.span(word.start, word.end)
      var layout = WordLayout(splits: [], span: span)
      for piece in word.pieces {
        switch piece {
        case .text(let text): _ = load(builder.string(text), register, span)
        case .expression(let id), .splitting(let id): withTemporaries { $0.compile(id, exactly: register) }
        }
        if case .splitting = piece { layout.splits.append(true) } else { layout.splits.append(false) }
        register += 1
      }
      layouts.append(layout)
    }
    return (first, count, layouts)
  }

  /// Ends a command that stands as a statement, unless its status is looked at.
  mutating func endCommand(_ span: SourceSpan) {
    if !isTested { builder.emit(Instruction(.endCommand), at: span) }
  }

  /// Compiles pipelines with `&&` and `||` between them. Only the failure of the last one can end the script.
  mutating func compileList(_ list: CommandList, _ span: SourceSpan) {
    let end = builder.label()
    compilePipeline(list.first, isLast: list.rest.isEmpty, span)
    for (position, next) in list.rest.enumerated() {
      let skip = builder.label()
      builder.emitJump(
        Instruction(next.runsAfterSuccess ? .jumpIfFailure : .jumpIfSuccess), to: skip, at: span)
      let isLast = position == list.rest.count - 1
      conditionally { $0.compilePipeline(next.pipeline, isLast: isLast, span) }
      builder.bind(skip)
    }
    builder.bind(end)
  }

  private mutating func compilePipeline(_ pipeline: Pipeline, isLast: Bool, _ span: SourceSpan) {
    let outer = isTested
    isTested = isTested || !isLast || pipeline.isNegated
    var input: Int?
    for (position, stage) in pipeline.stages.enumerated() {
      let feedsNext = position < pipeline.stages.count - 1
      let place = tree.span(stage)
      let register = feedsNext ? temporary() : nil
      if feedsNext { beginCapture(place) }
      if case .shell(let command) = stage.kind {
        compileShell(command, place, input: input, feedsNext: feedsNext)
      } else {
        let inner = isTested
        isTested = inner || feedsNext
        compileStage(stage)
        isTested = inner
      }
      if let register { endCapture(register, keepsLineEnds: true, place) }
      input = register
    }
    if pipeline.isNegated { builder.emit(Instruction(.negateStatus), at: span) }
    isTested = outer
    if case .shell? = pipeline.stages.last?.kind, isLast, !pipeline.isNegated { endCommand(span) }
  }

  /// Compiles a statement of the language in a pipeline or list; what has no status succeeds.
  private mutating func compileStage(_ stage: Statement) {
    compileSimple(stage)
    switch stage.kind {
    case .expression, .print, .assign, .machine: succeed(tree.span(stage))
    default: break
    }
  }

  /// Sets the status to success: no command of an `if` or a `while` was to run.
  mutating func succeed(_ span: SourceSpan) {
    withTemporaries {
      let register = $0.load(Slot(true), nil, span)
      $0.builder.emit(Instruction(.testValue, a: register), at: span)
    }
  }

  /// Compiles the commands of a condition: their status is looked at.
  mutating func compileCommands(_ block: Int) {
    let outer = isTested
    isTested = true
    let statements = tree.blocks[block].statements
    for statement in statements {
      compileSimple(statement)
      // A call has no status: it succeeds.
      if case .expression = statement.kind { succeed(tree.span(statement)) }
    }
    isTested = outer
  }

  /// What the commands of a block print.
  mutating func compileOutput(_ block: Int, _ target: Int?, _ span: SourceSpan) -> Int {
    let result = target ?? temporary()
    let register = temporary()
    let outer = isTested
    isTested = true
    beginCapture(span)
    compile(tree.blocks[block])
    endCapture(register, keepsLineEnds: false, span)
    isTested = outer
    builder.emit(Instruction(.move, a: result, b: register), at: span)
    return result
  }

  private mutating func beginCapture(_ span: SourceSpan) {
    builder.emit(Instruction(.beginCapture), at: span)
    scopes.append(.capture)
  }

  private mutating func endCapture(_ register: Int, keepsLineEnds: Bool, _ span: SourceSpan) {
    scopes.removeLast()
    builder.emit(Instruction(.endCapture, n: keepsLineEnds ? 1 : 0, a: register), at: span)
  }
}
