// By which rules a kernel chooses its victim.

/// What differs between kernel versions when memory ends.
package struct OOMRules: Sendable, Equatable, Codable {
  /// The arithmetic of badness and oom_score.
  package let formula: BadnessFormula
  /// Whether the newest of equally bad processes is taken, or the oldest.
  package let prefersNewest: Bool
  /// Whether the worst child of the chosen process dies in its place (until Linux 5.1).
  package let sacrificesChildren: Bool
  /// Whether all page tables count, or only those of the lowest level (until Linux 4.15).
  package let countsAllTables: Bool
  /// Whether the kernel goes on when nobody may be killed and nobody waits for memory; otherwise it panics at once.
  package let mayStandWithoutVictim: Bool
}
