// What terminals, mail and log collectors made of whole lines, undone.

/// Lines as the kernel's log had them, before anything is read from them.
enum LineCleaning {
  /// Undoes what was done to the lines of a stretch.
  static func clean(_ raw: [LogLine]) -> [LogLine] {
    var lines = raw.map { LogLine(number: $0.number, bytes: clean($0.bytes)) }
    lines = joinSoftBreaks(lines)
    lines = lines.flatMap { line in
      jsonMessage(in: line.bytes[...]).map { partAtEscapes(LogLine(number: line.number, bytes: $0)) }
        ?? partAtEscapes(line)
    }
    return withoutCommonEnd(lines)
  }

  /// A line without colours, carriage returns, a byte order mark; tabs and spaces that do not break become spaces.
  private static func clean(_ bytes: [UInt8]) -> [UInt8] {
    var rest = bytes[...]
    while rest.last == UInt8(ascii: "\r") { rest = rest.dropLast() }
    while rest.first == UInt8(ascii: "\r") { rest = rest.dropFirst() }
    if rest.starts(with: [0xef, 0xbb, 0xbf] as [UInt8]) { rest = rest.dropFirst(3) }
    guard rest.contains(where: { $0 == 0x1b || $0 == UInt8(ascii: "\t") || $0 == 0xc2 }) else {
      return Array(rest)
    }
    var result: [UInt8] = []
    var index = rest.startIndex
    while index < rest.endIndex {
      let byte = rest[index]
      let next = index + 1 < rest.endIndex ? rest[index + 1] : 0
      if byte == 0x1b, next == UInt8(ascii: "[") {
        index += 2
        while index < rest.endIndex, !(0x40...0x7e).contains(rest[index]) { index += 1 }
      } else if byte == 0xc2, next == 0xa0 {
        result.append(UInt8(ascii: " "))
        index += 1
      } else if byte != 0x1b {
        result.append(byte == UInt8(ascii: "\t") ? UInt8(ascii: " ") : byte)
      }
      index += 1
    }
    return result
  }

  /// The kernel's newlines, which syslog writes as `#012`.
  private static func partAtEscapes(_ line: LogLine) -> [LogLine] {
    let isEscaped = line.bytes[...].contains("#012")
    guard isEscaped || line.bytes.contains(UInt8(ascii: "\n")) else { return [line] }
    var parts: [LogLine] = []
    var rest = line.bytes[...]
    while true {
      let escape = isEscaped ? rest.firstIndex(of: "#012").map { ($0, 4) } : nil
      guard let (place, length) = escape ?? rest.firstIndex(of: UInt8(ascii: "\n")).map({ ($0, 1) }) else {
        break
      }
      parts.append(LogLine(number: line.number, bytes: Array(rest[..<place])))
      rest = rest[(place + length)...]
    }
    if !rest.isEmpty || parts.isEmpty { parts.append(LogLine(number: line.number, bytes: Array(rest))) }
    return parts
  }

  // MARK: Mail

  /// Undoes quoted-printable, where many lines end in its soft line break.
  private static func joinSoftBreaks(_ lines: [LogLine]) -> [LogLine] {
    let equals = UInt8(ascii: "=")
    let breaks = lines.count { $0.bytes.last == equals && $0.bytes.count <= 76 }
    guard breaks * 20 > lines.count, breaks > 2 else { return lines }
    var joined: [LogLine] = []
    var goesOn = false
    for line in lines {
      let isSoft = line.bytes.last == equals
      let bytes = decoded(isSoft ? line.bytes.dropLast() : line.bytes[...])
      if goesOn {
        joined[joined.count - 1].bytes += bytes
      } else {
        joined.append(LogLine(number: line.number, bytes: bytes))
      }
      goesOn = isSoft
    }
    return joined
  }

  private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "="), index + 2 < bytes.endIndex,
        let value = UInt8(bytes[(index + 1)...(index + 2)].text, radix: 16)
      {
        result.append(value)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  /// Takes away a mark with which most lines end: `cat -A`, HTML, borders of tables and terminals.
  private static func withoutCommonEnd(_ lines: [LogLine]) -> [LogLine] {
    let ends: [StaticString] = ["<br>", "<br/>", "<br />", "</br>", "$", "|", "\u{2502}", "\\n", "\\"]
    let counted = lines.count { !$0.bytes.isEmpty }
    for end in ends {
      let length = end.utf8CodeUnitCount
      let has = { (bytes: [UInt8]) in
        bytes[...].trimmed.suffix(length).starts(with: end) && bytes.count >= length
      }
      guard lines.count(where: { has($0.bytes) }) * 10 > counted * 7 else { continue }
      return lines.map { line in
        guard has(line.bytes) else { return line }
        return LogLine(number: line.number, bytes: Array(line.bytes[...].trimmed.dropLast(length).trimmed))
      }
    }
    return lines
  }

  // MARK: JSON

  /// The message in a line of JSON, as journals and collectors write them; nil where the line is none.
  private static func jsonMessage(in line: ArraySlice<UInt8>) -> [UInt8]? {
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
      guard cursor.take("\"") else { continue }
      return unescaped(cursor.rest)
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
