// Writing oom_score_adj and oom_adj of a process.

extension Machine {
  /// What is written to `/proc/PID/oom_score_adj`.
  ///
  /// - Parameters:
  ///   - text: the number, −1000 … 1000.
  ///   - process: whose file it is.
  ///   - writer: who writes.
  /// - Returns: `EINVAL` and `ERANGE` for other texts, `EACCES` without privilege, `ESRCH` for no such process.
  public mutating func writeOOMScoreAdjustment(
    _ text: String, of process: ProcessID, by writer: ProcessID
  ) -> Result<Void, ErrorNumber> {
    OOMAdjustment.parse(text).flatMap { value in
      changeAdjustment(of: process, by: writer) { $0.set(value, isPrivileged: $1) }
    }
  }

  /// What is written to the deprecated `/proc/PID/oom_adj`; the first time leaves a line in the log.
  ///
  /// - Parameters:
  ///   - text: the number, −17 … 15.
  ///   - process: whose file it is.
  ///   - writer: who writes.
  /// - Returns: as for ``writeOOMScoreAdjustment(_:of:by:)``.
  public mutating func writeLegacyOOMAdjustment(
    _ text: String, of process: ProcessID, by writer: ProcessID
  ) -> Result<Void, ErrorNumber> {
    OOMAdjustment.parse(text).flatMap { value in
      let result = changeAdjustment(of: process, by: writer) { $0.setLegacy(value, isPrivileged: $1) }
      if case .success = result, !oomKiller.hasNotedLegacyFile {
        oomKiller.hasNotedLegacyFile = true
        let name = processes[writer]?.name ?? "sh"
        log.append(
          OOMAdjustment.deprecationNotice(writer: name, writerID: writer, target: process), at: clock)
      }
      return result
    }
  }

  /// What `/proc/PID/oom_adj` reads; `nil` for no such process.
  public func legacyOOMAdjustment(of process: ProcessID) -> Int? {
    processes[process].map { OOMAdjustment(scoreAdjustment: $0.oomScoreAdjustment).legacyValue }
  }

  private mutating func changeAdjustment(
    of process: ProcessID, by writer: ProcessID,
    _ change: (inout OOMAdjustment, _ isPrivileged: Bool) -> Result<Void, ErrorNumber>
  ) -> Result<Void, ErrorNumber> {
    guard let task = processes.living(process) else {
      return .failure(.ESRCH)
    }
    var adjustment = OOMAdjustment(
      scoreAdjustment: processes[task].oomScoreAdjustment,
      minimum: processes[task].oomScoreAdjustmentMinimum)
    let result = change(&adjustment, processes[writer]?.isPrivileged ?? true)
    if case .success = result {
      processes[task].oomScoreAdjustment = adjustment.scoreAdjustment
      processes[task].oomScoreAdjustmentMinimum = adjustment.minimum
    }
    return result
  }
}
