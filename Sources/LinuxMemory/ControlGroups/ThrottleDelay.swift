// How long a task above memory.high sleeps.

/// The sleep of a task that was charged above `memory.high` (`calculate_high_delay`, mm/memcontrol.c).
enum ThrottleDelay {
  /// Clock ticks in a second (`CONFIG_HZ`).
  static let ticksPerSecond: UInt64 = 250
  /// The longest sleep (`MEMCG_MAX_HIGH_DELAY_JIFFIES`).
  static let longest = 2 * ticksPerSecond
  /// What is not slept.
  static let shortest = ticksPerSecond / 100

  /// The delay in ticks for pages that were charged above the limit; at most ``longest``.
  ///
  /// - Parameter overage: the largest one of the group and those above, see ``PageCounter/overage``.
  static func ticks(pages: Int, overage: UInt64) -> UInt64 {
    // Far above the limit the square leaves 64 bits, and is the longest sleep anyway.
    guard overage < 1 << 28 else { return longest }
    let delay = (overage * overage * ticksPerSecond) >> 34
    return min(delay * UInt64(max(pages, 0)) / UInt64(ChargeStock.batch), longest)
  }

  /// The tick at which a timer of so many ticks ends: the timer wheel of the kernel rounds up, the more the longer the
  /// timer is (`calc_wheel_index`, kernel/time/timer.c).
  static func end(of ticks: UInt64, from now: UInt64) -> UInt64 {
    let expiry = now + ticks
    var level: UInt64 = 0
    while level < 8, ticks >= 63 << (3 * level) { level += 1 }
    let shift = 3 * level
    return ((expiry >> shift) + 1) << shift
  }
}
