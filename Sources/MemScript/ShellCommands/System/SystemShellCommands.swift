// uname, nproc, uptime and dmesg: the machine as a whole.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU uname.
  static let uname = ShellCommand(
    name: "uname", usage: "[-asnrvmo]", source: "uname(1)", summary: "Prints the kernel's name and version.",
    style: .tryHelp,
    options: OptionTable(
      flags: "asnrvmpio",
      long: [
        ("all", "a"), ("kernel-name", "s"), ("nodename", "n"), ("kernel-release", "r"),
        ("kernel-version", "v"), ("machine", "m"), ("processor", "p"), ("hardware-platform", "i"),
        ("operating-system", "o"),
      ])
  ).entry { run in
    let options = try run.options()
    if let extra = options.operands.first { throw run.command.usageFailure("extra operand '\(extra.text)'") }
    let identity = SystemIdentity(of: run.session.machine)
    let parts: [(letter: Character, text: String)] = [
      ("s", "Linux"), ("n", identity.hostName), ("r", identity.release), ("v", identity.version),
      ("m", identity.machine), ("p", "unknown"), ("i", "unknown"), ("o", "GNU/Linux"),
    ]
    let wanted = parts.filter { part in
      // -a leaves out what is unknown.
      options.has("a") ? part.text != "unknown" : options.has(part.letter)
    }
    run.print((wanted.isEmpty ? ["Linux"] : wanted.map(\.text)).joined(separator: " ") + "\n")
  }

  /// GNU nproc.
  static let nproc = ShellCommand(
    name: "nproc", usage: "", source: "nproc(1)", summary: "Prints how many CPUs the machine has.",
    style: .tryHelp,
    options: OptionTable(flags: "a", long: [("all", "a")], notModelled: ["ignore"])
  ).entry { run in
    let options = try run.options()
    if let extra = options.operands.first { throw run.command.usageFailure("extra operand '\(extra.text)'") }
    run.print("\(run.session.machine.configuration.cpus)\n")
  }

  /// procps-ng's uptime, as far as there are times.
  static let uptime = ShellCommand(
    name: "uptime", usage: "[-p]", source: "uptime(1)", summary: "Prints how long the machine has been up.",
    details:
      "The simulated clock starts at 0 when the machine boots. Users and load are not modelled and left out.",
    style: .synopsis,
    options: OptionTable(
      flags: "p", long: [("pretty", "p")], notModelled: ["s", "since", "V", "version"])
  ).entry { run in
    let options = try run.options()
    guard options.operands.isEmpty else { throw run.command.usageFailure() }
    let clock = run.session.machine.clock
    let minutes = Int(clamping: clock / 60_000_000)
    let time = CalendarTime(microseconds: clock).text("%T")
    run.print(options.has("p") ? UptimeText.pretty(minutes) : " \(time) up \(UptimeText.plain(minutes))")
  }

  /// util-linux's dmesg.
  static let dmesg = ShellCommand(
    name: "dmesg", usage: "[options]", source: "dmesg(1)", summary: "Prints the kernel's log.",
    details:
      "-c prints and clears it, -C clears it, -t leaves the times out, -T shows them as dates. Times are seconds of the simulated "
      + "clock.",
    style: .tryHelp,
    options: OptionTable(
      flags: "cCtT", long: [("read-clear", "c"), ("clear", "C"), ("notime", "t"), ("ctime", "T")],
      notModelled: [
        "H", "w", "W", "l", "f", "k", "u", "x", "d", "e", "r", "n", "D", "E", "L", "F", "J", "S", "s",
        "p",
        "human", "follow", "level", "facility", "decode", "kernel", "raw", "color", "json",
        "reltime",
        "show-delta", "time-format", "nopager", "V", "version",
      ]), worksAfterPanic: true
  ).entry { run in
    let options = try run.options()
    guard options.operands.isEmpty else { throw run.command.usageFailure("bad usage") }
    if !options.has("C") {
      for line in run.session.machine.log.lines {
        let date = "[\(CalendarTime(microseconds: line.time).text("%c"))] "
        run.print(
          (options.has("t") ? line.text : options.has("T") ? date + line.text : line.formatted) + "\n")
      }
    }
    if options.has("c") || options.has("C") { run.session.machine.clearLog() }
  }
}

/// How uptime(1) prints minutes.
enum UptimeText {
  /// ` 1:05`.
  static func plain(_ minutes: Int) -> String {
    let days = minutes / 1440
    let hours = minutes / 60 % 24
    let dayText = days == 0 ? "" : days == 1 ? "1 day, " : "\(days) days, "
    let rest = hours == 0 ? "\(minutes % 60) min" : "\(hours.decimal(2)):\(two(minutes % 60))"
    return "\(dayText)\(rest)\n"
  }

  /// `up 1 hour, 5 minutes`.
  static func pretty(_ minutes: Int) -> String {
    var parts: [String] = []
    let units = [(minutes / 10_080, "week"), (minutes / 1440 % 7, "day"), (minutes / 60 % 24, "hour")]
    for (count, unit) in units where count > 0 { parts.append("\(count) \(unit)\(count == 1 ? "" : "s")") }
    let rest = minutes % 60
    if rest > 0 || parts.isEmpty { parts.append("\(rest) minute\(rest == 1 ? "" : "s")") }
    return "up " + parts.joined(separator: ", ") + "\n"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
