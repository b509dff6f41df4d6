// A script's text and places in it.

/// A named source text: a file, a `-c` argument, or one REPL input.
public struct SourceText: Sendable, Equatable, Codable {
  /// The name that diagnostics print before the line, such as `oom.mem`.
  public var name: String
  /// Its bytes; not necessarily valid UTF-8, which the lexer reports.
  public var bytes: [UInt8]

  /// Makes a source text from bytes.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// Makes a source text from a string.
  public init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }
}

/// A half-open range of bytes in one of an engine's source texts.
public struct SourceSpan: Sendable, Hashable, Codable {
  /// Which of the engine's sources it is in, counted in the order they were given to it.
  public var source: Int32
  /// The offset of its first byte.
  public var start: Int32
  /// The offset behind its last byte.
  public var end: Int32

  /// The place of what nobody wrote.
  static let none = SourceSpan(source: -1, start: 0, end: 0)

  /// Makes a span.
  public init(source: Int32, start: Int32, end: Int32) {
    self.source = source
    self.start = start
    self.end = end
  }
}
