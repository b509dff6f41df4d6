// How often a message of the kernel may be repeated.

/// Lets a number of messages through in an interval and counts the ones it holds back
/// (lib/ratelimit.c, with the defaults of `printk_ratelimited`).
package struct RateLimit: Sendable, Equatable, Codable {
  /// The function whose messages are limited; names the line about what was held back.
  package let function: String
  /// The length of an interval in microseconds.
  package let interval: UInt64
  /// How many messages one interval lets through.
  package let burst: Int
  private var begin: UInt64?
  private var passed = 0
  private var missed = 0

  /// Makes a limit; 10 messages in 5 seconds unless told otherwise.
  package init(function: String, interval: UInt64 = 5_000_000, burst: Int = 10) {
    self.function = function
    self.interval = interval
    self.burst = burst
  }

  /// Asks whether a message may be printed now.
  ///
  /// - Parameters:
  ///   - time: microseconds since boot.
  ///   - log: receives `FUNCTION: N callbacks suppressed` when a new interval begins after some were held back.
  /// - Returns: whether to print.
  package mutating func allows(at time: UInt64, log: inout KernelLog) -> Bool {
    if let start = begin, time >= start, time - start <= interval {
      // Still inside the interval that has begun.
    } else {
      if begin != nil, missed > 0 {
        log.append("\(function): \(missed) callbacks suppressed", at: time)
      }
      begin = time
      passed = 0
      missed = 0
    }
    guard passed < burst else {
      missed += 1
      return false
    }
    passed += 1
    return true
  }
}
