// The streams on which a session speaks.

/// Where a piece of a session's output belongs.
public enum OutputKind: Sendable {
  /// What the script and its commands print.
  case standard
  /// What a shell or a dying process writes to its standard error.
  case standardError
  /// What each layer did, when tracing is on.
  case trace
  /// Diagnostics and warnings about the script.
  case diagnostic
}
