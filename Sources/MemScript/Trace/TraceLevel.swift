// How much the trace tells.

/// How much is told of what the layers do.
public enum TraceLevel: String, Sendable, CaseIterable {
  /// What changed, the step that decided it, and what is surprising.
  case brief
  /// Each step with what caused it first; equal ones are folded.
  case normal
  /// Every step by itself.
  case full
}
