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
          + "shared, to be copied on write")
    case .hugePageCollectorBegan(let process):
      return TraceLine("khugepaged", "begins to look through PID \(process), which took its first huge page")
    case .hugePageCollectorLetGo(let pages):
      return TraceLine(
        "khugepaged", "lets go of a dead process: \(pagesText(pages)) of its page table come free")
    case .threadStarted(let process, let thread, let name):
      return TraceLine("process", "PID \(process) has a new thread \(name), TID \(thread)")
    case .threadEnded(let process, let thread, let name):
      return TraceLine("process", "the thread \(name) of PID \(process) ended, TID \(thread)")
    case .exited(let process, _, let status):
      return TraceLine(
        "process",
        "PID \(process) exited with "
          + "status \(status)")
    case .killed(let process, _, let signal):
      return TraceLine("process", "PID \(process) killed by SIG\(SignalText.name(of: signal) ?? "\(signal)")")
    }
  }
}
