// overcommit N and oom_adj N: short forms of echo to a file.

import ScriptLanguage

extension ShellCommands {
  /// `overcommit 1`: the overcommit mode.
  static let overcommit = CatalogueEntry.call(
    "overcommit", [CommandSignature.Parameter("mode", .integer)], layer: .shell, source: "proc(5)",
    summary: "Sets the overcommit mode: short for echo MODE > /proc/sys/vm/overcommit_memory.",
    details: "0 refuses what can never fit, 1 refuses nothing, 2 stays within the commit limit."
  ) { session, arguments in
    try echo(try arguments.integer(0), to: "/proc/sys/vm/overcommit_memory", session)
  }

  /// `oom_adj 3`: the current process's adjustment on the old scale.
  static let oomAdjustment = CatalogueEntry.call(
    "oom_adj", [CommandSignature.Parameter("value", .integer)], layer: .shell, source: "proc(5)",
    summary: "Sets the current process's oom_adj: short for echo VALUE > /proc/self/oom_adj.",
    details: "-17 protects it from the OOM killer, 15 offers it first; the kernel keeps oom_score_adj."
  ) { session, arguments in
    try echo(try arguments.integer(0), to: "/proc/self/oom_adj", session)
  }

  /// Does what `echo VALUE > PATH` does.
  private static func echo(_ value: Int64, to path: String, _ session: Session) throws -> ScriptValue {
    let span = SourceSpan(source: 0, start: 0, end: 0)
    let redirection = ShellLine.Redirection(kind: .output, path: path, span: span)
    let line = ShellLine(words: [String(value)], spans: [span], redirections: [redirection])
    guard case .shell(let handler) = ShellCommands.echo.handler else { return .null }
    session.status = 0
    try handler(session, line)
    return .null
  }
}
