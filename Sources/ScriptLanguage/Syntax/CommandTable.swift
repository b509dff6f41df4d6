// The host's commands as the parser and the compiler look them up.

/// The commands by name and style.
struct CommandTable {
  let signatures: [CommandSignature]
  private(set) var calls: [String: Int] = [:]
  private(set) var shells: [String: Int] = [:]

  /// The first command of a name and style wins.
  init(_ signatures: [CommandSignature]) {
    self.signatures = signatures
    for (index, signature) in signatures.enumerated() {
      switch signature.style {
      case .call: calls[signature.name] = calls[signature.name] ?? index
      case .shell: shells[signature.name] = shells[signature.name] ?? index
      }
    }
  }
}
