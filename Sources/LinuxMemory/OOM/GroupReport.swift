// The state of a group as the kernel reports it when the group has no room.

/// What stands in the place of the state of memory in a report about a group (`mem_cgroup_print_oom_meminfo`,
/// mm/memcontrol.c).
struct GroupReport: Sendable {
  /// What is counted of memory or swap, in pages.
  struct Count: Sendable {
    var usage: Int
    var limit: Int
    var failures: Int
  }

  /// The path of the group.
  var path: String
  var memory: Count
  var swap: Count
  /// The lines of its `memory.stat`.
  var statistics: [String]

  /// The text, line by line.
  var lines: [String] {
    [
      "memory: \(Self.text(memory))", "swap: \(Self.text(swap))", "Memory cgroup stats for \(path):",
      Self.shown(statistics).joined(separator: "\n"),
    ]
  }

  private static func text(_ count: Count) -> String {
    "usage \(count.usage * 4)kB, limit \(count.limit * 4)kB, failcnt \(count.failures)"
  }

  /// How many bytes of a message dmesg reads at once, with what stands before each line (`CONSOLE_LOG_MAX`,
  /// kernel/printk/printk.c).
  private static let longestMessage = 1024
  /// The level and the time that stand before each line.
  private static let prefixLength = 18

  /// The lines of one message that are seen of it: those that fit whole.
  private static func shown(_ lines: [String]) -> ArraySlice<String> {
    var length = 0
    let count = lines.prefix { line in
      guard length + prefixLength + line.utf8.count + 2 <= longestMessage else { return false }
      length += prefixLength + line.utf8.count + 1
      return true
    }.count
    return lines.prefix(count)
  }
}
