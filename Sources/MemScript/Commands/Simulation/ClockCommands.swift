// sleep and usleep: time passes only when a script says so.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let usleep = call(
    "usleep", [.init("usec", .integer)], layer: .simulation, source: "usleep(3)",
    summary: "Advances the simulated clock by usec microseconds; no real time passes.",
    details: "The clock stamps the lines of dmesg."
  ) { session, arguments in try session.advanceClock(try arguments.size(0), unit: 1) }

  static let sleep = call(
    "sleep", [.init("seconds", .integer)], layer: .simulation, source: "sleep(3)",
    summary: "Advances the simulated clock by seconds; no real time passes."
  ) { session, arguments in try session.advanceClock(try arguments.size(0), unit: 1_000_000) }
}

extension Session {
  fileprivate func advanceClock(_ amount: UInt64, unit: UInt64) throws -> Value {
    let (microseconds, overflow) = amount.multipliedReportingOverflow(by: unit)
    guard !overflow, microseconds <= UInt64(Int64.max) - min(machine.clock, UInt64(Int64.max)) else {
      throw ScriptError("that is longer than the simulated clock can count", argument: 0)
    }
    machine.sleep(microseconds: microseconds)
    return .null
  }
}
