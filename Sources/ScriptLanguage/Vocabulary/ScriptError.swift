// What a command throws.

/// A mistake of the script that only running it shows.
public struct ScriptError: Error, Equatable, Sendable {
  /// What kind of failure it is.
  public var kind: FailureKind
  /// What is wrong, in one line.
  public var message: String
  /// The argument or word to underline, counted from 0; nil underlines the whole call.
  public var argument: Int?
  /// What would be right, or how to raise a limit, in one line.
  public var hint: String?
  /// What should stand in the place that is underlined, where that is known.
  package var replacement: String?

  /// Makes an error.
  public init(
    _ message: String, kind: FailureKind = .value, argument: Int? = nil, hint: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.argument = argument
    self.hint = hint
  }

  /// Makes the error of what Linux has and the simulation has not.
  ///
  /// - Parameters:
  ///   - what: its name; the message says that it is not modelled.
  ///   - argument: the argument or word to underline, counted from 0.
  ///   - hint: what would be right.
  public init(notModelled what: String, argument: Int? = nil, hint: String? = nil) {
    self.init("\(what) is not modelled", kind: .notModelled(what), argument: argument, hint: hint)
  }
}

extension ScriptError: CustomStringConvertible {
  /// What is wrong, in a line.
  public var description: String { message }
}

/// Thrown by a command when the process that it ran for is gone: execution goes on behind one of the open `process`
/// blocks, or the script ends when the process is `main`.
public struct BlockExit: Error, Equatable, Sendable {
  /// The block that is left with all blocks in it: how many blocks stay open.
  public var openBlocks: Int
  /// Its exit status as a shell reports it: 0…255, or 128 + the signal.
  public var status: Int32
  /// Whether the whole script ends with `status` (the process was `main`).
  public var endsScript: Bool
  /// The signal that ended the process; nil when it ended of its own will.
  public var signal: Int32?

  /// Makes an exit.
  public init(openBlocks: Int, status: Int32, endsScript: Bool, signal: Int32? = nil) {
    self.signal = signal
    self.openBlocks = openBlocks
    self.status = status
    self.endsScript = endsScript
  }
}
