// A pattern that lines are searched for: POSIX regular expressions, compiled by the C library.

import Glibc

/// One compiled regular expression (regcomp(3), regex(7)).
final class LinePattern {
  /// How the text of a pattern is to be read.
  enum Syntax: Sendable {
    /// Basic regular expressions.
    case basic
    /// Extended regular expressions.
    case extended
    /// No character is special.
    case fixed
  }

  /// Why a pattern can not be used, in the C library's words.
  struct CompileError: Error {
    /// Such as `Invalid regular expression`.
    let message: String
  }

  private var expression = regex_t()

  /// Compiles a pattern.
  ///
  /// - Throws: ``CompileError`` for a malformed pattern and for one that would take too much memory.
  init(_ text: String, _ syntax: Syntax, ignoresCase: Bool) throws(CompileError) {
    guard syntax == .fixed ? text.utf8.count <= Self.lengthLimit : Self.isBounded(text) else {
      throw CompileError(message: "Regular expression too big")
    }
    var flags = syntax == .extended ? REG_EXTENDED : 0
    if ignoresCase { flags |= REG_ICASE }
    let code = regcomp(&expression, syntax == .fixed ? Self.quoted(text) : text, flags)
    guard code == 0 else { throw CompileError(message: Self.message(of: code)) }
  }

  deinit { regfree(&expression) }

  /// The first and longest match in a line.
  ///
  /// - Parameters:
  ///   - line: the line, without its newline.
  ///   - start: the byte to search from, 0 … the line's length.
  /// - Returns: the bytes that match; nil for none.
  func firstMatch(in line: some StringProtocol, from start: Int = 0) -> Range<Int>? {
    var bounds = regmatch_t(rm_so: Int32(start), rm_eo: Int32(clamping: line.utf8.count))
    let code = line.withCString { regexec(&expression, $0, 1, &bounds, REG_STARTEND) }
    return code == 0 ? Int(bounds.rm_so)..<Int(bounds.rm_eo) : nil
  }

  // The C library writes `x+` as `xx*` and `x{1,1000}` out, within each other as often as they are nested, and goes
  // down a level of its stack for each parenthesis: without limits one short pattern would take the host with it.
  private static let lengthLimit = 1 << 14
  private static let repetitionLimit = 1 << 14
  private static let depthLimit = 200

  /// Whether a pattern stays small when it is written out, at worst: as if all its operators were nested.
  private static func isBounded(_ text: String) -> Bool {
    guard text.utf8.count <= lengthLimit, text.utf8.count(where: { $0 == UInt8(ascii: "(") }) <= depthLimit
    else { return false }
    var product = 1
    for brace in text.split(separator: "{").dropFirst() {
      let bounds = brace.prefix { $0.isNumber || $0 == "," }.split(separator: ",")
      let largest = bounds.map { Int($0) ?? .max }.max() ?? 1
      guard largest <= repetitionLimit else { return false }
      product *= max(largest, 1)
      guard product <= repetitionLimit else { return false }
    }
    for byte in text.utf8 where byte == UInt8(ascii: "+") {
      product *= 2
      guard product <= repetitionLimit else { return false }
    }
    return true
  }

  private static func quoted(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if #"\.[]*^$"#.contains(character) { result.append("\\") }
      result.append(character)
    }
  }

  private static func message(of code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      _ = regerror(code, nil, buffer.baseAddress, buffer.count)
      return buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }
}
