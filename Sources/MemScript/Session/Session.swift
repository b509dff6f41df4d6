// One interpreter with its machine: what an embedder holds.

import LinuxMemory
import ScriptLanguage

/// An interpreter of the language, bound to a simulated machine.
///
/// A session boots its machine when it is made and keeps variables, functions and the machine's state from one
/// `run` to the next. It is not thread-safe; `interruption` alone may be used from elsewhere.
public final class Session {
  /// The simulated machine; assigning another one replaces the state as a whole.
  public var machine: Machine {
    @inline(__always) _read { yield presentMachine }
    @inline(__always) _modify {
      isMachineTouched = true
      yield &presentMachine
    }
  }
  /// What ``machine`` stands for.
  private var presentMachine: Machine
  /// Whether ``machine`` was given out to be changed since the host's present command began.
  @exclusivity(unchecked) var isMachineTouched = false
  /// The process for which commands act now.
  public internal(set) var currentProcess: ProcessID {
    didSet {
      noteEndings()
      machine.actor = currentProcess
    }
  }
  /// The shell's `$?`: what the last shell command or process block ended with, 0…255.
  public internal(set) var status: Int32 = 0
  /// The shell's current directory: an absolute path.
  public internal(set) var workingDirectory = "/"
  /// Whether a failing shell command ends the script, as after `set -e`.
  public var isStrict = false
  /// Whether inputs go on behind a failing command, as in a shell, whatever `set -e` says.
  package var goesOnAfterFailure = false
  /// The shell's own settings.
  var shellSettings = ShellSettings()
  /// What is printed for who reads the output of commands, innermost last.
  var captures: [String] = []
  /// How many bytes are kept so.
  var capturedBytes = 0
  /// The status of the last command of the present pipeline that failed and was not the last.
  var upstreamFailure: Int32 = 0
  /// The status before the present shell command.
  var previousStatus: Int32 = 0
  /// Whether the present run is one input of a shell.
  var isInteractiveRun = false
  /// The bytes of a pointer on the machine; kept, as asking the machine takes longer than what is done with it.
  package private(set) var wordBytes = 8
  /// The addresses that variables held when a machine was booted away, and that nobody has given out since.
  @exclusivity(unchecked) var staleAddresses: Set<UInt64> = []
  /// What the shell exports to the programs it starts.
  var exportedVariables = ExportedVariables()
  /// Whether each statement reports what the layers did.
  public var isTracing = false {
    didSet { observersChanged() }
  }
  /// How much is reported then.
  public var traceLevel = TraceLevel.brief
  /// Gets what happens on the session's machine, whichever that is, while it happens; nil for nobody.
  public var eventObserver: (any EventObserver)? {
    didSet { observersChanged() }
  }
  /// Who iterates over events; nil before the first asks.
  var eventStreams: EventStreams?
  /// Asked before each statement of a run, also in functions that are defined from now on: whether it goes on, stops or
  /// pauses there. Of a loop, a condition or a block it gets the head and then what is in it.
  public var statementWillRunHook: ((ScriptStatement) -> StatementAction)?
  /// Asked after each statement of a run, see ``statementWillRunHook``.
  public var statementDidRunHook: ((ScriptStatement) -> StatementAction)?
  /// The statements that have begun and not ended, for the hook behind them.
  var openStatements: [ScriptStatement] = []
  /// Whether a value is being computed for the host.
  var isEvaluating = false
  /// The run that has begun and not ended, which may be paused.
  var openRun: OpenRun?
  /// Reads an included file: takes its path, which starts at the folder of the including source's name, and
  /// returns its bytes. Nil, the default, refuses every `include`.
  public var includeLoader: ((_ path: String) throws -> [UInt8])?

  /// Reads the folder or archive of a captured machine for `machine from="PATH"`: takes its path, which starts at the folder
  /// of the script as for an include, and returns the files. Nil, the default, refuses it.
  public var captureLoader: ((_ path: String) throws -> MachineCapture.Files)?

  /// How diagnostics are rendered; set `color` for a terminal.
  public var diagnosticRenderer = DiagnosticRenderer()

