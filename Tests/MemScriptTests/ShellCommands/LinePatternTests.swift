// Patterns find what GNU grep 3.8 finds, and never take longer than pattern times text.

import Testing

@testable import MemScript

@Suite("patterns")
struct LinePatternTests {
  /// All matches in a text that are not empty, as `grep -o` prints them.
  private func matches(
    _ pattern: String, _ syntax: PatternSyntax, _ text: String, ignoresCase: Bool = false,
    extent: LinePattern.Extent = .part
  ) throws -> [String] {
    let pattern = try LinePattern([pattern], syntax, ignoresCase: ignoresCase, extent: extent)
    var search = PatternSearch()
    let bytes = Array(text.utf8)
    var found: [String] = []
    var from = 0
    while from <= bytes.count,
      let range = bytes.withUnsafeBufferPointer({ pattern.firstMatch(in: $0, from: from, &search) { _ in } })
    {
      if !range.isEmpty { found.append(String(decoding: bytes[range], as: UTF8.self)) }
      from = max(range.upperBound, from + (range.isEmpty ? 1 : 0))
    }
    return found
  }

  /// Recorded: `echo 'a*a{1}aa kB: 0x1F' | LC_ALL=C grep -o PATTERN`.
  @Test(
    "basic patterns",
    arguments: [
      ("*a", ["*a"]), ("a**", ["a", "a", "aa"]), ("[[.a.]]", ["a", "a", "a", "a"]), ("a\\{2\\}", ["aa"]),
      ("\\w\\+", ["a", "a", "1", "aa", "kB", "0x1F"]), ("\\<k", ["k"]), ("B\\>", ["B"]),
      ("a\\|k", ["a", "a", "a", "a", "k"]),
      ("^a", ["a"]), ("F$", ["F"]), ("[^ -~]", []), ("{1}", ["{1}"]), ("a\\?k", ["k"]),
      ("\\(a\\)", ["a", "a", "a", "a"]),
      ("[[:upper:]][[:space:]]*", ["B", "F"]), ("x\\(1\\|1F\\)", ["x1F"]), ("[]}]", ["}"]),
      ("[a-]", ["a", "a", "a", "a"]),
    ])
  func basic(pattern: String, expected: [String]) throws {
    #expect(try matches(pattern, .basic, "a*a{1}aa kB: 0x1F") == expected)
  }

  /// Recorded: the same with `grep -E`.
  @Test(
    "extended patterns",
    arguments: [
      ("*a", ["a", "a", "a", "a"]), ("a{1", ["a{1"]), ("a{,2}", ["a", "a", "aa"]), ("a{x}", []), ("()", []),
      ("a||k", ["a", "a", "a", "a", "k"]), ("a)", []), ("(|a)+", ["a", "a", "aa"]),
      ("0x[[:xdigit:]]+", ["0x1F"]),
      ("(k|kB)(:|B:)?", ["kB:"]), ("\\bB", []), ("a+?", ["a", "a", "aa"]), ("^*a", ["a"]),
    ])
  func extended(pattern: String, expected: [String]) throws {
    #expect(try matches(pattern, .extended, "a*a{1}aa kB: 0x1F") == expected)
  }

  @Test("whole words and whole lines, whatever a shorter match would say")
  func extents() throws {
    #expect(try matches("a|ab", .extended, "ab a abc", extent: .words) == ["ab", "a"])
    #expect(try matches("a|ab", .extended, "ab", extent: .line) == ["ab"])
    #expect(try matches("a", .basic, "ab", extent: .line) == [])
    #expect(try matches("ACTIVE", .fixed, "Active", ignoresCase: true) == ["Active"])
  }

  @Test(
    "malformed patterns, in the words of the C library",
    arguments: [
      ("[", "Invalid regular expression"), ("[[:foo:]]", "Invalid character class name"),
      ("a\\", "Trailing backslash"),
      ("\\(", "Unmatched ( or \\("), ("\\)", "Unmatched ) or \\)"), ("[b-a]", "Invalid range end"),
      ("a\\{1", "Unmatched \\{"), ("a\\{2,1\\}", "Invalid content of \\{\\}"),
      ("a\\{x\\}", "Invalid content of \\{\\}"),
      ("a\\{99999\\}", "Regular expression too big"), ("[[.hyphen.]]", "Invalid collation character"),
      ("[a", "Unmatched [, [^, [:, [., or [="),
      ("[:space:]", "character class syntax is [[:space:]], not [:space:]"),
    ])
  func malformed(pattern: String, problem: String) {
    #expect(throws: PatternError.malformed(problem)) {
      _ = try LinePattern([pattern], .basic, ignoresCase: false)
    }
  }

  @Test("the work of a search is bounded by pattern times text")
  func work() throws {
    let text = Array(String(repeating: "a", count: 20_000).utf8)
    for pattern in ["(a*)*b", "(a|a)*b", "(a?){50}a{50}b", "(((a+)+)+)+b", "(.*)(.*)(.*)(.*)b"] {
      let compiled = try LinePattern([pattern], .extended, ignoresCase: false)
      var search = PatternSearch()
      var work = 0
      let found = text.withUnsafeBufferPointer {
        compiled.firstMatch(in: $0, from: 0, &search) { work += $0 }
      }
      #expect(found == nil)
      #expect(work <= 20_000 * 200, "\(pattern) took \(work)")
    }
  }
}
