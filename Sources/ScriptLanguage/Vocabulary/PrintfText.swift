// A whole format of printf with its arguments.

/// Texts made by C's formats.
package enum PrintfText {
  /// A number of which a conversion prints only a part, as C does.
  package struct Cut: Equatable, Sendable {
    /// The conversion as written, such as `%d`.
    package var conversion: String
    /// The one that prints all of the number.
    package var better: String
    /// The number.
    package var value: ScriptValue
  }

  /// Fills a format in.
  ///
  /// - Parameters:
  ///   - format: text with conversions such as `%5d`.
  ///   - arguments: what they print, in order.
  ///   - word: the bytes of a `long`: 8, or 4 on i386.
  ///   - error: what `%m` prints.
  ///   - cut: told of each number that is cut.
  /// - Returns: the text.
  /// - Throws: `ScriptError` for a format that cannot be read, and for an argument that is missing or does not fit; its
  ///   `argument` counts from 0 for the format.
  package static func text(
    _ format: String, _ arguments: [ScriptValue], word: Int = 8, error: @autoclosure () -> String = "",
    cut: (Cut) -> Void = { _ in }
  ) throws -> String {
    let bytes = Array(format.utf8)[...]
    var result: [UInt8] = []
    var used = 0
    var place = 0
    func next(_ specification: String) throws -> ScriptValue {
      guard used < arguments.count else {
        throw ScriptError(
          "`\(specification)` has no argument: the format needs more than \(arguments.count)", argument: 0)
      }
      used += 1
      return arguments[used - 1]
    }
    while place < bytes.count {
      guard bytes[place] == UInt8(ascii: "%") else {
        result.append(bytes[place])
        place += 1
        continue
      }
      var end = place + 1
      guard var specification = FormatSpecification(bytes[(place + 1)...], end: &end),
        let letter = specification.conversion
      else {
        let shown = String(decoding: bytes[place..<min(max(end + 1, place + 2), bytes.count)], as: UTF8.self)
        throw ScriptError(
          "`\(shown)` is no conversion of printf", argument: 0, hint: "`%%` prints a percent sign")
      }
      place = end
      switch letter {
      case UInt8(ascii: "%"):
        result.append(letter)
        continue
      case UInt8(ascii: "n"):
        throw ScriptError("`%n` is not supported", kind: .notModelled("%n"), argument: 0)
      case UInt8(ascii: "m"):
        result += Array(error().utf8)
        continue
      default: break
      }
      try resolve(&specification, next)
      let argument = used + 1
      do {
        let value = try next(specification.text)
        result += Array(
          try specification.format(value, word: word) { specification, value in
            let letter = specification.conversion.map { String(UnicodeScalar($0)) } ?? "d"
            cut(Cut(conversion: specification.text, better: "%l" + letter, value: value))
          }.utf8)
      } catch var error as ScriptError {
        error.argument = error.argument ?? argument
        throw error
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Takes the numbers for `*` from the arguments.
  private static func resolve(
    _ specification: inout FormatSpecification, _ next: (String) throws -> ScriptValue
  ) throws {
    func number(_ sign: String) throws -> Int {
      guard case .integer(let number) = try next(sign) else {
        throw ScriptError("`*` takes an integer", kind: .type, argument: 0)
      }
      return Int(clamping: number)
    }
    if specification.width == .star {
      let width = try number("*")
      if width < 0 { specification.isLeft = true }
      specification.width = .fixed(Int(clamping: width.magnitude))
    }
    if specification.precision == .star {
      let precision = try number(".*")
      specification.precision = precision < 0 ? nil : .fixed(precision)
    }
    for case .fixed(let number)? in [specification.width, specification.precision]
    where number > FormatSpecification.largestNumber {
      throw ScriptError("a width or precision is at most \(FormatSpecification.largestNumber)", argument: 0)
    }
  }

  /// How many arguments a format takes; nil when it cannot be read.
  static func argumentCount(_ format: String) -> Int? {
    let bytes = Array(format.utf8)[...]
    var count = 0
    var place = 0
    while place < bytes.count {
      guard bytes[place] == UInt8(ascii: "%") else {
        place += 1
        continue
      }
      var end = place + 1
      guard let specification = FormatSpecification(bytes[(place + 1)...], end: &end),
        let letter = specification.conversion
      else { return nil }
      if letter != UInt8(ascii: "%"), letter != UInt8(ascii: "m") { count += 1 }
      if specification.width == .star { count += 1 }
      if specification.precision == .star { count += 1 }
      place = end
    }
    return count
  }
}