  let sink: (OutputKind, String) throws -> Void
  let overrides: [MachineSetting]
  /// What was booted first.
  var firstConfiguration: MachineConfiguration
  // What each call of a script looks at is not checked for overlapping accesses: nobody holds it while it changes.
  @exclusivity(unchecked) var commands: [BoundCommand]
  var names = ProcessNames()
  var blocks: [ProcessBlock] = []
  /// The states that can be gone back to.
  var timeline = Timeline()
  /// The inputs that led to the present state.
  var path = InputPath()
  /// How many inputs that were taken back were lost since somebody asked.
  var unrepeatable = 0
  var tracePoint: TracePoint?
  /// What happened since the traced statement began.
  let collector = TraceCollector()
  /// Whether somebody may ask why: the run is an input of a shell.
  var keepsStories = false
  /// What happened in the last traced statement in which a layer acted.
  var lastStory: KeptStory?
  /// What was said of a death in the present statement.
  var deathWords: String?
  /// The last stories of what people ask about.
  var stories: [WhyTopic: KeptStory] = [:]
  /// Whether each statement is noted for the timeline; a script that asks for the timeline is noted anyway.
  public var recordsTimeline = false
  /// Whether only statements of the outermost level are noted, a whole loop or block as one, as in a shell.
  package var notesTopLevelOnly = false
  /// Whether the statements of this run are noted.
  var isNotingSamples = false
  /// How many machines were booted before the present one.
  var bootCount = 0
  /// The figures behind the statements so far.
  var samples = TimelineView()
  /// The present statement's line and beginning.
  var statementLine = 0
  var statementText = ""
  /// Takes what the session says as records instead of text; nil for text. Like an observer, it must not use the session. It may refuse one, which ends the run.
  public var recordSink: ((SessionRecord) throws -> Void)? {
    didSet { observersChanged() }
  }
  private lazy var recordingObserver = RecordingObserver(self)
  /// Told of each `expect` that held; nil for nobody.
  package var heldExpectation: ((SourceLocation) -> Void)?
  /// Takes each `expect` that failed; nil when it is said as a diagnostic.
  package var failedExpectation: ((Diagnostic) -> Void)?
  /// Who hears of the machine's events.
  private(set) var attachedObserver: (any EventObserver)?
  /// What is collected for a report; nil for nothing.
  var report: RunReport?
  /// What was printed since the report began.
  var reportedOutput = ""
  /// How many lines the report's script had before the present source.
  var reportedLines = 0
  /// What pictures are made of.
  public var viewStyle = ViewStyle()
  /// How many columns a line of the trace may have; nil for no limit.
  package var lineWidth: Int?
  /// Words that the trace has explained.
  var explainedWords: Set<String> = []
  /// The process in whose name inputs act, when it is not main, see ``stay(in:)``.
  package internal(set) var homeName: String?
  /// What the last bare expression of a shell came to: the variable `_`.
  var lastValue = ScriptValue.null
  /// What is to be found out, when the session runs another one's inputs again.
  var rehearsal: Rehearsal?
  /// How often the present input has looked at a heap.
  var heapLooks = 0
  /// How many steps may go into what nobody has asked for: what another setting would have changed.
  var unaskedSteps = 4_000_000
  /// Called after each statement, for tests that look at the machine then.
  var afterStatement: ((Session) -> Void)?
  /// How many statements have begun; the last one's number.
  var statementCount = 0
  /// The machine's `endingCount` when the acting process was last seen alive.
  @exclusivity(unchecked) var seenEndings = 0
  /// Whether `main` was dead when an interactive input began: the shell goes on without it.
  @exclusivity(unchecked) var toleratesDeadMain = false
  /// Whether a panic of the present machine was said.
  var isPanicSaid = false
  /// Whether the script of this run asked for the words of a panic.
  var isPanicSeen = false
  /// How many failed `expect`s of this run were said when they happened.
  var saidExpectations = 0
  /// What a script may use of the host; a change counts from the next run on.
  public var limits: ScriptLimits {
    didSet { engine.limits = limits }
  }
  /// The language engine.
  private(set) lazy var engine = ScriptEngine(host: SessionHost(self), limits: limits)
  /// Charges the machine's work to the run.
  private let work = SessionWork()
  /// Counts the machine's work.
  let meter: WorkMeter

  /// Boots a machine and makes an interpreter for it that knows certain commands.
  ///
  /// - Parameter overrides: settings that win over those of scripts.
  convenience init(
    commands: [BoundCommand], machine configuration: MachineConfiguration, overrides: [MachineSetting],
    limits: ScriptLimits, output: @escaping (OutputKind, String) throws -> Void
  ) throws(ConfigurationError) {
    self.init(
      commands: commands, machine: try Machine(configuration: configuration), first: configuration,
      overrides: overrides, limits: limits, output: output)
    attachMachine()
    startMain()
  }

  /// Makes an interpreter for a machine that has been booted.
  ///
  /// - Parameter first: what was booted first.
  init(
    commands: [BoundCommand], machine: Machine, first: MachineConfiguration, overrides: [MachineSetting],
    limits: ScriptLimits, output: @escaping (OutputKind, String) throws -> Void
  ) {
    sink = output
    meter = WorkMeter(observer: work)
    self.overrides = overrides
    self.limits = limits
    self.commands = commands
    firstConfiguration = first
    presentMachine = machine
    self.currentProcess = ProcessID(0)
    work.attach(to: self)
  }

  /// Charges what the machine does meanwhile to the engine's run.
  func charging<Result>(_ body: () -> Result) -> Result {
    // The host may have put another machine in place.
    attachMachine()
    work.arm(true)
    defer {
      work.arm(false)
      meter.restart()
    }
    return body()
  }

  /// Charges the present machine's work to this session, and tells its observers what happens there.
  func attachMachine() {
    machine.work = meter
    wordBytes = machine.configuration.architecture.profile.wordSize
    machine.events.statement = statementCount
    machine.events.observer = attachedObserver
  }

  /// Tells the present machine who hears of events from now on.
  func observersChanged() {
    collectsStories = isTracing || report != nil
    attachedObserver = observer
    attachMachine()
  }

  /// Whether what happens in each statement is put together: for the trace, or for a report. Kept, as each call asks.
  @exclusivity(unchecked) private(set) var collectsStories = false

  /// Who hears of events now: the trace, the host, both or nobody.
  private var observer: (any EventObserver)? {
    let own: [any EventObserver] =
      (collectsStories ? [collector] : []) + (recordSink == nil ? [] : [recordingObserver])
      + [eventObserver, eventStreams].compactMap { $0 }
    return own.dropFirst().reduce(own.first) { first, next in first.map { EventFanOut($0, next) } }
  }

  deinit { eventStreams?.finish() }

  /// Says `text` on the standard output.
  public func emit(_ text: String) { output(.standard, text) }
}

/// A catalogue entry as a session dispatches to it; a class, so that a call copies no entry.
final class BoundCommand: Sendable {
  let entry: CatalogueEntry
  let handler: CatalogueEntry.Handler
  let layer: CatalogueEntry.Layer

  init(_ entry: CatalogueEntry) {
    self.entry = entry
    handler = entry.handler
    layer = entry.layer
  }

  var isCall: Bool { entry.signature.style == .call }
}
