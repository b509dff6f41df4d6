// Running texts and compiled scripts, calling functions.

extension ScriptEngine {
  /// Compiles and runs a source text. One with errors runs not at all and leaves no trace.
  ///
  /// - Parameters:
  ///   - source: the text.
  ///   - options: how it is run.
  ///   - willRun: called once it is known to run, while the engine is still as it was before.
  public func run(
    _ source: SourceText, options: Options = Options(), willRun: () -> Void = {}
  ) -> RunOutcome {
    run(source, parsed: nil, options: options, willRun: willRun)
  }

  /// Compiles and runs a text that was parsed; it is parsed anew only when the engine has changed meanwhile.
  public func run(
    _ script: ParsedScript, options: Options = Options(), willRun: () -> Void = {}
  ) -> RunOutcome {
    run(script.source, parsed: script, options: options, willRun: willRun)
  }

  /// Runs a compiled script.
  ///
  /// - Parameters:
  ///   - script: the script.
  ///   - options: how it is run; other options than it was compiled with compile it again.
  ///   - willRun: called once it is known to run, while the engine is still as it was before.
  public func run(
    _ script: CompiledScript, options: Options? = nil, willRun: () -> Void = {}
  ) -> RunOutcome {
    guard script.engine === self, options == nil || options == script.options,
      let program = script.program, isUsable(program)
    else {
      return run(
        script.source, parsed: nil, options: options ?? script.options, willRun: willRun, keeping: script)
    }
    do throws(ScriptFailure) {
      try requireIdle(script.source)
    } catch {
      return .failed(error)
    }
    budget.start()
    if let stop = budget.stop { return .failed(failure(of: stop, script.source)) }
    relink()
    willRun()
    return execute(program, script.source)
  }

  private func run(
    _ source: SourceText, parsed: ParsedScript?, options: Options, willRun: () -> Void,
    keeping script: CompiledScript? = nil
  ) -> RunOutcome {
    do throws(ScriptFailure) {
      try requireIdle(source)
      budget.start()
      if let stop = budget.stop { throw failure(of: stop, source) }
      linkFunctions()
      let compiled = compile(source, parsed: parsed, options: options)
      if let stop = budget.stop { throw failure(of: stop, source) }
      guard let program = compiled.program else { throw ScriptFailure(errors: compiled.diagnostics) }
      willRun()
      warn(compiled.diagnostics)
      interpreter.sources = compiled.sources
      if let script, options == script.options {
        if !self.compiled.contains(where: { $0.script === script }) {
          self.compiled.append(WeakScript(script: script))
        }
        script.adopt(program, by: self)
      }
      return execute(program, source)
    } catch {
      return .failed(error)
    }
  }

  private func execute(_ program: Program, _ source: SourceText) -> RunOutcome {
    do {
      try interpreter.prepare(
        globals: program.names.globalNames.count, registers: program.main.registerCount)
    } catch {
      return .failed(failure(of: error, source))
    }
    if namesVersion != program.namesVersion {
      names = program.names
      namesVersion = program.namesVersion
    }
    for (index, code) in program.functions { interpreter.define(code, at: index, commands) }
    let main = program.linked ?? Chunk(program.main, in: interpreter.heap, commands)
    program.keep(main)
    return finish(interpreter.run(main, host: host))
  }

  /// Goes on with a paused script; nil when none is paused.
  public func resume() -> RunOutcome? { isRunning ? nil : interpreter.resume(host: host).map(finish) }

  /// Ends a paused script where it is; all blocks are left.
  ///
  /// - Returns: its outcome; nil when none was paused.
  @discardableResult
  public func abandon() -> RunOutcome? { isRunning ? nil : interpreter.abandon(host: host).map(finish) }

  private func finish(_ end: RunEnd) -> RunOutcome {
    if case .paused = end { return .paused }
    compiled.removeAll { $0.script?.engine !== self }
    let pinned = compiled.compactMap { $0.script?.program }.flatMap { $0.texts.map(\.number) }
    interpreter.forgetSources(except: Set(pinned))
    keptSources.count = interpreter.sources.byteCount
    switch end {
    case .finished:
      return failedExpectations.isEmpty
        ? .finished : .failed(ScriptFailure(expectations: failedExpectations, end: nil))
    case .failed(let diagnostic):
      return .failed(ScriptFailure(expectations: failedExpectations, end: diagnostic))
    case .exited(0) where !failedExpectations.isEmpty:
      return .failed(ScriptFailure(expectations: failedExpectations, end: nil))
    case .killed(let signal): return .killed(signal: signal)
    case .exited(let status): return .exited(status)
    case .interrupted, .paused: return .interrupted
    }
  }

  // MARK: Values

