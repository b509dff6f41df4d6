// The arithmetic behind oom_score: whom the OOM killer takes.

/// What one process brings into the OOM killer's comparison; all counts in pages.
package struct BadnessFigures: Sendable, Equatable, Codable {
  /// Resident pages: anonymous, file and shared.
  package var residentPages: Int
  /// Pages in swap.
  package var swapPages: Int
  /// Pages that hold its page tables.
  package var pageTablePages: Int
  /// `oom_score_adj`, −1000 … 1000.
  package var adjustment: Int
  /// Whether the process may administer the system (CAP_SYS_ADMIN: root's).
  package var isPrivileged: Bool

  /// Makes the figures of a process.
  package init(
    residentPages: Int, swapPages: Int, pageTablePages: Int, adjustment: Int, isPrivileged: Bool = false
  ) {
    self.isPrivileged = isPrivileged
    self.residentPages = residentPages
    self.swapPages = swapPages
    self.pageTablePages = pageTablePages
    self.adjustment = adjustment
  }
}

/// The formula of one kernel generation (`oom_badness`, mm/oom_kill.c; `proc_oom_score`, fs/proc/base.c).
package enum BadnessFormula: Sendable, Equatable, Codable {
  /// Linux 6.1 (since 5.9): points may be negative; oom_score runs from 0 to 2000, an idle process reads 666.
  case signed
  /// Linux 3.6 to 3.13: at least 1 point, root's processes 30 thousandths of all memory less; oom_score is thousandths
  /// of all memory.
  case clamped
  /// Linux 3.14 to 4.16: the same, root's processes 3 % of their own points less.
  case clampedByOwnShare
  /// Linux 4.17 to 5.8: the same for all.
  case clampedAlike

  /// The points of a process, or `nil` when the OOM killer may not take it (adjustment −1000).
  ///
  /// - Parameters:
  ///   - figures: what it holds.
  ///   - totalPages: RAM and swap together.
  package func badness(_ figures: BadnessFigures, totalPages: Int) -> Int? {
    guard figures.adjustment != -1000 else { return nil }
    let held = figures.residentPages + figures.swapPages + figures.pageTablePages
    switch self {
    case .signed: return held + figures.adjustment * (totalPages / 1000)
    case .clamped:
      // Root's processes were rather spared.
      let adjustment = figures.adjustment - (figures.isPrivileged ? 30 : 0)
      return max(held + adjustment * (totalPages / 1000), 1)
    case .clampedByOwnShare:
      let own = figures.isPrivileged ? held - held * 3 / 100 : held
      return max(own + figures.adjustment * (totalPages / 1000), 1)
    case .clampedAlike: return max(held + figures.adjustment * (totalPages / 1000), 1)
    }
  }

  /// What `/proc/PID/oom_score` reads.
  ///
  /// - Parameters:
  ///   - figures: what the process holds; `nil` for init and kernel threads, which read 0.
  ///   - totalPages: RAM and swap together, at least 1.
  package func score(_ figures: BadnessFigures?, totalPages: Int) -> Int {
    guard let figures, totalPages > 0, let points = badness(figures, totalPages: totalPages) else { return 0 }
    let thousandths = points * 1000 / totalPages
    switch self {
    case .signed: return (1000 + thousandths) * 2 / 3
    case .clamped, .clampedByOwnShare, .clampedAlike: return thousandths
    }
  }
}
