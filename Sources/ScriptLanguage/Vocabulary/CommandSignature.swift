// How a command is written in a script: its name, its style and its parameters.

/// What a host tells the language about one command: enough to parse, check and complete a use of it.
public struct CommandSignature: Sendable, Equatable {
  /// The two ways in which a command is written.
  public enum Style: Sendable, Equatable {
    /// A C call: `malloc(100M)`, or `malloc 100M` at the start of a statement or right after `=`.
    case call
    /// A shell command: words up to the end of the statement, `echo 3 > oom_adj`.
    case shell
  }

  /// What a parameter accepts.
  public enum ParameterKind: Sendable, Equatable {
    /// An integer (a size, a flag set, an identifier).
    case integer
    /// An address: a pointer, an integer, or `NULL`.
    case pointer
    /// A text.
    case string
    /// A whole or a floating-point number.
    case number
    /// `true` or `false`.
    case boolean
    /// A list.
    case list
    /// A map.
    case map
    /// An object of the host's.
    case object
    /// Any value.
    case any
  }

  /// One parameter of a C call.
  public struct Parameter: Sendable, Equatable {
    /// Its name, as the manual page spells it.
    public var name: String
    /// What it accepts.
    public var kind: ParameterKind
    /// Whether a call may leave it out; only parameters behind all required ones may be optional.
    public var isOptional: Bool

    /// Declares a parameter.
    public init(_ name: String, _ kind: ParameterKind, optional: Bool = false) {
      self.name = name
      self.kind = kind
      self.isOptional = optional
    }
  }

  /// The name that a script writes.
  public var name: String
  /// How it is written.
  public var style: Style
  /// Its parameters in order; empty for a shell command, which takes words.
  public var parameters: [Parameter]
  /// Whether a call may have any number of further arguments, as `printf` does.
  public var isVariadic: Bool

  /// Declares a command.
  public init(name: String, style: Style, parameters: [Parameter] = [], isVariadic: Bool = false) {
    self.name = name
    self.style = style
    self.parameters = parameters
    self.isVariadic = isVariadic
  }
}
