// A shell command as the host gets it.

/// A shell command after expansion of `$name` and `{…}` in its words.
public struct ShellLine: Sendable, Equatable {
  /// The words behind the command's name, quotes removed.
  public var words: [String]
  /// Where each word stands, in step with `words`.
  public var spans: [SourceSpan]
  /// The file behind `>` or `>>`, if there is one.
  public var redirection: Redirection?

  /// Where the output of a command goes instead of to the terminal.
  public struct Redirection: Sendable, Equatable {
    /// The path as written, after expansion.
    public var path: String
    /// Whether `>>` was written.
    public var appends: Bool
    /// Where the path stands.
    public var span: SourceSpan

    /// Makes a redirection.
    public init(path: String, appends: Bool, span: SourceSpan) {
      self.path = path
      self.appends = appends
      self.span = span
    }
  }

  /// Makes a line.
  public init(words: [String], spans: [SourceSpan], redirection: Redirection? = nil) {
    self.words = words
    self.spans = spans
    self.redirection = redirection
  }
}
