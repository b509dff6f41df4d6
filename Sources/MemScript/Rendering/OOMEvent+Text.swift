// The OOM killer's steps and refused promises as trace lines.

import LinuxMemory

extension OOMEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .invoked(let process): return TraceLine("oom", "no page left for PID \(process): OOM killer invoked")
    case .ranked(let candidates):
      let ranking = candidates.prefix(4).map { "\($0.name) \($0.score)" }.joined(separator: ", ")
      return TraceLine("oom", "by oom_score: \(ranking)\(candidates.count > 4 ? ", …" : "")")
    case .killed(let process, let freed):
      return TraceLine("oom", "killed PID \(process), \(pageCountText(freed)) come free")
    case .panicked(let text): return TraceLine("oom", "panic: \(text)")
    }
  }
}

extension OvercommitEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .refused(_, let mode, let asked, let limit, let committed):
      let figures = "\(pageCountText(asked)) asked, limit \(limit), committed \(committed)"
      return TraceLine("commit", "overcommit_memory=\(mode.rawValue) refuses: \(figures)")
    }
  }
}
