// What terminals, mail and log collectors made of whole lines, undone.

/// Lines as the kernel's log had them, before anything is read from them.
enum LineCleaning {
  /// Undoes what was done to the lines of a stretch.
  static func clean(_ raw: [LogLine]) -> [LogLine] {
    var lines = raw.map { LogLine(number: $0.number, bytes: clean($0.bytes)) }
    lines = joinSoftBreaks(lines)
    lines = JSONLines.messages(in: lines).flatMap(partAtEscapes)
    lines = MarkupText.plain(lines)
    // One mark can stand behind another.
    for _ in 0..<3 { lines = withoutCommonEnd(lines) }
    return lines
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

  /// What stands for a newline in a line: as syslog and /dev/kmsg write the kernel's own, a carriage return, and in the line
  /// into which somebody put a whole log also what JSON and HTML have.
  private static let newlines: [StaticString] = ["#012", "\\x0a", "\r"]
  private static let newlinesInLongLines: [StaticString] = ["\\r\\n", "\\n", "<br>", "<br/>", "<br />"]
  /// A line of so many bytes is not one of the kernel's.
  private static let longLine = 3000

  /// Parts a line where something stands for a newline.
  private static func partAtEscapes(_ line: LogLine) -> [LogLine] {
    let escapes = newlines + (line.bytes.count > longLine ? newlinesInLongLines : [])
    var parts = line.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for escape in escapes where parts.contains(where: { $0.contains(escape) }) {
      parts = parts.flatMap { split($0, at: escape) }
    }
    if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
    return parts.map { LogLine(number: line.number, bytes: Array($0)) }
  }

  private static func split(_ bytes: ArraySlice<UInt8>, at escape: StaticString) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var rest = bytes
    while let place = rest.firstIndex(of: escape) {
      parts.append(rest[..<place])
      rest = rest[(place + escape.utf8CodeUnitCount)...]
    }
    return parts + [rest]
  }

  // MARK: Mail

  /// Undoes quoted-printable, where many lines end in its soft line break, or an equals sign is written as its code.
  private static func joinSoftBreaks(_ lines: [LogLine]) -> [LogLine] {
    let equals = UInt8(ascii: "=")
    let breaks = lines.count { $0.bytes.last == equals && $0.bytes.count <= 76 }
    guard breaks * 20 > lines.count && breaks > 2 || lines.contains(where: { $0.bytes[...].contains("=3D") })
    else { return lines }
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
    let ends: [StaticString] = [
      "<br>", "<br/>", "<br />", "</br>", "$", "|", "\u{2502}", "\\n\"", "\\n", "\\", "\",", "\"", "`", "'",
      "^[[0m", "ESC[0m", "[0m",
    ]
    // Few logs have a mark at all: what most lines end in tells which one it can be.
    var counted = 0
    var lastBytes = [Int](repeating: 0, count: 256)
    for line in lines where !line.bytes.isEmpty {
      counted += 1
      if let last = line.bytes.last(where: { $0 != UInt8(ascii: " ") }) { lastBytes[Int(last)] += 1 }
    }
    for end in ends {
      let length = end.utf8CodeUnitCount
      guard lastBytes[Int(end.utf8Start[length - 1])] * 10 > counted * 7 else { continue }
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
}