  /// Runs a text for the value of its last statement: of an expression, or what is assigned to a variable.
  ///
  /// - Parameters:
  ///   - source: an expression, or statements.
  ///   - options: how it is run.
  /// - Returns: how it ended, and the value; `.null` where the last statement has none.
  public func evaluate(
    _ source: SourceText, options: Options = Options()
  ) -> (outcome: RunOutcome, value: ScriptValue) {
    var options = options
    options.yieldsValue = true
    let outcome = run(source, options: options)
    guard outcome == .finished else { return (outcome, .null) }
    do {
      return (outcome, try interpreter.yielded.value(within: limits.heapBytes))
    } catch {
      return (.failed(failure(of: error, source)), .null)
    }
  }

  /// Calls a function of a script.
  ///
  /// - Parameters:
  ///   - function: its name.
  ///   - arguments: as many as a script may give.
  /// - Returns: how it ended, and the value that the function returned; `.null` when it returned none.
  public func call(
    _ function: String, _ arguments: [ScriptValue]
  ) -> (outcome: RunOutcome, value: ScriptValue) {
    let source = SourceText(name: function, bytes: [])
    do {
      try requireIdle(source)
      budget.start(isMeasured: true)
      try budget.check()
      linkFunctions()
      let (chunk, globals) = try caller(of: function, arguments.count)
      try interpreter.prepare(globals: globals, registers: chunk.registerCount)
      interpreter.activeTop = globals
      for place in globals..<chunk.registerCount { interpreter.stack[place] = .undefined }
      for (offset, argument) in arguments.enumerated() {
        let slot = try interpreter.slot(from: argument)
        interpreter.stack[globals + 1 + offset] = slot
        // What was made for one argument must outlive the making of the next.
        interpreter.activeTop = globals + 2 + offset
      }
      let outcome = finishCall(interpreter.run(chunk, host: host))
      guard outcome == .finished else { return (outcome, .null) }
      return (outcome, try interpreter.stack[globals].value(within: limits.heapBytes))
    } catch {
      return (.failed(failure(of: error, source)), .null)
    }
  }

  /// The end of a call, after which there are no texts to forget.
  private func finishCall(_ end: RunEnd) -> RunOutcome {
    if case .finished = end, failedExpectations.isEmpty { return .finished }
    return finish(end)
  }

  /// The code that calls a function for the host.
  private func caller(of function: String, _ count: Int) throws -> (chunk: Chunk, globals: Int) {
    guard let index = names.functions[function] else {
      let suggestion = Suggestion.didYouMean(function, among: [functionNames])
      throw ScriptError("unknown function `\(function)`", kind: .name(function), hint: suggestion?.hint)
    }
    let signature = names.signatures[index]
    guard (signature.required...signature.parameters.count).contains(count) else {
      throw ScriptError(
        "`\(function)` cannot be called with \(count) argument\(count == 1 ? "" : "s")", kind: .type,
        hint: "\(function)(\(signature.parameters.joined(separator: ", ")))")
    }
    let globals = names.globalNames.count
    let parameters = signature.parameters.count
    if let known = callers[index], known.globals == globals, known.parameters == parameters {
      return (known.chunk, globals)
    }
    let image = ChunkImage(calling: index, globals: globals, parameters: parameters)
    let chunk = Chunk(image, in: interpreter.heap, commands)
    callers[index] = (globals, parameters, chunk)
    return (chunk, globals)
  }

  // MARK: Failures

  /// Throws while a script runs or is paused.
  func requireIdle(_ source: SourceText) throws(ScriptFailure) {
    guard !isRunning else {
      throw refusal(ScriptError("this engine is already running a script"), source)
    }
    guard !isPaused else {
      throw refusal(
        ScriptError("a script is paused", hint: "`resume()` goes on with it, `abandon()` ends it"), source)
    }
  }

  /// The failure of a run that had to stop before its first statement.
  func failure(of error: any Error, _ source: SourceText) -> ScriptFailure {
    if let failure = error as? ScriptFailure { return failure }
    if error is ScriptInterruption { return ScriptFailure(kind: .cancelled) }
    return refusal(
      error as? ScriptError ?? ScriptError("\(error)", kind: .host(error)), source,
      note: source.bytes.isEmpty ? nil : "no statement of it had run yet")
  }

  private func refusal(_ error: ScriptError, _ source: SourceText, note: String? = nil) -> ScriptFailure {
    let span = SourceSpan(source: 0, start: 0, end: 0)
    return ScriptFailure(
      expectations: [],
      end: Diagnostic(
        error.message, kind: error.kind, span: span, location: SourceLocation(span, in: source),
        hint: error.hint, notes: note.map { [Diagnostic.Note(message: $0)] } ?? []))
  }
}
