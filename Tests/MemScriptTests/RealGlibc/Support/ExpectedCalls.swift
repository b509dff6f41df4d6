// Calls of the allocator next to what the real glibc 2.36 returns for them.

import Testing

/// Calls one after the other, in the notation of the recordings, and what the real glibc makes of them.
///
/// A line `m 1 24 => h2a0 24` is a call with its result (pointer, usable size, `b=` the break, `e=` errno, `s=`
/// the system calls); of a query only the fields that stand there count, and `abort:` is glibc's last word. A
/// line without a result only prepares, with calls separated by semicolons.
struct ExpectedCalls {
  private(set) var calls: [String] = []
  private(set) var results: [String?] = []

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=>", maxSplits: 1)
      for call in parts[0].split(separator: ";") {
        calls.append(Self.trimmed(call))
        results.append(parts.count == 2 ? Self.trimmed(parts[1]) : nil)
      }
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  /// The calls as a trace for the recording program.
  func trace(tunables: String) -> String {
    let environment = tunables.isEmpty ? "" : "#!env GLIBC_TUNABLES=\(tunables)\n"
    return environment + calls.joined(separator: "\n") + "\n"
  }

  /// What differs between the results expected and some that were found.
  func differences(from lines: [String]) -> [String] {
    let found = Self.readable(lines)
    return results.enumerated().compactMap { index, expected in
      guard let expected else { return nil }
      let line = index < found.count ? found[index] : "nothing"
      return Self.matches(expected, line) ? nil : "\(calls[index]): \(line) instead of \(expected)"
    }
  }

  /// Result lines as tests write them: without getrandom, the signal at the end of the call that met it.
  private static func readable(_ lines: [String]) -> [String] {
    var found: [String] = []
    for line in lines {
      if line.hasPrefix("!signal") {
        let signal = line.split(separator: " ")[..<2].joined(separator: " ")
        let last = found.popLast() ?? ""
        if signal == "!signal 6", last.hasPrefix("s=abort=\""), last.hasSuffix("\"") {
          found.append("abort: " + last.dropFirst(9).dropLast())
        } else {
          found.append(trimmed((last + " " + signal)[...]))
        }
      } else {
        let words = line.split(separator: " ").map { word in
          word.hasPrefix("s=getrandom,") ? "s=" + word.dropFirst(12) : String(word)
        }
        found.append(words.filter { $0 != "s=getrandom" }.joined(separator: " "))
      }
    }
    return found
  }

  private static func matches(_ expected: String, _ line: String) -> Bool {
    guard line.hasPrefix("q "), !expected.hasPrefix("abort") else { return expected == line }
    let fields = Set(line.split(separator: " "))
    return expected.split(separator: " ").allSatisfy(fields.contains)
  }
}

/// Expects that calls return what the real glibc 2.36 returns, and, where that is present, that it does.
func expectCalls(
  _ text: String, tunables: String = "", sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let expected = ExpectedCalls(text)
  let trace = expected.trace(tunables: tunables)
  let ours = expected.differences(from: try SimulatedGlibc.run(trace))
  #expect(ours == [], "the simulation", sourceLocation: sourceLocation)
  if let real = LiveGlibc.shared?.run(trace, tunables: tunables) {
    #expect(expected.differences(from: real) == [], "the real glibc", sourceLocation: sourceLocation)
  }
}
