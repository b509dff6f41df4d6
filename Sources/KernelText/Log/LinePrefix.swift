// What dmesg, journals, syslog, consoles and mail put before a kernel's line.

/// A line of a log parted into what was put before it and what the kernel wrote.
struct LinePrefix: Sendable {
  /// Tells lines of one source from those of others that were mixed in: the host, or who called printk.
  var source = ""
  /// The time as written; nil where none is.
  var time: String?
  /// Whether anything stood before the kernel's words, other than quote marks.
  var isPresent = false
  /// Whether the line was written by another program.
  var isForeign = false
  /// The kernel's words.
  var body: ArraySlice<UInt8>

  /// Parts a line.
  ///
  /// - Parameters:
  ///   - line: its bytes.
  ///   - isTagged: whether the log names the writer of each line, as syslog's `kernel:` does.
  init(_ line: ArraySlice<UInt8>, isTagged: Bool) {
    body = line
    skipQuotes()
    if let tag = Self.kernelTag(in: body) {
      readTag(before: tag.start)
      body = body[tag.end...]
      isPresent = true
    } else if isTagged, Self.hasClockTime(body), body.first != UInt8(ascii: "[") {
      isForeign = true
      return
    }
    takeKnown()
  }

  /// Goes on behind a prefix that was learned from other lines.
  mutating func goOn(with body: ArraySlice<UInt8>) {
    self.body = body
    isPresent = true
    takeKnown()
  }

  private mutating func takeKnown() {
    while takeBracket() || takeLevel() || takeDate() || takeRecord() { isPresent = true }
    var cursor = TextCursor(body)
    cursor.skipSpaces()
    body = cursor.rest
  }

  // MARK: Quotes

  /// Goes past the `>` and `|` of quoted mail, and spaces.
  private mutating func skipQuotes() {
    var index = body.startIndex
    while index < body.endIndex {
      let byte = body[index]
      let isQuote = byte == UInt8(ascii: ">") || byte == UInt8(ascii: "|")
      guard isQuote || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") else { break }
      index += 1
    }
    body = body[index...]
  }

  // MARK: The tag of syslog and journals

  /// Where `kernel:` stands as the name of the writer.
  static func kernelTag(in line: ArraySlice<UInt8>) -> (start: Int, end: Int)? {
    let head = line.prefix(120)
    guard
      let start = head.firstIndex(of: "kernel: ")
        ?? (head.trimmed.hasSuffixKernel ? head.trimmed.endIndex - 7 : nil)
    else { return nil }
    if start > line.startIndex {
      guard line[start - 1] == UInt8(ascii: " ") else { return nil }
      // Words of a report before it: then it is a part of them.
      guard !line[line.startIndex..<start].contains("invoked oom-killer") else { return nil }
    }
    return (start, min(start + 8, line.endIndex))
  }

  /// Takes the time and the host from what stands before the tag.
  private mutating func readTag(before end: Int) {
    let head = body[body.startIndex..<end].trimmed
    let words = head.split(separator: UInt8(ascii: " "))
    guard let host = words.last else { return }
    let isName =
      host.contains { $0.isNameByte && $0 != UInt8(ascii: ".") } && !host.contains(UInt8(ascii: "]"))
    // Without a host, the time stands before the tag.
    if host.contains(UInt8(ascii: ":")) {
      time = head.text
      return
    }
    if isName { source = host.text }
    if words.count > 1 { time = head[head.startIndex..<host.startIndex].trimmed.text }
  }

  /// Whether a time of day stands near the beginning.
  private static func hasClockTime(_ line: ArraySlice<UInt8>) -> Bool {
    let head = line.prefix(48)
    guard head.count >= 8 else { return false }
    for index in head.startIndex...head.endIndex - 8 where isClockTime(head[index..<index + 8]) {
      return true
    }
    return false
  }

  private static func isClockTime(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.enumerated().allSatisfy { offset, byte in
      offset == 2 || offset == 5 ? byte == UInt8(ascii: ":") : byte &- UInt8(ascii: "0") < 10
    }
  }

  // MARK: Times and levels

