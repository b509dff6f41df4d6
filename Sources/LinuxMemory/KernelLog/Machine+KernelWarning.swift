// What the kernel prints about a mistake that it survives.

extension Machine {
  /// Logs a warning as `WARN` prints it (`__warn`, kernel/panic.c). The lines about the place in the source,
  /// the hardware, the registers and the call trace are left out: a simulated kernel has no such addresses.
  ///
  /// - Parameter message: the text of the warning, without a newline; nil for a bare `WARN_ON`.
  mutating func logWarning(_ message: String? = nil) {
    log.append("------------[ cut here ]------------", at: clock)
    if let message { log.append(message, at: clock) }
    log.append(stackDumpHeading, at: clock)
    log.append("---[ end trace 0000000000000000 ]---", at: clock)
  }

  /// The first line of every dump of the kernel's stack (`dump_stack_print_info`, lib/dump_stack.c); calls
  /// of the kernel's own functions are made for process 1.
  var stackDumpHeading: String {
    let name = processes[ProcessID(1)]?.name ?? "init"
    return "CPU: 0 PID: 1 Comm: \(name) Not tainted \(releaseText)"
  }

  /// An address of the kernel as `%px` prints it: all digits of a word.
  func pointerText(_ address: UInt64) -> String {
    let digits = String(address, radix: 16)
    return String(repeating: "0", count: max(0, configuration.profile.wordSize * 2 - digits.utf8.count))
      + digits
  }
}
