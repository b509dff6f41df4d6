// How long tasks waited for memory, and the averages of that.

import KernelText

/// Pressure stall information for memory (kernel/sched/psi.c). One process acts at a time, so that while it waits all
/// wait: `some` and `full` are the same.
package struct PressureStall: Sendable, Equatable, Codable {
  /// The time between two averages in microseconds: 2 s and a jiffy (`PSI_FREQ`).
  static let period: UInt64 = 2_004_000

  /// How long tasks have waited, in microseconds.
  package private(set) var total: UInt64 = 0
  private var averages: [UInt64] = [0, 0, 0]
  private var averagedTotal: UInt64 = 0
  private var lastUpdate: UInt64 = 0

  /// What the averages of 10, 60 and 300 seconds keep of their value in a period, of 2048 (`EXP_10s` and kin).
  private static let decays: [UInt64] = [1677, 1981, 2034]
  private static let one: UInt64 = 2048

  /// Notes that tasks wait from one time to another.
  mutating func wait(from start: UInt64, to end: UInt64) {
    guard end > start else { return }
    advance(to: start)
    var now = start
    while now < end {
      let (due, overflow) = lastUpdate.addingReportingOverflow(Self.period)
      let next = overflow ? end : min(end, max(due, now + 1))
      total += next - now
      now = next
      advance(to: now)
    }
  }

  /// Brings the averages up to a time. The first period that is due was averaged when it ended; behind it nobody waited.
  private mutating func advance(to now: UInt64) {
    guard now >= lastUpdate, now - lastUpdate >= Self.period else { return }
    let sample = min(total - averagedTotal, Self.period)
    averagedTotal += sample
    let share = sample * 100 / Self.period * Self.one
    let periods = (now - lastUpdate) / Self.period
    for index in averages.indices {
      let before = averages[index]
      var average = before * Self.decays[index] + share * (Self.one - Self.decays[index])
      // So that an average that rises reaches its end (`calc_load`).
      if share >= before { average += Self.one - 1 }
      averages[index] = Self.decayed(average / Self.one, Self.decays[index], periods - 1)
    }
    lastUpdate += periods * Self.period
  }

  private static func decayed(_ average: UInt64, _ decay: UInt64, _ periods: UInt64) -> UInt64 {
    var value = average
    var left = periods
    while left > 0, value > 0 {
      value = value * decay / one
      left -= 1
    }
    return value
  }

  /// What `memory.pressure` reads at a time.
  package func information(at now: UInt64) -> PressureInformation {
    var present = self
    present.advance(to: now)
    let averages = present.averages.map { Int($0 * 100 / Self.one) }
    return PressureInformation(
      stalls: ["some", "full"].map { .init(kind: $0, averages: averages, total: total) })
  }
}
