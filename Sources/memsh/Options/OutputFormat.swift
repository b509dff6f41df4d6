// How a script's run is told.

/// The argument of `--format`.
enum OutputFormat: String, Equatable, CaseIterable {
  /// What the script prints, as it is.
  case text
  /// A line of JSON for each statement, event, output, diagnostic and view.
  case json
  /// The Test Anything Protocol: a test point for each `expect`.
  case tap
}
