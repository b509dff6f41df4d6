// Running scripts, pausing them and going on.

import LinuxMemory
import ScriptLanguage

/// A run that has begun: what is done with it at its end, however often it is paused until then.
struct OpenRun {
  var source: SourceText
  var isInteractive: Bool
  /// Whether it is one step for undo.
  var isStep: Bool
  /// The state before it, for undo.
  var before: SessionSnapshot?
}

extension Session {
  /// Set from a signal handler or another thread to stop the running script, or the next one, wherever it is. It
  /// stays set until `clear()`. A run in a task also ends when the task is cancelled.
  public var interruption: InterruptFlag { engine.interruption }

  /// Runs a script text in this session.
  ///
  /// - Parameters:
  ///   - text: the statements.
  ///   - name: what diagnostics call it.
  /// - Returns: how it ended; its diagnostics have been said already, on the `.diagnostic` stream.
  @discardableResult
  public func run(_ text: String, name: String = "script") -> RunOutcome {
    run(SourceText(name: name, text: text))
  }

  /// Runs a source text in this session.
  ///
  /// - Parameters:
  ///   - source: the script.
  ///   - isInteractive: whether it is one input of a REPL: bare expressions show their value, the trace
  ///     sums up each top-level statement, and `undo(_:)` takes the input back.
  ///   - isStep: whether `undo(_:)` takes it back as a whole; nil for what `isInteractive` says.
  /// - Returns: how it ended; its diagnostics have been said already, on the `.diagnostic` stream.
  @discardableResult
  public func run(_ source: SourceText, isInteractive: Bool = false, isStep: Bool? = nil) -> RunOutcome {
    begin(OpenRun(source: source, isInteractive: isInteractive, isStep: isStep ?? isInteractive)) {
      engine.run(source, options: $0, willRun: $1)
    }
  }

  /// Runs a script that was parsed, see ``run(_:isInteractive:isStep:)``.
  @discardableResult
  package func run(_ script: ParsedScript, isInteractive: Bool = false) -> RunOutcome {
    begin(OpenRun(source: script.source, isInteractive: isInteractive, isStep: isInteractive)) {
      engine.run(script, options: $0, willRun: $1)
    }
  }

  /// Runs a script that ``compile(_:name:)`` made.
  ///
  /// - Returns: how it ended; its diagnostics have been said already, on the `.diagnostic` stream.
  @discardableResult
  public func run(_ script: CompiledScript) -> RunOutcome {
    begin(OpenRun(source: script.source, isInteractive: false, isStep: false)) {
      engine.run(script, options: $0, willRun: $1)
    }
  }

  /// Compiles a script, to be run as often as you like.
  ///
  /// - Parameters:
  ///   - text: the statements.
  ///   - name: what diagnostics call it.
  /// - Throws: all that is wrong with it.
  public func compile(_ text: String, name: String = "script") throws(ScriptFailure) -> CompiledScript {
    let source = SourceText(name: name, text: text)
    return try engine.compile(source, options: runOptions(source, isInteractive: false))
  }

  /// Goes on with a script that a statement hook has paused.
  ///
  /// - Returns: how it ended, or that it is paused again; `.finished` when none was paused.
  @discardableResult
  public func resume() -> RunOutcome {
    guard let run = openRun, engine.isPaused else { return .finished }
    let outcome = charging { engine.resume() ?? .finished }
    return outcome == .paused ? .paused : end(run, outcome)
  }

  /// Ends a paused script where it is: its blocks are left, the machine and the variables stay as they are.
  public func abandon() {
    guard let run = openRun, engine.isPaused else { return }
    let outcome = charging { engine.abandon() ?? .finished }
    _ = end(run, outcome)
  }

  /// Whether a script is paused.
  public var isPaused: Bool { engine.isPaused }

  /// How many steps the present run has taken, or the last one; counted where `ScriptLimits/steps` bounds them.
  public var stepsTaken: Int { budget.stepsTaken }

  /// The failed `expect`s of the last run, also when it ended because `main` did.
  public var failedExpectations: [Diagnostic] { engine.failedExpectations }

  /// Looks at a script without running it, see ``analyze(_:)-(SourceText)``.
  ///
  /// - Parameters:
  ///   - text: the statements.
  ///   - name: what diagnostics call it.
  public func analyze(_ text: String, name: String = "script") -> ScriptAnalysis {
    analyze(SourceText(name: name, text: text))
  }

