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
    "sleep", [.init("seconds", .any)], layer: .simulation, source: "sleep(3), sleep(1)",
    summary: "Advances the simulated clock by seconds, which may have a fraction; no real time passes."
  ) { session, arguments in
    guard case .double(let seconds) = try arguments.value(0) else {
      return try session.advanceClock(try arguments.size(0), unit: 1_000_000)
    }
    let microseconds = (seconds * 1_000_000).rounded()
    guard microseconds >= 0, microseconds < 9e18 else {
      throw ScriptError("the simulated clock cannot go on by \(seconds) s", argument: 0)
    }
    return try session.advanceClock(UInt64(microseconds), unit: 1)
  }

  static let pause = call(
    "pause", layer: .systemCall, source: "pause(2)",
    summary:
      "Waits for a signal. Here nobody else acts meanwhile, so that it returns at once, -1 with errno EINTR."
  ) { session, _ in session.failed(.EINTR) }

  static let time = call(
    "time", [.init("tloc", .any, optional: true)], layer: .systemCall, source: "time(2)",
    summary: "Returns the seconds of the simulated clock, which begins with 1970 when the machine boots."
  ) { session, _ in .integer(Int64(clamping: session.machine.clock / 1_000_000)) }
}

extension Session {
  fileprivate func advanceClock(_ amount: UInt64, unit: UInt64) throws -> ScriptValue {
    let (microseconds, overflow) = amount.multipliedReportingOverflow(by: unit)
    guard !overflow, microseconds <= UInt64(Int64.max) - min(machine.clock, UInt64(Int64.max)) else {
      throw ScriptError("that is longer than the simulated clock can count", argument: 0)
    }
    machine.sleep(microseconds: microseconds)
    return .null
  }
}
