// By which rules a kernel version chooses its victim, and in which words it says so.

/// What differs between kernel versions when memory ends.
public struct OOMRules: Sendable, Equatable {
  /// The arithmetic of badness and oom_score.
  public let formula: BadnessFormula
  /// Whether the newest of equally bad processes is taken, or the oldest.
  public let prefersNewest: Bool
  /// Whether the worst child of the chosen process dies in its place (until Linux 5.1).
  public let sacrificesChildren: Bool
  /// Whether all page tables count, or only those of the lowest level (until Linux 4.15).
  public let countsAllTables: Bool
  /// The wording of the report.
  let wording: OOMWording

  /// Linux 6.1.
  static let linux61 = OOMRules(
    formula: .signed, prefersNewest: true, sacrificesChildren: false, countsAllTables: true,
    wording: .linux61)

  /// Linux 6.18: chooses as 6.1 does and says more.
  static let linux618 = OOMRules(
    formula: .signed, prefersNewest: true, sacrificesChildren: false, countsAllTables: true,
    wording: .linux618)

  /// Linux 3.10 (mm/oom_kill.c, fs/proc/base.c of that version).
  ///
  /// It takes 30 thousandths of all memory off for processes with CAP_SYS_ADMIN (root's).
  static let linux310 = OOMRules(
    formula: .clamped, prefersNewest: false, sacrificesChildren: true, countsAllTables: false,
    wording: .linux310)
}

/// Whose words the report of the OOM killer uses.
enum OOMWording: Sendable, Equatable {
  /// Linux 6.1.
  case linux61
  /// Linux 6.18: the lines of 6.8, 6.12 and later kernels in one.
  case linux618
  /// Linux 3.10.
  case linux310
}
