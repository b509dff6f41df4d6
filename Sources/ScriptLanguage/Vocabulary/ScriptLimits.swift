// How much a script may take from its host.

/// The limits of one engine. Reaching one is a diagnostic that names the limit and how to raise it.
public struct ScriptLimits: Sendable, Equatable {
  /// How many steps one run may take, nil for no limit. A step is a stated unit of work: one round of a loop, one
  /// call, one element that a built-in function touches, 64 bytes of text that are made or searched; hosts charge
  /// their own units through ``ScriptBudget``.
  public var steps: Int?
  /// How many bytes strings, lists and the stack of a script may take together, and how many its compilation may.
  public var heapBytes: Int
  /// How many bytes the host may keep for the script beside its heap, see `ScriptHost/stateByteCount`.
  public var stateBytes: Int
  /// How many bytes one run may print, nil for no limit. Diagnostics of the end of a run do not count.
  public var outputBytes: Int?
  /// When one run has to end, nil for no limit.
  public var deadline: ScriptDeadline?
  /// How many calls of script functions may be active at once.
  public var callDepth: Int
  /// How deep expressions and blocks may nest in the source text. A level takes up to 1 KiB of the host's stack
  /// in a release build and 5 KiB in a debug build.
  public var nestingDepth: Int
  /// How many bytes one source text may have, and all texts together that one program includes.
  public var sourceBytes: Int
  /// How deep `include` may nest.
  public var includeDepth: Int

  /// Makes limits; every argument has a default that ordinary scripts stay far below.
  public init(
    steps: Int? = nil, callDepth: Int = 20_000, nestingDepth: Int = 64,
    heapBytes: Int = 256 << 20, stateBytes: Int = 2 << 30, outputBytes: Int? = nil,
    deadline: ScriptDeadline? = nil, sourceBytes: Int = 16 << 20, includeDepth: Int = 16
  ) {
    self.steps = steps
    self.callDepth = callDepth
    self.nestingDepth = nestingDepth
    self.heapBytes = heapBytes
    self.stateBytes = stateBytes
    self.outputBytes = outputBytes
    self.deadline = deadline
    self.sourceBytes = sourceBytes
    self.includeDepth = includeDepth
  }
}

/// How long a run may take by a clock of the host's: the libraries read none themselves.
public struct ScriptDeadline: Sendable, Equatable {
  /// The time from the beginning of a run to its end.
  public let duration: Duration
  /// The clock; only differences of its readings count.
  public let now: @Sendable () -> Duration

  /// Makes a deadline.
  public init(_ duration: Duration, now: @escaping @Sendable () -> Duration) {
    self.duration = duration
    self.now = now
  }

  /// Whether two deadlines give a run equally long; clocks cannot be compared.
  public static func == (left: ScriptDeadline, right: ScriptDeadline) -> Bool {
    left.duration == right.duration
  }
}
