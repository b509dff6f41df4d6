// Lines and columns of places that come in their order, without counting from the beginning for each.

/// A line, and where its text begins.
struct LinePlace {
  /// The line, counted from 1.
  var line = 1
  /// The offset of its first byte.
  var lineStart = 0
  /// The column, counted from 1 in characters.
  var column = 1
  /// The column, counted from 0 in UTF-16 code units.
  var utf16Column = 0
}

/// Counts lines and columns onwards from the last place asked for.
struct LineCounter {
  private var source: Int32 = -1
  private var offset = 0
  private var place = LinePlace()

  /// The line of a span.
  mutating func line(of span: SourceSpan, in text: SourceText) -> Int { place(of: span, in: text).line }

  /// Where a span begins.
  mutating func place(of span: SourceSpan, in text: SourceText) -> LinePlace {
    place(at: span.start, source: span.source, in: text)
  }

  /// Where an offset lies in a source text.
  mutating func place(at wanted: Int32, source: Int32, in text: SourceText) -> LinePlace {
    if source != self.source || Int(wanted) < offset {
      self.source = source
      offset = 0
      place = LinePlace()
    }
    let target = min(max(0, Int(wanted)), text.bytes.count)
    text.bytes.withUnsafeBufferPointer { bytes in
      for next in offset..<max(offset, target) {
        let byte = bytes[next]
        if byte == 0x0A {
          place = LinePlace(line: place.line + 1, lineStart: next + 1, column: 1)
        } else if byte & 0xC0 != 0x80 {
          // A stray byte counts as a character.
          place.column += 1
          place.utf16Column += byte >= 0xF0 ? 2 : 1
        }
      }
    }
    offset = max(offset, target)
    return place
  }
}
