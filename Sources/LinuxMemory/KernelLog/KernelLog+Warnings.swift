// How the kernel says that somebody made a mistake that it survives.

/// What the lines of a report name beside the mistake itself.
struct ReportContext: Sendable {
  /// When, in microseconds since boot.
  let time: UInt64
  /// The process in whose name the kernel works; its number and name.
  let process: ProcessID
  var command: String
  /// The release as a report names it.
  let banner: String
  /// Digits of an address.
  let addressDigits: Int
  /// Whether page tables of kernel and user space could be kept apart.
  let hasPageTableIsolation: Bool
  /// Where warnings come from.
  let warnings: [KernelWarning: WarningPlace]

  /// An address of the kernel as `%px` prints it: all digits of a word.
  func address(_ address: UInt64) -> String {
    let digits = String(address, radix: 16)
    return String(repeating: "0", count: max(0, addressDigits - digits.utf8.count)) + digits
  }
}

extension KernelLog {
  /// The first line of every dump of the kernel's stack (`dump_stack_print_info`, lib/dump_stack.c). The call trace
  /// behind it is left out: a simulated kernel has no code addresses.
  ///
  /// - Parameter user: the part that names the user, where the kernel has one.
  func stackDumpHeading(_ context: ReportContext, user: String = "") -> String {
    "CPU: 0 \(user)PID: \(context.process) Comm: \(context.command) \(taint.text) \(context.banner)"
  }

  /// Logs a warning as `WARN` prints it (`__warn`, kernel/panic.c). The lines about modules, the hardware, the
  /// registers and the call trace are left out: a simulated kernel has none of them.
  ///
  /// - Parameters:
  ///   - message: the text of the warning, without a newline; nil for a bare `WARN_ON`.
  ///   - warning: which.
  mutating func warn(_ message: String? = nil, about warning: KernelWarning, _ context: ReportContext) {
    guard let place = context.warnings[warning] else {
      return assertionFailure("a release without a place for \(warning)")
    }
    append("------------[ cut here ]------------", at: context.time)
    if let message { append(message, at: context.time) }
    append("WARNING: CPU: 0 PID: 1 at \(place.source) \(place.function)", at: context.time)
    append(stackDumpHeading(context), at: context.time)
    append("---[ end trace 0000000000000000 ]---", at: context.time)
    taint.insert(.warned)
  }

  /// Logs a warning unless it was given before (`WARN_ON_ONCE`).
  mutating func warnOnce(_ message: String? = nil, about warning: KernelWarning, _ context: ReportContext) {
    guard givenWarnings.insert(warning).inserted else { return }
    warn(message, about: warning, context)
  }

  /// Logs that the kernel found itself in a state that must not be (`BUG_ON`). A real kernel kills the process
  /// in whose name it ran; a script goes on, as the call that led here had no effect.
  ///
  /// - Parameter place: file and line.
  mutating func noteBug(at place: String, _ context: ReportContext) {
    append("------------[ cut here ]------------", at: context.time)
    append("kernel BUG at \(place)!", at: context.time, level: .critical)
    deaths += 1
    let isolation = context.hasPageTableIsolation ? " NOPTI" : ""
    append("invalid opcode: 0000 [#\(deaths)] PREEMPT SMP\(isolation)", at: context.time)
    append(stackDumpHeading(context), at: context.time)
    append("---[ end trace 0000000000000000 ]---", at: context.time)
    taint.insert(.died)
    isLockCheckingOff = true
  }

  /// Notes that memory is not as it must be (`add_taint` with `LOCKDEP_NOW_UNRELIABLE`).
  mutating func taintByBadPage(at time: UInt64) {
    if !isLockCheckingOff { append("Disabling lock debugging due to kernel taint", at: time) }
    isLockCheckingOff = true
    taint.insert(.badPage)
  }
}
