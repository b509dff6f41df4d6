// printf's conversions, against the C library of the host.

import Foundation
import Testing

@testable import ScriptLanguage

@Suite struct PrintfTests {
  /// What the C library prints.
  private func host(_ format: String, _ argument: any CVarArg) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = withVaList([argument]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func flags(_ random: inout SeededGenerator) -> String {
    var text = ""
    for flag in "-+ #0" where Int.random(in: 0..<4, using: &random) == 0 { text.append(flag) }
    if Bool.random(using: &random) { text += String(Int.random(in: 1..<30, using: &random)) }
    return text
  }

  @Test("doubles are printed as the C library prints them", arguments: 0..<8)
  func doubles(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<400 {
      let number: Double
      switch Int.random(in: 0..<6, using: &random) {
      case 0: number = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
      case 1: number = Double(Int.random(in: -1000...1000, using: &random)) / 8
      case 2: number = Double(Int.random(in: 0...99999, using: &random)) / 100
      case 3:
        number =
          [
            0, -0.0, 0.5, 1.5, 2.5, 9.5, 99.5, 0.05, 1e15, 1e16, 1e100, .leastNonzeroMagnitude, .infinity,
            -.infinity,
          ].randomElement(using: &random) ?? 0
      case 4: number = Double(Int.random(in: -9...9, using: &random))
      default: number = Double.random(in: -1e6...1e6, using: &random)
      }
      if number.isNaN { continue }
      var format = "%" + flags(&random)
      if Bool.random(using: &random) { format += "." + String(Int.random(in: 0..<25, using: &random)) }
      format.append("fFeEgGaA".randomElement(using: &random) ?? "f")
      #expect(
        try PrintfText.text(format, [.double(number)]) == host(format, number),
        "seed \(seed): \(format) of \(number)")
    }
  }

  @Test("integers are printed as the C library prints them", arguments: 0..<8)
  func integers(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 100)
    for _ in 0..<400 {
      let number =
        Int64(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
        >> Int64.random(in: 0..<64, using: &random)
      var format = "%" + flags(&random)
      if Bool.random(using: &random) { format += "." + String(Int.random(in: 0..<25, using: &random)) }
      format += ["", "hh", "h", "l", "ll", "z", "j"].randomElement(using: &random) ?? ""
      format.append("diuxXo".randomElement(using: &random) ?? "d")
      #expect(
        try PrintfText.text(format, [.integer(number)]) == host(format, number),
        "seed \(seed): \(format) of \(number)")
    }
  }

  @Test(
    "texts, characters, pointers, stars and percent signs",
    arguments: [
      (
        "%s|%5s|%-5s|%.2s", [ScriptValue.string("abc"), .string("ab"), .string("ab"), .string("abc")],
        "abc|   ab|ab   |ab"
      ),
      ("%c%c", [.integer(65), .string("xyz")], "Ax"), ("%p %p", [.pointer(0x1234), .null], "0x1234 (nil)"),
      (
        "%*d|%-*d|%.*f", [.integer(5), .integer(42), .integer(5), .integer(42), .integer(1), .double(2.25)],
        "   42|42   |2.2"
      ),
      ("100%%", [], "100%"), ("%s", [.null], "(null)"), ("%d %d", [.boolean(true), .null], "1 0"),
    ])
  func others(format: String, values: [ScriptValue], expected: String) throws {
    #expect(try PrintfText.text(format, values) == expected)
  }

  @Test("a number that is cut is told of, and what does not fit is an error")
  func mistakes() throws {
    var cuts: [PrintfText.Cut] = []
    #expect(try PrintfText.text("%d", [.integer(4 << 30)]) { cuts.append($0) } == "0")
    #expect(cuts == [PrintfText.Cut(conversion: "%d", better: "%ld", value: .integer(4 << 30))])
    for (format, values) in [
      ("%d", []), ("%d", [ScriptValue.string("a")]), ("%d", [.double(1.5)]), ("%y", [.integer(1)]),
      ("%", [.integer(1)]),
      ("%n", [.integer(1)]), ("%9999999999d", [.integer(1)]), ("%*d", [.integer(.max), .integer(1)]),
    ] {
      #expect(throws: ScriptError.self, "\(format)") { try PrintfText.text(format, values) }
    }
    #expect(try PrintfText.text("%*d|", [.integer(-5), .integer(1)]) == "1    |")
  }

  @Test(
    "formats in texts",
    arguments: [
      ("{2.5:8.1}|", "     2.5|"), ("{2.5:%.3f}", "2.500"), ("{7:03}", "007"), ("{7:x}", "7"),
      ("{255:%#x}", "0xff"),
      ("{4294967296:d}", "4294967296"), ("{\"ab\":5}|", "   ab|"), ("{\"ab\":-5}|", "ab   |"),
      ("{1:.2}", "1.00"),
      ("{1 ? 2 : 3}", "2"),
    ])
  func inTexts(text: String, expected: String) {
    #expect(Session().lines("print \"\(text)\"") == [expected])
  }
}
