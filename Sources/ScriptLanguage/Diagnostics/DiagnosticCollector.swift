// Gathers what is wrong with a source text and finds the lines only once.

/// Collects diagnostics of one source text, up to a bound, and gives them locations at the end.
struct DiagnosticCollector {
  /// How many diagnostics of one source text are kept.
  static let limit = 200

  private struct Entry {
    var severity: Diagnostic.Severity
    var kind: FailureKind
    var message: String
    var span: SourceSpan
    var hint: String?
    /// The name that nobody knows, where that is the mistake.
    var unknown: String?
    /// What should stand in place of the span.
    var replacement: String?
  }

  private var entries: [Entry] = []
  private(set) var hasErrors = false

  var isFull: Bool { entries.count >= Self.limit }
  var count: Int { entries.count }

  mutating func add(
    _ message: String, kind: FailureKind, severity: Diagnostic.Severity = .error, at span: SourceSpan,
    hint: String? = nil, unknown: String? = nil, replacement: String? = nil
  ) {
    if severity == .error { hasErrors = true }
    guard !isFull else { return }
    entries.append(
      Entry(
        severity: severity, kind: kind, message: message, span: span, hint: hint, unknown: unknown,
        replacement: replacement))
  }

  /// Keeps only what is said of unknown names, but for some of them.
  mutating func keepUnknownNames(except names: Set<String>) {
    entries.removeAll { $0.unknown.map { names.contains($0) } ?? true }
    hasErrors = !entries.isEmpty
  }

  /// The diagnostics in the order of their places, each place once.
  func diagnostics(in sources: SourceTable) -> [Diagnostic] {
    let sorted = entries.enumerated().sorted {
      ($0.element.span.source, $0.element.span.start, $0.offset)
        < ($1.element.span.source, $1.element.span.start, $1.offset)
    }
    var result: [Diagnostic] = []
    var (starts, ends) = (LineCounter(), LineCounter())
    for (_, entry) in sorted {
      let source = sources[entry.span.source]
      let end = max(entry.span.end, entry.span.start)
      let location = SourceLocation(
        entry.span, in: source, from: starts.place(of: entry.span, in: source),
        to: ends.place(at: end, source: entry.span.source, in: source))
      let diagnostic = Diagnostic(
        entry.message, kind: entry.kind, severity: entry.severity, span: entry.span, location: location,
        hint: entry.hint, replacement: entry.replacement)
      if result.last != diagnostic { result.append(diagnostic) }
    }
    if isFull, let last = result.last {
      result.append(
        Diagnostic(
          "too many errors; the rest are not shown", kind: last.kind, span: last.span, location: last.location
        ))
    }
    return result
  }
}
