// What of a group's statistics is seen in the log.

import KernelText

extension CounterTable {
  /// How many bytes of a message dmesg reads at once, with what stands before each line (`CONSOLE_LOG_MAX`,
  /// kernel/printk/printk.c).
  private static let longestMessage = 1024
  /// The level and the time that stand before each line.
  private static let prefixLength = 18

  /// The counters that are seen when all are one message, as until Linux 6.1: those whose lines fit whole.
  var shownInOneMessage: CounterTable {
    var length = 0
    return CounterTable(
      counters: Array(
        counters.prefix { counter in
          let line = counter.text.utf8.count
          guard length + Self.prefixLength + line + 1 <= Self.longestMessage else { return false }
          length += Self.prefixLength + line
          return true
        }))
  }
}