  /// The diagnostics of a script without running it, in source order.
  ///
  /// - Parameters:
  ///   - text: the statements.
  ///   - name: what diagnostics call it.
  public func check(_ text: String, name: String = "script") -> [Diagnostic] {
    check(SourceText(name: name, text: text))
  }

  /// Looks at a script without running it: its tree, names and mistakes, and what may stand at a cursor.
  public func analyze(_ source: SourceText) -> ScriptAnalysis { engine.analyze(source) }

  /// The diagnostics of a script without running it, in source order.
  public func check(_ source: SourceText) -> [Diagnostic] { engine.check(source) }

  /// Parses a script, so that a shell can ask whether it is whole before it runs it.
  package func parse(_ source: SourceText) -> ParsedScript { engine.parse(source) }

  /// Starts main on a machine that a host has put in place and that has none.
  func takeOverBareMachine() {
    guard machine.processes[currentProcess] == nil, machine.processes.exitStatus(of: currentProcess) == nil,
      !machine.isHalted
    else { return }
    attachMachine()
    names = ProcessNames()
    startMain()
  }

  private func begin(
    _ run: OpenRun, _ body: (ScriptEngine.Options, () -> Void) -> RunOutcome
  ) -> RunOutcome {
    // What is refused because another run is open must not disturb that one.
    guard !engine.isRunning, !engine.isPaused else {
      // Nothing is said: the closure that hears it may be the one that tried.
      return body(ScriptEngine.Options(), {})
    }
    var run = run
    takeOverBareMachine()
    isInteractiveRun = run.isInteractive
    keepsStories = run.isStep
    (captures, capturedBytes) = ([], 0)
    if isStrict, !run.isInteractive { shellSettings.exitsOnFailure = true }
    returnFromDeadHome()
    toleratesDeadMain = (run.isInteractive || run.isStep) && !machine.isAlive(currentProcess)
    noteEndings()
    saidExpectations = 0
    heapLooks = 0
    isPanicSeen = false
    isPanicSaid = machine.isHalted
    isNotingSamples = recordsTimeline || recordSink != nil || Session.asksForTimeline(run.source)
    noteReported(run.source)
    let options = runOptions(run.source, isInteractive: run.isInteractive)
    // An input with mistakes does not run, and so there is nothing to take back.
    var before: SessionSnapshot?
    openRun = run
    let outcome = charging {
      body(options) { if run.isStep { before = snapshot() } }
    }
    run.before = before
    guard outcome == .paused else { return end(run, outcome) }
    openRun = run
    return .paused
  }

  /// How a text is run.
  private func runOptions(_ source: SourceText, isInteractive: Bool) -> ScriptEngine.Options {
    var options = ScriptEngine.Options()
    options.isInteractive = isInteractive
    options.tellsExpectations = heldExpectation != nil || recordSink != nil
    let isNoting = recordsTimeline || recordSink != nil || Session.asksForTimeline(source)
    if hasStatementHooks {
      options.marks = .everyStatementAndBlock
    } else if collectsStories || isNoting || attachedObserver != nil || afterStatement != nil {
      let isTopLevel = notesTopLevelOnly || isInteractive && (isTracing || isNoting)
      options.marks = isTopLevel ? .topLevel : .everyStatement
    }
    return options
  }

  private func end(_ run: OpenRun, _ outcome: RunOutcome) -> RunOutcome {
    openRun = nil
    openStatements = []
    leaveAllBlocks()
    if let before = run.before {
      noteStep(
        SessionInput(run.source, outcome, process: homeName, isScript: !run.isInteractive), before: before)
    }
    if let failure = outcome.failure {
      for diagnostic in failure.diagnostics.dropFirst(min(saidExpectations, failedExpectations.count)) {
        if recordSink != nil {
          tell(.diagnostic(diagnostic))
        } else {
          deliver(.diagnostic, diagnosticRenderer.render(diagnostic))
        }
      }
    }
    // A script that leaves a dead machine behind has failed, unless it asked what the kernel's last words were.
    if outcome == .finished, !run.isInteractive, let words = machine.panic, !isPanicSeen {
      return .failed(ScriptFailure(kind: .panic(words)))
    }
    return outcome
  }
}
