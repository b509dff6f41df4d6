// The format of /proc/PID/limits.

/// How `/proc/PID/limits` prints the limits of a process.
enum LimitsText {
  /// The line above the limits.
  static let header = line("Limit", "Soft Limit", "Hard Limit", unit: "Units")

  /// The line of one limit.
  ///
  /// - Parameters:
  ///   - name: such as `Max data size`.
  ///   - soft: the soft limit, nil for none.
  ///   - hard: the hard limit, nil for none.
  ///   - unit: such as `bytes`, or nil for the limits that have none.
  static func line(name: String, soft: UInt64?, hard: UInt64?, unit: String?) -> String {
    line(name, soft.map { String($0) } ?? "unlimited", hard.map { String($0) } ?? "unlimited", unit: unit)
  }

  private static func line(_ name: String, _ soft: String, _ hard: String, unit: String?) -> String {
    "\(name.alignedLeft(25)) \(soft.alignedLeft(20)) \(hard.alignedLeft(20)) "
      + (unit?.alignedLeft(10) ?? "") + "\n"
  }
}
