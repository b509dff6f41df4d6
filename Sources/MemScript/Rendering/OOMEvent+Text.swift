// The OOM killer's steps and refused promises as trace lines.

import LinuxMemory

extension OOMEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .invoked(let process):
      return TraceLine(
        "oom", "no page to be had for PID \(process), and none to reclaim: the OOM killer is called")
    case .ranked(let candidates):
      let ranking = candidates.prefix(4).map { "\($0.name) \($0.score)" }.joined(separator: ", ")
      return TraceLine(
        "oom",
        "the highest oom_score dies: \(ranking)\(candidates.count > 4 ? ", ..." : "") (why_oom explains)")
    case .killed(let process, _, let freed):
      return TraceLine("oom", "killed PID \(process), \(pagesText(freed)) come free")
    case .panicked(let text): return TraceLine("oom", "panic: \(text)")
    }
  }
}

extension OvercommitEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .refused(_, let mode, let asked, let limit, let committed):
      let size = { (pages: Int) in byteCountText(UInt64(max(pages, 0)) << 12) }
      let limitName = mode == .never ? "the limit is" : "more than all RAM and swap:"
      let promised = mode == .never ? ", \(size(committed)) promised already" : ""
      return TraceLine(
        "commit",
        "refused by overcommit_memory=\(mode.rawValue): \(size(asked)) asked for, \(limitName) \(size(limit))\(promised)"
      )
    }
  }
}
