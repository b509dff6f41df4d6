// The commands to the REPL itself, which start with a dot.

/// One input that is meant for the REPL, not for the language.
enum DotCommand: Equatable {
  /// Tell about a command, or list all of them.
  case help(topic: String?)
  /// Leave.
  case quit
  /// Take the last inputs back.
  case undo(count: Int)
  /// Show what each layer did, or stop showing it.
  case trace(on: Bool)
  /// Something else; the text says what is wrong.
  case mistake(String)

  /// All names, sorted, for completion.
  static let names = [".help", ".quit", ".trace", ".undo"]

  /// What `.help` says about them.
  static let overview = """
    The shell itself
      .help [NAME]    this list, or the page of one command
      .undo [N]       take back the last input, or the last N
      .trace on|off   show or hide what each layer did
      .quit           leave, as Ctrl-D does

    """

  /// Reads an input; nil when it does not start with a dot, and is not what people type who look for the dot.
  init?(_ input: String) {
    var words = input.split(whereSeparator: \.isWhitespace).map(String.init)
    if (words.first == "help" && words.count <= 2) || words == ["quit"] { words[0] = "." + words[0] }
    guard let name = words.first, name.hasPrefix(".") else { return nil }
    let operands = words.dropFirst()
    switch (name, operands.first) {
    case (".help", let topic) where operands.count <= 1:
      self = .help(topic: topic)
    case (".quit", nil), (".exit", nil):
      self = .quit
    case (".undo", nil):
      self = .undo(count: 1)
    case (".undo", let count?) where operands.count == 1:
      if let count = Int(count), count > 0 {
        self = .undo(count: count)
      } else {
        self = .mistake("'\(count)' is not a number of inputs to take back")
      }
    case (".trace", "on"?) where operands.count == 1:
      self = .trace(on: true)
    case (".trace", "off"?) where operands.count == 1:
      self = .trace(on: false)
    case (".trace", _):
      self = .mistake("write '.trace on' or '.trace off'")
    case (".help", _), (".quit", _), (".exit", _), (".undo", _):
      self = .mistake("'\(name)' does not take '\(operands.joined(separator: " "))'")
    default:
      self = .mistake("there is no '\(name)'; the REPL knows \(Self.names.joined(separator: ", "))")
    }
  }
}
