// oom_score, oom_adj and oom_score_adj of a process.

import LinuxMemory

/// What the OOM killer thinks of a process, and what it is told to think.
enum OOMFiles {
  /// `/proc/PID/oom_score`.
  static let score = ProcFile.readOnly("/proc/PID/oom_score") { machine, target throws(ErrorNumber) in
    let process = try ProcessFiles.process(target, on: machine)
    return "\(machine.oomScore(of: process.id) ?? 0)\n"
  }

  /// `/proc/PID/oom_score_adj`.
  static let scoreAdjustment = ProcFile(
    "/proc/PID/oom_score_adj",
    read: { machine, target throws(ErrorNumber) in
      "\(try ProcessFiles.process(target, on: machine).oomScoreAdjustment)\n"
    },
    write: { machine, target, text throws(ErrorNumber) in
      let process = try ProcessFiles.process(target, on: machine)
      try check(machine.writeOOMScoreAdjustment(text, of: process.id, by: target.actor))
    })

  /// `/proc/PID/oom_adj`, the old scale; the first write leaves a line in the kernel's log.
  static let adjustment = ProcFile(
    "/proc/PID/oom_adj",
    read: { machine, target throws(ErrorNumber) in
      let process = try ProcessFiles.process(target, on: machine)
      return "\(machine.legacyOOMAdjustment(of: process.id) ?? 0)\n"
    },
    write: { machine, target, text throws(ErrorNumber) in
      let process = try ProcessFiles.process(target, on: machine)
      try check(machine.writeLegacyOOMAdjustment(text, of: process.id, by: target.actor))
    })

  private static func check(_ result: Result<Void, ErrorNumber>) throws(ErrorNumber) {
    if case .failure(let error) = result { throw error }
  }
}
