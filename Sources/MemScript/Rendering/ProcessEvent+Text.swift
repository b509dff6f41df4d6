// Births and deaths as trace lines.

import LinuxMemory

extension ProcessEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .spawned(let process, _, let name): return TraceLine("process", "\(name) started, PID \(process)")
    case .forked(let process, let parent, let name):
      return TraceLine(
        "process",
        "\(name) forked from PID \(parent), PID \(process): all pages "
          + "shared, copied on write")
    case .exited(let process, let status):
      return TraceLine(
        "process",
        "PID \(process) exited with "
          + "status \(status)")
    case .killed(let process, let signal):
      return TraceLine("process", "PID \(process) killed by SIG\(SignalText.name(of: signal) ?? "\(signal)")")
    }
  }
}
