// One script of chance, run under limits with the machine's invariants checked after every statement.

import LinuxMemory
import MemScript

/// Runs scripts whose outcome nobody foresees and says what must never happen.
public enum FuzzedScript {
  /// What a run may take.
  public static let limits = ScriptLimits(
    steps: 300_000, heapBytes: 16 << 20, stateBytes: 64 << 20, outputBytes: 4 << 20)

  /// Runs statements one after the other in one session.
  ///
  /// - Returns: what is wrong with the machine after the first statement that left something wrong; nil when nothing is.
  public static func run(_ statements: [String]) -> String? {
    guard let session = try? Session(limits: limits, output: { _, _ in }) else { return "no machine boots" }
    for statement in statements {
      // A long run must not depend on how fast the host is: the budget of steps ends it.
      _ = session.run(statement)
      let violations = session.machine.invariantViolations()
      if let first = violations.first {
        return "\(violations.count) violations after: \(statement)\n  \(first)"
      }
    }
    return nil
  }

  /// The shortest list of statements, as far as leaving out single ones shows, that still goes wrong.
  public static func minimised(_ statements: [String], fails: ([String]) -> Bool) -> [String] {
    var kept = statements
    var isShorter = true
    while isShorter {
      isShorter = false
      var size = max(kept.count / 2, 1)
      while size >= 1 {
        var start = 0
        while start < kept.count {
          var shorter = kept
          shorter.removeSubrange(start..<min(start + size, kept.count))
          if fails(shorter) {
            kept = shorter
            isShorter = true
          } else {
            start += size
          }
        }
        size /= 2
      }
    }
    return kept
  }
}