  /// Takes `[    5.693256]`, `[Di Aug 12 03:54:03 2025]`, `[Aug12 03:54]`, `[  +0.000012]`, `[ T155]`.
  private mutating func takeBracket() -> Bool {
    var cursor = TextCursor(body)
    cursor.skipSpaces()
    guard cursor.take("["), let inside = cursor.text(before: UInt8(ascii: "]")), inside.count <= 60 else {
      return false
    }
    let content = inside.drop { $0 == UInt8(ascii: " ") }
    guard let first = content.first else { return false }
    if first == UInt8(ascii: "T") || first == UInt8(ascii: "C") {
      let number = content.dropFirst()
      if !number.isEmpty, number.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) {
        // Who called printk (CONFIG_PRINTK_CALLER): lines of two callers can be mixed.
        source += content.text
        body = cursor.rest
        return true
      }
    }
    let isDigit = first &- UInt8(ascii: "0") < 10
    if isDigit || first == UInt8(ascii: "+") {
      let isSeconds = content.allSatisfy {
        $0 &- UInt8(ascii: "0") < 10 || " .+<>".utf8.contains($0)
      }
      guard isSeconds ? content.contains(UInt8(ascii: ".")) : Self.hasClockTime(content) else { return false }
      if time == nil, isSeconds { time = content.text } else if !isSeconds { time = content.text }
    } else {
      guard Self.hasClockTime(content) || Self.isShortDate(content) else { return false }
      time = content.text
    }
    body = cursor.rest
    return true
  }

  /// Whether it is `Aug12 03:54`, as `dmesg -H` begins a minute.
  private static func isShortDate(_ content: ArraySlice<UInt8>) -> Bool {
    guard content.count <= 16, let colon = content.lastIndex(of: UInt8(ascii: ":")) else { return false }
    let minutes = content[(colon + 1)...]
    return minutes.count == 2 && minutes.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
      && colon - 1 > content.startIndex && content[colon - 1] &- UInt8(ascii: "0") < 10
      && content.contains(UInt8(ascii: " "))
  }

  /// Takes `<4>` of `/dev/kmsg`, and `kern  :warn  :` of `dmesg -x`.
  private mutating func takeLevel() -> Bool {
    var cursor = TextCursor(body)
    cursor.skipSpaces()
    if cursor.take("<") {
      guard let level = cursor.text(before: UInt8(ascii: ">")), (1...3).contains(level.count),
        level.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
      else { return false }
    } else if cursor.take("kern") {
      cursor.skipSpaces()
      guard cursor.take(":"), let level = cursor.text(before: UInt8(ascii: ":")), level.count <= 8 else {
        return false
      }
    } else {
      return false
    }
    body = cursor.rest
    return true
  }

  /// Takes `6,339,5140900,-;` of `/dev/kmsg`.
  private mutating func takeRecord() -> Bool {
    var cursor = TextCursor(body)
    guard cursor.count() != nil, cursor.take(","), cursor.count() != nil, cursor.take(","),
      let microseconds = cursor.count(), cursor.take(","),
      let flags = cursor.text(before: UInt8(ascii: ";")), flags.count <= 24
    else { return false }
    let digits = String(microseconds % 1_000_000)
    time = "\(microseconds / 1_000_000)." + String(repeating: "0", count: 6 - digits.utf8.count) + digits
    body = cursor.rest
    return true
  }

  /// Takes `2025-08-12T03:54:03,123456+02:00`.
  private mutating func takeDate() -> Bool {
    var cursor = TextCursor(body)
    cursor.skipSpaces()
    let word = cursor.word()
    guard word.count >= 19 else { return false }
    let date = word.prefix(10)
    let isDate = date.enumerated().allSatisfy { offset, byte in
      offset == 4 || offset == 7 ? byte == UInt8(ascii: "-") : byte &- UInt8(ascii: "0") < 10
    }
    guard isDate, Self.isClockTime(word.dropFirst(11).prefix(8)) else { return false }
    time = word.text
    body = cursor.rest
    return true
  }
}

extension ArraySlice<UInt8> {
  /// Whether the bytes end with `kernel:`, and nothing follows it.
  fileprivate var hasSuffixKernel: Bool { count >= 7 && self[(endIndex - 7)...].starts(with: "kernel:") }
}
