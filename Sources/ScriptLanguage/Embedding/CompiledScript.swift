// A script that was compiled, to be run often.

/// A source text that was compiled once; made by `ScriptEngine/compile(_:)`, run as often as you like.
///
/// It belongs to the thread of its engine. Run by another engine, or after the engine's names have changed, it is
/// compiled again without being asked for.
public final class CompiledScript {
  /// The text.
  public let source: SourceText
  /// How its expects and statements behave when it runs.
  let options: RunOptions
  /// The code, and for which state of which engine; nil when it has to be compiled again.
  var program: Program?
  private(set) weak var engine: ScriptEngine?

  init(_ source: SourceText, options: RunOptions, program: Program, engine: ScriptEngine) {
    self.source = source
    self.options = options
    self.program = program
    self.engine = engine
  }

  /// Makes the code that of another engine.
  func adopt(_ program: Program, by engine: ScriptEngine) {
    self.program = program
    self.engine = engine
  }
}
