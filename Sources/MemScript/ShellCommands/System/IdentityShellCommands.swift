// date, id and hostname: when, who and where.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU date over the simulated clock.
  static let date = ShellCommand(
    name: "date", usage: "[-u] [+FORMAT]", source: "date(1)",
    summary: "Prints the time of the simulated clock, which begins with 1970 when the machine boots.",
    details:
      "FORMAT knows %s, %N, %Y, %m, %d, %H, %M, %S, %F, %T, %D, %a, %A, %b, %B, %e, %j, %y, %Z, %z, %n, %t and %%.",
    style: .tryHelp,
    options: OptionTable(
      flags: "u", long: [("utc", "u"), ("universal", "u")],
      notModelled: [
        "d", "s", "r", "R", "I", "f", "date", "set", "reference", "rfc-email", "iso-8601", "rfc-3339", "file",
      ])
  ).entry { run in
    let options = try run.options()
    let clock = CalendarTime(microseconds: run.session.machine.clock)
    guard let operand = options.operands.first else {
      return run.print(clock.text("%a %b %e %H:%M:%S %Z %Y") + "\n")
    }
    guard operand.text.hasPrefix("+") else {
      throw ShellFailure("date: invalid date ‘\(operand.text)’")
    }
    if options.operands.count > 1 {
      throw run.command.usageFailure("extra operand ‘\(options.operands[1].text)’")
    }
    run.print(clock.text(String(operand.text.dropFirst())) + "\n")
  }

  /// GNU id.
  static let id = ShellCommand(
    name: "id", usage: "[-u] [-g] [-n]", source: "id(1)",
    summary: "Prints the user that the current process runs as.",
    style: .tryHelp,
    options: OptionTable(
      flags: "ugGnr", long: [("user", "u"), ("group", "g"), ("groups", "G"), ("name", "n"), ("real", "r")],
      notModelled: ["a", "Z", "z", "context", "zero"])
  ).entry { run in
    let options = try run.options()
    if let operand = options.operands.first, operand.text != "root" {
      throw ShellFailure("id: ‘\(operand.text)’: no such user")
    }
    let user = run.session.machine.process(run.session.currentProcess)?.userID ?? 0
    let name = user == 0 ? "root" : "\(user)"
    if options.has("u") {
      run.print("\(options.has("n") ? name : "\(user)")\n")
    } else if options.has("g") || options.has("G") {
      run.print(options.has("n") ? "root\n" : "0\n")
    } else if options.has("n") {
      throw ShellFailure("id: cannot print only names or real IDs in default format")
    } else {
      run.print("uid=\(user)\(user == 0 ? "(root)" : "") gid=0(root) groups=0(root)\n")
    }
  }

  /// GNU whoami.
  static let whoami = ShellCommand(
    name: "whoami", usage: "", source: "whoami(1)",
    summary: "Prints the user that the current process runs as.",
    style: .tryHelp
  ).entry { run in
    let user = run.session.machine.process(run.session.currentProcess)?.userID ?? 0
    run.print(user == 0 ? "root\n" : "\(user)\n")
  }

  /// hostname of Debian.
  static let hostname = ShellCommand(
    name: "hostname", usage: "[-s]", source: "hostname(1)", summary: "Prints the machine's name.",
    style: .tryHelp,
    options: OptionTable(
      flags: "sf", long: [("short", "s"), ("fqdn", "f")], notModelled: ["i", "I", "d", "F", "A"])
  ).entry { run in
    let options = try run.options()
    if let operand = options.operands.first {
      throw run.failure("the machine keeps its name", operand)
    }
    run.print(SystemIdentity(of: run.session.machine).hostName + "\n")
  }
}

/// A moment of the simulated clock as a date of the Gregorian calendar, in UTC.
struct CalendarTime {
  private let microseconds: UInt64
  private let year: Int
  private let month: Int
  private let day: Int
  private let dayOfYear: Int
  private let weekday: Int

  init(microseconds: UInt64) {
    self.microseconds = microseconds
    let days = Int(clamping: microseconds / 86_400_000_000)
    weekday = (days + 4) % 7
    // Years of 400 have 146097 days, whatever the year they begin with.
    var rest = days % 146_097
    var year = 1970 + days / 146_097 * 400
    while rest >= Self.length(year) {
      rest -= Self.length(year)
      year += 1
    }
    dayOfYear = rest + 1
    var month = 0
    while rest >= Self.length(year, month) {
      rest -= Self.length(year, month)
      month += 1
    }
    (self.year, self.month, day) = (year, month, rest + 1)
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
  private static func length(_ year: Int) -> Int { isLeap(year) ? 366 : 365 }
  private static func length(_ year: Int, _ month: Int) -> Int {
    month == 1 ? isLeap(year) ? 29 : 28 : [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November",
    "December",
  ]
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// The text of a format of strftime(3).
  func text(_ format: String) -> String {
    var result = ""
    var isConversion = false
    for character in format {
      if isConversion {
        result += conversion(character)
        isConversion = false
      } else if character == "%" {
        isConversion = true
      } else {
        result.append(character)
      }
    }
    return result
  }

  private func two(_ number: Int, _ pad: String = "0") -> String {
    number < 10 ? "\(pad)\(number)" : "\(number)"
  }

  private func conversion(_ letter: Character) -> String {
    let seconds = Int(clamping: microseconds / 1_000_000)
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    switch letter {
    case "s": return "\(seconds)"
    case "N":
      let nanoseconds = String(microseconds % 1_000_000 * 1000)
      return String(repeating: "0", count: 9 - nanoseconds.utf8.count) + nanoseconds
    case "Y": return "\(year)"
    case "y": return two(year % 100)
    case "m": return two(month + 1)
    case "d": return two(day)
    case "e": return two(day, " ")
    case "H": return two(hour)
    case "I": return two(hour % 12 == 0 ? 12 : hour % 12)
    case "p": return hour < 12 ? "AM" : "PM"
    case "M": return two(minute)
    case "S": return two(second)
    case "j": return dayOfYear < 100 ? "0" + two(dayOfYear) : "\(dayOfYear)"
    case "u": return "\(weekday == 0 ? 7 : weekday)"
    case "w": return "\(weekday)"
    case "a": return String(Self.weekdays[weekday].prefix(3))
    case "A": return Self.weekdays[weekday]
    case "b", "h": return String(Self.months[month].prefix(3))
    case "B": return Self.months[month]
    case "F": return text("%Y-%m-%d")
    case "T": return text("%H:%M:%S")
    case "R": return text("%H:%M")
    case "D": return text("%m/%d/%y")
    case "c": return text("%a %b %e %H:%M:%S %Y")
    case "Z": return "UTC"
    case "z": return "+0000"
    case "n": return "\n"
    case "t": return "\t"
    case "%": return "%"
    default: return "%\(letter)"
    }
  }
}
