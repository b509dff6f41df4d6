// Text in columns, as printf(3) pads it.

extension String {
  /// The text with spaces before it up to `width` bytes (printf's `%8s`).
  package func alignedRight(_ width: Int) -> String {
    let missing = width - utf8.count
    return missing > 0 ? String(repeating: " ", count: missing) + self : self
  }

  /// The text with spaces behind it up to `width` bytes (printf's `%-8s`).
  package func alignedLeft(_ width: Int) -> String {
    let missing = width - utf8.count
    return missing > 0 ? self + String(repeating: " ", count: missing) : self
  }
}

extension BinaryInteger {
  /// The number in decimal with spaces before it up to `width` bytes (printf's `%8ld`).
  package func decimal(_ width: Int) -> String { String(self).alignedRight(width) }

  /// The number in lower-case hexadecimal with zeros before it up to `digits` (printf's `%08lx`).
  package func hexadecimal(_ digits: Int) -> String {
    let text = String(self, radix: 16)
    let missing = digits - text.utf8.count
    return missing > 0 ? String(repeating: "0", count: missing) + text : text
  }
}
