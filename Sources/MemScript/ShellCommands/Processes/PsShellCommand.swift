// ps(1): the processes.

import LinuxMemory

extension ShellCommands {
  /// procps-ng's ps.
  static let ps = ShellCommand(
    name: "ps", usage: "[options]", source: "ps(1)",
    summary: "Prints the processes.",
    details:
      "ps, ps aux, ps x, ps v, ps -e, ps -f; -o pid,comm,rss,vsz chooses columns, -p and -C processes, -L every thread, "
      + "--sort=-rss an order. Columns: \(PsColumn.all.flatMap(\.names).joined(separator: " ")). "
      + "No process has a terminal or has used processor time; clock times count from boot.",
    style: .synopsis
  ).entry { run in
    let arguments = try PsArguments(run.words)
    let machine = run.session.machine
    var rows: [PsRow] = []
    for process in machine.processes.all where machine.work.spend(8) {
      if let numbers = arguments.numbers, !numbers.contains(process.id.rawValue) { continue }
      if let names = arguments.names, !names.contains(process.name) { continue }
      rows.append(PsRow(process, on: machine))
      guard arguments.showsThreads else { continue }
      for thread in process.threads where thread.isAlive && machine.work.spend(8) {
        rows.append(PsRow(process, thread: thread, on: machine))
      }
    }
    if rows.isEmpty { run.status = 1 }
    for key in arguments.sortKeys.reversed() { rows = key.sort(rows) }
    let columns =
      arguments.columns.isEmpty
      ? arguments.format.columns(showsThreads: arguments.showsThreads) : arguments.columns
    run.print(PsTable(columns: columns, hidesHeadings: arguments.hidesHeadings).text(rows, machine.work))
  }
}

extension PsArguments.Format {
  /// The columns of the format.
  func columns(showsThreads: Bool) -> [PsColumn] {
    switch self {
    case .plain where showsThreads: Self.named("pid", "lwp", "tname", "time", "ucmd")
    case .full where showsThreads:
      [.fullUser] + Self.named("pid", "ppid", "lwp") + [.processorShare]
        + Self.named("nlwp", "stime", "tname", "time", "cmd")
    case .plain: Self.named("pid", "tname", "time", "ucmd")
    case .bsd: Self.named("pid", "tname", "stat") + [.shortTime] + Self.named("args")
    case .user:
      Self.named("user", "pid", "%cpu", "%mem", "vsz", "rss", "tname", "stat", "start_time") + [.shortTime]
        + Self.named("args")
    case .memory:
      Self.named("pid", "tname", "stat") + [.shortTime] + Self.named("maj_flt") + [.wideText]
        + Self.named("drs", "rss", "%mem", "args")
    case .full:
      [.fullUser] + Self.named("pid", "ppid") + [.processorShare]
        + Self.named("stime", "tname", "time", "cmd")
    }
  }

  private static func named(_ names: String...) -> [PsColumn] { names.compactMap { PsColumn.named($0) } }
}

extension PsArguments.SortKey {
  /// The rows in the key's order; equals stay as they are.
  func sort(_ rows: [PsRow]) -> [PsRow] {
    let keyed = rows.enumerated().map {
      (offset: $0.offset, row: $0.element, value: column.value($0.element))
    }
    return keyed.sorted { left, right in
      let isLess: Bool
      if let first = Int(left.value), let second = Int(right.value) {
        if first == second { return left.offset < right.offset }
        isLess = first < second
      } else {
        if left.value == right.value { return left.offset < right.offset }
        isLess = left.value < right.value
      }
      return isLess != descends
    }.map(\.row)
  }
}
