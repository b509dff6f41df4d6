// Emptying the kernel's message buffer.

extension Machine {
  /// Empties the message buffer, as `dmesg -C` does (syslog(2), SYSLOG_ACTION_CLEAR).
  public mutating func clearLog() { log.clear() }
}
