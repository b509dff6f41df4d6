// What the kernel prints about a mistake that it survives.

extension Machine {
  /// Logs a warning as `WARN` prints it (`__warn`, kernel/panic.c). The lines about modules, the hardware, the
  /// registers and the call trace are left out: a simulated kernel has none of them.
  ///
  /// - Parameters:
  ///   - message: the text of the warning, without a newline; nil for a bare `WARN_ON`.
  ///   - warning: which.
  mutating func logWarning(_ message: String? = nil, about warning: KernelWarning) {
    guard let place = configuration.build.warnings[warning] else {
      return assertionFailure("a release without a place for \(warning)")
    }
    log.append("------------[ cut here ]------------", at: clock)
    if let message { log.append(message, at: clock) }
    log.append("WARNING: CPU: 0 PID: 1 at \(place.source) \(place.function)", at: clock)
    log.append(stackDumpHeading, at: clock)
    log.append("---[ end trace 0000000000000000 ]---", at: clock)
    log.taint.insert(.warned)
  }

  /// Logs a warning unless it was given before (`WARN_ON_ONCE`).
  mutating func logWarningOnce(_ message: String? = nil, about warning: KernelWarning) {
    guard log.givenWarnings.insert(warning).inserted else { return }
    logWarning(message, about: warning)
  }

  /// Logs that the kernel found itself in a state that must not be (`BUG_ON`). A real kernel kills the process
  /// in whose name it ran; a script goes on, as the call that led here had no effect.
  ///
  /// - Parameter place: file and line.
  mutating func logBug(at place: String) {
    log.append("------------[ cut here ]------------", at: clock)
    log.append("kernel BUG at \(place)!", at: clock, level: .critical)
    log.deaths += 1
    let isolation = configuration.profile.hasPageTableIsolation ? " NOPTI" : ""
    log.append("invalid opcode: 0000 [#\(log.deaths)] PREEMPT SMP\(isolation)", at: clock)
    log.append(stackDumpHeading, at: clock)
    log.append("---[ end trace 0000000000000000 ]---", at: clock)
    log.taint.insert(.died)
    log.isLockCheckingOff = true
  }

  /// Notes that memory is not as it must be (`add_taint` with `LOCKDEP_NOW_UNRELIABLE`).
  mutating func taintByBadPage() {
    if !log.isLockCheckingOff { log.append("Disabling lock debugging due to kernel taint", at: clock) }
    log.isLockCheckingOff = true
    log.taint.insert(.badPage)
  }

  /// The first line of every dump of the kernel's stack (`dump_stack_print_info`, lib/dump_stack.c); calls
  /// of the kernel's own functions are made for process 1.
  var stackDumpHeading: String {
    "CPU: 0 PID: 1 Comm: \(processes[ProcessID(1)]?.name ?? "init") \(log.taint.text) \(releaseText)"
  }

  /// An address of the kernel as `%px` prints it: all digits of a word.
  func pointerText(_ address: UInt64) -> String {
    let digits = String(address, radix: 16)
    return String(repeating: "0", count: max(0, configuration.profile.addressDigits - digits.utf8.count))
      + digits
  }
}
