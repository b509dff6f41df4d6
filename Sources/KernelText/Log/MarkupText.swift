// Tags and entities of HTML around the lines of a log.

/// Lines of a log that somebody put into a page.
enum MarkupText {
  /// The lines without tags at their ends, and with the characters for which entities stand.
  static func plain(_ lines: [LogLine]) -> [LogLine] {
    let isMarked = lines.contains { line in
      line.bytes[...].contains("<pre") || line.bytes[...].contains("<code")
        || line.bytes[...].contains("&nbsp;")
        || line.bytes[...].contains("</td>") || line.bytes[...].contains("</span>")
        || line.bytes[...].contains("&gt;") || line.bytes[...].contains("&#")
    }
    guard isMarked else { return lines }
    return lines.map { LogLine(number: $0.number, bytes: plain($0.bytes)) }
  }

  private static let tags: [StaticString] = [
    "pre", "code", "span", "td", "tr", "p", "div", "br", "font", "b", "li", "tt",
  ]

  private static let entities: [(StaticString, UInt8)] = [
    ("&nbsp;", UInt8(ascii: " ")), ("&gt;", UInt8(ascii: ">")), ("&lt;", UInt8(ascii: "<")),
    ("&quot;", UInt8(ascii: "\"")), ("&amp;", UInt8(ascii: "&")),
  ]

  private static func plain(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "<"), let end = endOfTag(rest) {
        rest = rest[end...]
      } else if byte == UInt8(ascii: "&"), let (code, length) = numericEntity(rest) {
        result.append(code)
        rest = rest.dropFirst(length)
      } else if byte == UInt8(ascii: "&"), let entity = entities.first(where: { rest.starts(with: $0.0) }) {
        result.append(entity.1)
        rest = rest.dropFirst(entity.0.utf8CodeUnitCount)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// The character of `&#40;` and how long that is; nil for other text, and for characters beyond ASCII.
  private static func numericEntity(_ text: ArraySlice<UInt8>) -> (UInt8, Int)? {
    var cursor = TextCursor(text)
    guard cursor.take("&#"), let code = cursor.count(), cursor.take(";"), (32..<127).contains(code) else {
      return nil
    }
    return (UInt8(code), cursor.position - text.startIndex)
  }

  /// Where a tag ends with which a text begins; nil where it begins with none.
  private static func endOfTag(_ text: ArraySlice<UInt8>) -> Int? {
    guard let end = text.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let name = text[(text.startIndex + 1)..<end].drop { $0 == UInt8(ascii: "/") }
      .prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "/") }
    return tags.contains { name.starts(with: $0) && name.count == $0.utf8CodeUnitCount } ? end + 1 : nil
  }
}
