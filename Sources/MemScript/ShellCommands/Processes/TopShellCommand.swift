// top in batch mode: the processes with the most memory, under a summary of the machine.

import KernelText
import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// procps-ng's top, one picture of the machine at a time.
  static let top = ShellCommand(
    name: "top", usage: "-b [-n COUNT] [-d SECONDS] [-o FIELD] [-p PID]", source: "top(1)",
    summary: "Prints a summary of the machine and its processes.",
    details:
      "-n repeats it, -d seconds of simulated time apart (3 when it is left out), -o %MEM, RES, VIRT or PID sorts, -p "
      + "chooses a process. No process uses processor time, so that all come by PID unless -o says otherwise.",
    style: .synopsis,
    options: OptionTable(
      flags: "bciSH1", valued: "ndop", notModelled: ["u", "U", "w", "E", "e", "s", "v"])
  ).entry { run in
    let options = try run.options()
    guard options.has("b") else {
      throw ScriptError(notModelled: "top without -b fills a terminal, which", hint: "write `top -b -n1`")
    }
    if let operand = options.operands.first {
      throw run.command.usageFailure("unknown option '\(operand.text)'")
    }
    let count = try positive(options.value("n"), "bad iterations argument", &run) ?? 1
    let delay = try seconds(options.value("d"), &run) ?? 3_000_000
    for round in 0..<count {
      if round > 0 {
        run.print("\n")
        run.session.machine.sleep(microseconds: delay)
      }
      try run.session.budget.charge(64)
      run.print(try TopText(run, options).text)
    }
  }

  private static func positive(_ value: ShellWord?, _ problem: String, _ run: inout ShellRun) throws -> Int? {
    guard let value else { return nil }
    guard let number = Int(value.text), number > 0 else {
      throw ShellFailure("\(run.command.name): \(problem) '\(value.text)'")
    }
    return number
  }

  /// A number of seconds with a fraction, in microseconds.
  static func seconds(_ value: ShellWord?, _ run: inout ShellRun) throws -> UInt64? {
    guard let value else { return nil }
    guard let number = Double(value.text), number >= 0, number < 1e9 else {
      throw ShellFailure("\(run.command.name): bad delay interval '\(value.text)'")
    }
    return UInt64((number * 1_000_000).rounded())
  }
}

/// What top prints at a moment.
private struct TopText {
  private(set) var text: String

  init(_ run: ShellRun, _ options: ShellOptions) throws {
    let machine = run.session.machine
    var rows = machine.work.map(machine.processes.all.map { $0 }, units: 16) { ($0, PsRow($0, on: machine)) }
    if let chosen = options.value("p") {
      rows = rows.filter { row in chosen.text.split(separator: ",").contains { $0 == "\(row.1.process)" } }
    }
    switch options.value("o")?.text.uppercased().drop(while: { $0 == "+" || $0 == "-" }) {
    case nil, "PID"?, "%CPU"?, "TIME+"?: break
    case "%MEM"?, "RES"?: rows.sort { ($1.1.resident, $0.1.process) < ($0.1.resident, $1.1.process) }
    case "VIRT"?: rows.sort { ($1.1.virtual, $0.1.process) < ($0.1.virtual, $1.1.process) }
    case "COMMAND"?: rows.sort { ($0.1.name, $0.1.process) < ($1.1.name, $1.1.process) }
    case let field?: throw ShellFailure("top: unrecognized field name '\(field)'")
    }
    let states = machine.processes.all.map(\.isAlive)
    let memory = MemoryInformation(of: machine)
    let clock = CalendarTime(microseconds: machine.clock)
    text =
      "top - \(clock.text("%T")) up \(Self.upTime(machine.clock)),  0 users,  load average: 0.00, 0.00, 0.00\n"
    text +=
      "Tasks: \(states.count.decimal(3)) total, \(1.decimal(3)) running, "
      + "\(max(0, states.count { $0 } - 1).decimal(3)) sleeping,   0 stopped, \(states.count { !$0 }.decimal(3)) zombie\n"
    text += "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st \n"
    let cache = memory.buffers + memory.cacheAndReclaimableSlab
    text +=
      "MiB Mem : \(Self.mebibytes(memory.total)) total, \(Self.mebibytes(memory.free)) free, "
      + "\(Self.mebibytes(memory.used)) used, \(Self.mebibytes(cache)) buff/cache     \n"
    text +=
      "MiB Swap: \(Self.mebibytes(memory.swapTotal)) total, \(Self.mebibytes(memory.swapFree)) free, "
      + "\(Self.mebibytes(memory.swapTotal - memory.swapFree)) used. \(Self.mebibytes(memory.available)) avail Mem \n\n"
    text += "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n"
    for (process, row) in rows {
      let resident = process.addressSpace.resident
      let shared = process.isAlive ? (resident.file + resident.shared) * 4 : 0
      text +=
        "\(String(row.process).alignedRight(7)) \(row.user.alignedLeft(8))  20   0 "
        + "\(Self.amount(row.virtual, 7)) \(Self.amount(row.resident, 6)) \(Self.amount(shared, 6)) \(row.state)   0.0 "
        + "\("\(row.residentPermille / 10).\(row.residentPermille % 10)".alignedRight(5))   0:00.00 \(row.name)\n"
    }
  }

  private static func upTime(_ clock: UInt64) -> String {
    let minutes = Int(clamping: clock / 60_000_000)
    let days = minutes / 1440
    let hours = minutes / 60 % 24
    let head = days == 0 ? "" : days == 1 ? "1 day, " : "\(days) days, "
    return head
      + (hours == 0
        ? "\(minutes % 60) min" : "\(hours.decimal(2)):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)")
  }

  /// KiB in MiB with one digit behind the point.
  private static func mebibytes(_ kibibytes: Int) -> String {
    ((try? PrintfText.text("%.1f", [.double(Double(kibibytes) / 1024)])) ?? "").alignedRight(8)
  }

  /// KiB as top scales them to a column.
  private static func amount(_ kibibytes: Int, _ width: Int) -> String {
    let plain = String(kibibytes)
    if plain.utf8.count <= width { return plain.alignedRight(width) }
    for (index, unit) in ["m", "g", "t"].enumerated() {
      var scale = 1024.0
      for _ in 0..<index { scale *= 1024 }
      let text = ((try? PrintfText.text("%.1f", [.double(Double(kibibytes) / scale)])) ?? "") + unit
      if text.utf8.count <= width { return text.alignedRight(width) }
    }
    return plain
  }
}
