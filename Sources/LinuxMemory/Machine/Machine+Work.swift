// Counting a machine's work against its meter.

extension Machine {
  /// Counts work.
  ///
  /// - Returns: whether to go on; otherwise the call ends as soon as the state allows.
  @inline(__always)
  func mayGoOn(_ units: Int = 1) -> Bool { work.spend(units) { stateByteCount } }

  /// Counts work that cannot be broken off.
  @inline(__always)
  func note(work units: Int) { _ = work.spend(units) { stateByteCount } }
}
