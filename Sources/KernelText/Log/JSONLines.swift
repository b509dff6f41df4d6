// The messages in lines of JSON, as journals and collectors write them.

/// Lines of JSON, of which one member is what the kernel wrote.
enum JSONLines {
  /// The lines with messages in the place of the objects that hold them.
  ///
  /// Where a member has a line of its own (`journalctl -o json-pretty`), the lines of all others are left out.
  static func messages(in lines: [LogLine]) -> [LogLine] {
    let read = lines.map { jsonMessage(in: $0.bytes[...]) }
    guard read.contains(where: { $0 != nil }) else { return lines }
    return zip(lines, read).compactMap { line, message in
      if let message { return LogLine(number: line.number, bytes: message) }
      return isStructure(line.bytes[...]) ? nil : line
    }
  }

  /// Whether a line is a bracket, or a member of an object, and nothing else.
  private static func isStructure(_ line: ArraySlice<UInt8>) -> Bool {
    let words = line.drop { $0 == UInt8(ascii: " ") }
    guard let first = words.first else { return true }
    if first == UInt8(ascii: "\""), let end = words.dropFirst().firstIndex(of: UInt8(ascii: "\"")) {
      var cursor = TextCursor(words[(end + 1)...])
      cursor.skipSpaces()
      return cursor.take(":")
    }
    return words.allSatisfy { "{}[], ".utf8.contains($0) }
  }

  /// The message in a line of JSON, as journals and collectors write them; nil where the line is none.
  private static func jsonMessage(in whole: ArraySlice<UInt8>) -> [UInt8]? {
    // What `journalctl -o json-sse` and `json-seq` put before an object.
    var line = whole.first == 0x1e ? whole.dropFirst() : whole
    if line.starts(with: "data: ") { line = line.dropFirst(6) }
    guard
      let open = line.firstIndex(where: {
        $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: ",")
      }),
      line[open] == UInt8(ascii: "{") || line[open] == UInt8(ascii: "\"")
    else { return nil }
    let keys: [StaticString] = ["\"MESSAGE\"", "\"message\"", "\"msg\"", "\"log\""]
    for key in keys {
      guard let place = line.firstIndex(of: key) else { continue }
      var cursor = TextCursor(line[(place + key.utf8CodeUnitCount)...])
      cursor.skipSpaces()
      guard cursor.take(":") else { continue }
      cursor.skipSpaces()
      if cursor.take("\"") { return unescaped(cursor.rest) }
      // What is not text the journal writes byte by byte.
      if cursor.take("["), let bytes = cursor.text(before: UInt8(ascii: "]")) {
        return bytes.split(separator: UInt8(ascii: ",")).compactMap {
          UInt8($0.drop { $0 == UInt8(ascii: " ") }.text)
        }
      }
    }
    return nil
  }

  /// A JSON string up to its closing quote (RFC 8259).
  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex, text[index] != UInt8(ascii: "\"") {
      guard text[index] == UInt8(ascii: "\\"), index + 1 < text.endIndex else {
        result.append(text[index])
        index += 1
        continue
      }
      switch text[index + 1] {
      case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "t"): result.append(UInt8(ascii: " "))
      case UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"): break
      case UInt8(ascii: "u"):
        if index + 5 < text.endIndex, let code = UInt32(text[(index + 2)...(index + 5)].text, radix: 16),
          let scalar = Unicode.Scalar(code)
        {
          result += Array(String(Character(scalar)).utf8)
          index += 4
        }
      case let other: result.append(other)
      }
      index += 2
    }
    return result
  }
}
