// How much a script may take from its host.

/// The limits of one engine. Reaching one is a diagnostic that names the limit and how to raise it.
public struct ScriptLimits: Sendable, Equatable {
  /// How many steps one run may take, nil for no limit. A step is one round of a loop or one call.
  public var steps: Int?
  /// How many calls of script functions may be active at once.
  public var callDepth: Int
  /// How deep expressions and blocks may nest in the source text. A level takes up to 1 KiB of the host's stack
  /// in a release build and 5 KiB in a debug build.
  public var nestingDepth: Int
  /// How many bytes strings, lists and the stack of a script may take together.
  public var heapBytes: Int
  /// How many bytes one source text may have.
  public var sourceBytes: Int
  /// How deep `include` may nest.
  public var includeDepth: Int

  /// Makes limits; every argument has a default that ordinary scripts stay far below.
  public init(
    steps: Int? = nil, callDepth: Int = 20_000, nestingDepth: Int = 64,
    heapBytes: Int = 256 << 20, sourceBytes: Int = 16 << 20, includeDepth: Int = 16
  ) {
    self.steps = steps
    self.callDepth = callDepth
    self.nestingDepth = nestingDepth
    self.heapBytes = heapBytes
    self.sourceBytes = sourceBytes
    self.includeDepth = includeDepth
  }
}
