// The host's commands as the parser and the compiler look them up.

/// The commands by name and style.
struct CommandTable {
  let signatures: [CommandSignature]
  /// What to write instead of a name that is no command, where the host knows.
  let advice: (String) -> String?
  private(set) var calls: [String: Int] = [:]
  private(set) var shells: [String: Int] = [:]

  /// The place of a command among the host's; nil when the host has none of that name and style.
  subscript(command: CommandName) -> Int? {
    command.style == .call ? calls[command.name] : shells[command.name]
  }

  /// The first command of a name and style wins.
  init(_ signatures: [CommandSignature], advice: @escaping (String) -> String? = { _ in nil }) {
    self.signatures = signatures
    self.advice = advice
    for (index, signature) in signatures.enumerated() {
      switch signature.style {
      case .call: calls[signature.name] = calls[signature.name] ?? index
      case .shell: shells[signature.name] = shells[signature.name] ?? index
      }
    }
  }
}

/// A command of the host by name, so that code can be used with any host that has it.
struct CommandName: Sendable, Hashable {
  var name: String
  var style: CommandSignature.Style
}
