// A shell command as the host gets it.

/// A shell command after expansion of `$name`, `$(…)` and `{…}` in its words.
public struct ShellLine: Sendable, Equatable {
  /// The words behind the command's name, quotes removed.
  public var words: [String]
  /// Where each word stands, in step with `words`.
  public var spans: [SourceSpan]
  /// Where input comes from and output goes, in the order in which they are written.
  public var redirections: [Redirection]
  /// Where the command's name stands; nil when nobody wrote one.
  public var name: SourceSpan?
  /// What the command before it in a pipeline has written; nil at the beginning of one.
  public var input: String?
  /// Whether another command of a pipeline reads what it writes.
  public var feedsNext = false

  /// Where a stream of a command leads instead of to the terminal.
  public struct Redirection: Sendable, Equatable {
    /// What is redirected, and how.
    public enum Kind: Sendable, Equatable {
      /// `< FILE`
      case input
      /// `> FILE`
      case output
      /// `>> FILE`
      case appendedOutput
      /// `2> FILE`
      case error
      /// `2>> FILE`
      case appendedError
      /// `&> FILE`: both
      case both
      /// `2>&1`: errors go where output goes
      case errorToOutput
      /// `>&2`: output goes where errors go
      case outputToError
    }

    /// What is redirected, and how.
    public var kind: Kind
    /// The path as written, after expansion; empty for `2>&1` and `>&2`.
    public var path: String
    /// Where the path stands.
    public var span: SourceSpan

    /// Makes a redirection.
    public init(kind: Kind, path: String, span: SourceSpan) {
      self.kind = kind
      self.path = path
      self.span = span
    }
  }

  /// Makes a line.
  public init(words: [String], spans: [SourceSpan], redirections: [Redirection] = []) {
    self.words = words
    self.spans = spans
    self.redirections = redirections
  }
}
