// Why a command of the host cannot be added.

/// A command that cannot be added to a session.
public enum CommandError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No script could write the name: it is no name, or a word of the language.
  case invalidName(String)
  /// There is a command of that name already; `replacing: true` takes its place.
  case alreadyExists(String)
  /// Two parameters have the same name, or a name is none.
  case invalidParameterName(String)
  /// There are other parameters than names for them.
  case parameterCount(names: Int, parameters: Int)
  /// A parameter that has to be there stands behind one that may be left out.
  case requiredAfterOptional(String)
  /// Something follows a parameter that takes all arguments.
  case variadicNotLast(String)

  /// The preset of a parameter does not fit its type.
  case invalidPreset(String)

  /// What is wrong, in a line.
  public var description: String {
    switch self {
    case .invalidName(let name): "a command cannot be called '\(name)'"
    case .alreadyExists(let name): "there is a command '\(name)' already; replacing: true takes its place"
    case .invalidParameterName(let name): "a parameter cannot be called '\(name)', or two are"
    case .parameterCount(let names, let parameters):
      "\(names) name\(names == 1 ? "" : "s") for \(parameters) parameter\(parameters == 1 ? "" : "s")"
    case .invalidPreset(let name): "what '\(name)' is when it is left out does not fit its type"
    case .requiredAfterOptional(let name):
      "'\(name)' has to be there, and stands behind one that may be left out"
    case .variadicNotLast(let name): "'\(name)' takes all arguments, and others follow it"
    }
  }
}
