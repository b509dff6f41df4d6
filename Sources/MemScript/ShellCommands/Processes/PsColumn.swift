// The columns of ps(1) and their headings, as procps-ng 4.0 prints them.

/// A column: its heading, how wide it is and what it shows.
struct PsColumn {
  /// The names by which `-o` knows it.
  let names: [String]
  /// The heading.
  var heading: String
  /// The least width, numbers to the right, texts to the left.
  var width: Int
  /// Whether it is aligned to the left.
  let isText: Bool
  /// What it shows.
  let value: @Sendable (PsRow) -> String

  private init(
    _ names: String..., heading: String, width: Int, text isText: Bool = false,
    value: @escaping @Sendable (PsRow) -> String
  ) {
    self.names = names
    self.heading = heading
    self.width = width
    self.isText = isText
    self.value = value
  }

  /// The column of a name, or nil.
  static func named(_ name: String) -> PsColumn? { all.first { $0.names.contains(name) } }

  /// All columns that are modelled.
  static let all: [PsColumn] = identity + memory + times

  private static let identity: [PsColumn] = [
    PsColumn("pid", "tgid", heading: "PID", width: 5) { String($0.process) },
    PsColumn("ppid", heading: "PPID", width: 5) { String($0.parent) },
    PsColumn("comm", "ucomm", heading: "COMMAND", width: 15, text: true) { $0.name },
    PsColumn("ucmd", heading: "CMD", width: 15, text: true) { $0.name },
    PsColumn("args", "command", heading: "COMMAND", width: 27, text: true) { $0.arguments },
    PsColumn("cmd", heading: "CMD", width: 27, text: true) { $0.arguments },
    PsColumn("user", heading: "USER", width: 8, text: true) { $0.user },
    PsColumn("euser", heading: "EUSER", width: 8, text: true) { $0.user },
    PsColumn("uid", heading: "UID", width: 5) { String($0.userID) },
    PsColumn("euid", heading: "EUID", width: 5) { String($0.userID) },
    PsColumn("tty", "tt", heading: "TT", width: 8, text: true) { _ in "?" },
    PsColumn("tname", heading: "TTY", width: 8, text: true) { _ in "?" },
    PsColumn("stat", heading: "STAT", width: 4, text: true) { $0.state + ($0.locked > 0 ? "L" : "") },
    PsColumn("state", "s", heading: "S", width: 1, text: true) { $0.state },
    PsColumn("cgroup", heading: "CGROUP", width: 27, text: true) { $0.controlGroup },
    PsColumn("nlwp", "thcount", heading: "NLWP", width: 4) { String($0.threadCount) },
    PsColumn("lwp", heading: "LWP", width: 5) { String($0.thread) },
    PsColumn("tid", heading: "TID", width: 5) { String($0.thread) },
    PsColumn("spid", heading: "SPID", width: 5) { String($0.thread) },
  ]

  private static let memory: [PsColumn] = [
    PsColumn("rss", "rssize", heading: "RSS", width: 5) { String($0.resident) },
    PsColumn("rsz", heading: "RSZ", width: 5) { String($0.resident) },
    PsColumn("vsz", "vsize", heading: "VSZ", width: 6) { String($0.virtual) },
    PsColumn("sz", heading: "SZ", width: 5) { String($0.virtual / 4) },
    PsColumn("pmem", "%mem", heading: "%MEM", width: 4) { row in
      let permille = min(row.residentPermille, 999)
      return "\(permille / 10).\(permille % 10)"
    },
    PsColumn("min_flt", heading: "MINFL", width: 6) { String($0.minorFaults) },
    PsColumn("minflt", heading: "MINFLT", width: 6) { String($0.minorFaults) },
    PsColumn("maj_flt", heading: "MAJFL", width: 6) { String($0.majorFaults) },
    PsColumn("majflt", heading: "MAJFLT", width: 6) { String($0.majorFaults) },
    PsColumn("oom", heading: "OOM", width: 4) { String($0.oomScore) },
    PsColumn("oomadj", heading: "OOMADJ", width: 5) { String($0.oomScoreAdjustment) },
    PsColumn("trs", heading: "TRS", width: 4) { String($0.text) },
    PsColumn("drs", heading: "DRS", width: 5) { String($0.virtual - $0.text) },
  ]

  private static let times: [PsColumn] = [
    // The simulated clock runs only while nobody computes, so no process has used any processor time.
    PsColumn("time", "cputime", heading: "TIME", width: 8) { _ in "00:00:00" },
    PsColumn("pcpu", "%cpu", heading: "%CPU", width: 4) { _ in "0.0" },
    PsColumn("etimes", heading: "ELAPSED", width: 7) { String($0.elapsedSeconds) },
    PsColumn("etime", heading: "ELAPSED", width: 11) { elapsed($0.elapsedSeconds) },
    PsColumn("start_time", heading: "START", width: 5, text: true) { clock($0.startSecond) },
    PsColumn("stime", heading: "STIME", width: 5, text: true) { clock($0.startSecond) },
  ]

  /// The same column under another heading; a heading that is wider makes the column wider.
  func headed(_ heading: String) -> PsColumn {
    var column = self
    column.heading = heading
    column.width = max(width, heading.utf8.count)
    return column
  }

  /// The column `UID` of `-f`, which shows the name.
  static let fullUser = PsColumn("uid", heading: "UID", width: 8, text: true) { $0.user }
  /// The column `TRS` of `v`, wider than that of `-o`.
  static let wideText = PsColumn("trs", heading: "TRS", width: 5) { String($0.text) }
  /// The column `C` of `-f`: the share of a processor in percent.
  static let processorShare = PsColumn("c", heading: "C", width: 2) { _ in "0" }

  /// The column `TIME` of the BSD formats.
  static let shortTime = PsColumn("bsdtime", heading: "TIME", width: 6) { _ in "0:00" }

  private static func clock(_ second: Int) -> String {
    "\(two(second / 3600 % 24)):\(two(second / 60 % 60))"
  }

  private static func elapsed(_ seconds: Int) -> String {
    let days = seconds / 86_400
    let hours = seconds / 3600 % 24
    let lead = days > 0 ? "\(days)-\(two(hours)):" : hours > 0 ? "\(two(hours)):" : ""
    return lead + "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
