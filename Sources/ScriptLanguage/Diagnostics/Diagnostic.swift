// What the language has to say about a script: an error or a warning, complete with the line it is about.

/// One message about a script. It carries the text it points at, so that it can be rendered at any time.
public struct Diagnostic: Error, Equatable, Sendable, Codable {
  /// How grave a diagnostic is.
  public enum Severity: String, Sendable, Codable {
    /// The script is wrong, or has failed.
    case error
    /// The script runs, but probably not as meant.
    case warning
  }

  /// One step of the call chain, innermost first.
  public struct Note: Equatable, Sendable, Codable {
    /// What the note says, in one line.
    public var message: String
    /// Where it points, nil for a remark without a place.
    public var location: SourceLocation?

    /// Makes a note.
    public init(message: String, location: SourceLocation? = nil) {
      self.message = message
      self.location = location
    }
  }

  /// A change of the text that mends what the diagnostic is about.
  public struct FixIt: Equatable, Sendable, Codable {
    /// What an editor offers, such as "replace `hep` by `heap`".
    public var title: String
    /// The first character that is replaced.
    public var start: SourceLocation.Position
    /// The position behind the last character that is replaced.
    public var end: SourceLocation.Position
    /// The text that stands there then.
    public var replacement: String
  }

  /// How grave it is.
  public var severity: Severity
  /// What kind of failure it is.
  public var kind: FailureKind
  /// What is wrong, in one line, without a full stop.
  public var message: String
  /// The bytes it is about.
  public var span: SourceSpan
  /// The same place with file, line, column and the text of the line.
  public var location: SourceLocation
  /// What would be right, or how to raise a limit, in one line.
  public var hint: String?
  /// The chain of calls that led there, innermost first; empty outside functions.
  public var notes: [Note]
  /// Changes of the text of which each mends it, the best first.
  public var fixIts: [FixIt] = []

  /// Makes a diagnostic.
  ///
  /// - Parameter replacement: what should stand in place of the span, where that is known.
  package init(
    _ message: String, kind: FailureKind, severity: Severity = .error, span: SourceSpan,
    location: SourceLocation,
    hint: String? = nil, notes: [Note] = [], replacement: String? = nil
  ) {
    self.severity = severity
    self.kind = kind
    self.message = Self.cut(message)
    self.span = span
    self.location = location
    self.hint = hint.map(Self.cut)
    self.notes = notes
    if let replacement {
      fixIts = [
        FixIt(
          title: "replace by `\(replacement)`", start: location.start, end: location.end,
          replacement: replacement)
      ]
    }
  }

  /// Makes a diagnostic of a tool's own.
  ///
  /// - Parameters:
  ///   - message: what is wrong, in one line, without a full stop.
  ///   - kind: what kind of failure it is.
  ///   - severity: how grave it is.
  ///   - range: what it is about, in bytes of the text.
  ///   - source: the text.
  ///   - hint: what would be right.
  public init(
    _ message: String, kind: FailureKind, severity: Severity = .error, range: Range<Int>,
    in source: SourceText,
    hint: String? = nil
  ) {
    let span = SourceSpan(
      source: 0, start: Int32(clamping: range.lowerBound), end: Int32(clamping: range.upperBound))
    self.init(
      message, kind: kind, severity: severity, span: span, location: SourceLocation(span, in: source),
      hint: hint)
  }

  /// Two lists in the order of their places.
  static func merged(_ first: [Diagnostic], _ second: [Diagnostic]) -> [Diagnostic] {
    guard !second.isEmpty else { return first }
    return (first + second).enumerated().sorted {
      ($0.element.span.source, $0.element.span.start, $0.offset)
        < ($1.element.span.source, $1.element.span.start, $1.offset)
    }.map(\.element)
  }

  /// How many bytes of a text that a script made are worth reading.
  private static let longestText = 2000

  private static func cut(_ text: String) -> String {
    guard text.utf8.count > longestText else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: longestText)
    while end > text.startIndex, text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
    return text[..<end] + "..."
  }
}
