// Signals as a shell names them.

/// The signals of signal(7) on x86, with the words that strsignal(3) has for them.
enum SignalText {
  /// What strsignal(3) says, such as `Killed`.
  static func description(of signal: Int32) -> String {
    table.first { $0.number == signal }?.description ?? "Unknown signal \(signal)"
  }

  /// The number of a name such as `KILL` or `SIGKILL`, in any case; nil when there is no such signal.
  static func number(of name: String) -> Int32? {
    let upper = name.uppercased()
    let short = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    return table.first { $0.name == short }?.number
  }

  /// The name of a number without `SIG`, such as `KILL`; nil when there is no such signal.
  static func name(of number: Int32) -> String? { table.first { $0.number == number }?.name }

  /// All signals in the order of their numbers.
  static let table: [(number: Int32, name: String, description: String)] = [
    (1, "HUP", "Hangup"), (2, "INT", "Interrupt"), (3, "QUIT", "Quit"), (4, "ILL", "Illegal instruction"),
    (5, "TRAP", "Trace/breakpoint trap"), (6, "ABRT", "Aborted"), (7, "BUS", "Bus error"),
    (8, "FPE", "Floating point exception"), (9, "KILL", "Killed"), (10, "USR1", "User defined signal 1"),
    (11, "SEGV", "Segmentation fault"), (12, "USR2", "User defined signal 2"), (13, "PIPE", "Broken pipe"),
    (14, "ALRM", "Alarm clock"), (15, "TERM", "Terminated"), (16, "STKFLT", "Stack fault"),
    (17, "CHLD", "Child exited"), (18, "CONT", "Continued"), (19, "STOP", "Stopped (signal)"),
    (20, "TSTP", "Stopped"), (21, "TTIN", "Stopped (tty input)"), (22, "TTOU", "Stopped (tty output)"),
    (23, "URG", "Urgent I/O condition"), (24, "XCPU", "CPU time limit exceeded"),
    (25, "XFSZ", "File size limit exceeded"), (26, "VTALRM", "Virtual timer expired"),
    (27, "PROF", "Profiling timer expired"), (28, "WINCH", "Window changed"), (29, "POLL", "I/O possible"),
    (30, "PWR", "Power failure"), (31, "SYS", "Bad system call"),
  ]
}
