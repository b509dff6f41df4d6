// What Tab offers in the shell: its own commands, and what the session knows.

import MemScript

/// Completion of a line of the shell.
struct ShellCompletion {
  let shell: Shell

  /// What may stand at the cursor, see ``LineCompletion/Provider``.
  func completions(for line: String, at cursor: Int) -> (start: Int, words: [String]) {
    let typed = String(decoding: line.utf8.prefix(cursor), as: UTF8.self)
    if let quote = typed.lastIndex(of: "\""), typed[..<quote].split(separator: " ").last == "include" {
      let path = String(typed[typed.index(after: quote)...])
      return (cursor - path.utf8.count, HostFiles.completions(of: path))
    }
    guard typed.hasPrefix(".") else { return shell.session.completions(for: line, at: cursor) }
    let word = String(typed.reversed().prefix { $0 != " " }.reversed())
    let start = cursor - word.utf8.count
    let before = typed.dropLast(word.count).split(separator: " ")
    guard let head = before.first, let command = try? DotCommands.command(String(head.dropFirst())) else {
      return (0, DotCommands.names.filter { $0.hasPrefix(typed) })
    }
    let index = min(before.count - 1, command.operands.count - 1)
    guard index >= 0, before.count <= command.counts.upperBound else { return (start, []) }
    return (start, words(for: command.operands[index], word).filter { $0.hasPrefix(word) })
  }

  private func words(for operand: DotCommand.Operand, _ word: String) -> [String] {
    let session = shell.session
    switch operand {
    case .topic: return (session.helpNames + DotCommands.names).sorted()
    case .state: return (session.checkpointNames + session.branchNames + ["now"]).sorted()
    case .branch: return (session.branchNames + session.checkpointNames).sorted()
    case .process: return session.processNames
    case .file: return HostFiles.completions(of: word)
    case .scenario: return Scenario.all.map(\.name).sorted()
    case .words(let words): return words
    }
  }
}
