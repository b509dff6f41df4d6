// A question whose answer the machine knows.

import MemScript

/// Something to predict: what is asked, and the script that finds the answer out.
struct Question: Sendable {
  /// What kind of answer is expected, and how near it must be.
  enum Kind: Sendable {
    /// An amount of memory, within so many percent.
    case bytes(within: Int)
    /// A number, within so many percent.
    case number(within: Int)
    /// One of these words.
    case word([String])
  }

  /// What is asked.
  let text: String
  let kind: Kind
  /// Leaves the answer in the variable `answer`.
  let script: String

  /// How a guess did.
  enum Verdict: Equatable {
    case right(answer: String)
    case wrong
    /// It is no answer to this question; the text says what one looks like.
    case unreadable(String)
  }

  /// The answer, found out on a machine of its own.
  ///
  /// - Throws: `ShellError` when the script fails.
  func answer() throws(ShellError) -> ScriptValue {
    guard let session = try? Session(output: { _, _ in }) else {
      throw ShellError("no machine could be booted")
    }
    guard case .finished = session.run(script, name: "question"), let value = try? session.value(of: "answer")
    else {
      throw ShellError("the machine gives no answer to this question")
    }
    return value
  }

  /// Judges a guess by what the machine does.
  func judge(_ guess: String) throws(ShellError) -> Verdict {
    let value = try answer()
    switch kind {
    case .word(let words):
      let guess = guess.lowercased()
      guard words.contains(guess) else {
        return .unreadable("answer with one of: \(words.joined(separator: ", "))")
      }
      return guess == value.description ? .right(answer: value.description) : .wrong
    case .bytes(let tolerance), .number(let tolerance):
      guard let number = Self.number(guess), case .integer(let truth) = value else {
        return .unreadable("answer with a number\(isBytes ? ", such as 8K or 1.5M" : "")")
      }
      let allowed = Double(truth.magnitude) * Double(tolerance) / 100
      guard abs(number - Double(truth)) <= allowed else { return .wrong }
      return .right(answer: shown(value))
    }
  }

  /// How near an answer must be, in words; empty where it must be exact.
  var toleranceText: String {
    switch kind {
    case .bytes(let tolerance) where tolerance > 0, .number(let tolerance) where tolerance > 0:
      ", within \(tolerance) %"
    default: ""
    }
  }

  private var isBytes: Bool { if case .bytes = kind { true } else { false } }

  /// The answer as people read it.
  func shown(_ value: ScriptValue) -> String {
    guard isBytes, case .integer(let number) = value, number >= 1024 else { return value.description }
    let units = [(1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")]
    guard let (unit, letter) = units.first(where: { number >= $0.0 }) else { return value.description }
    let tenths = (number * 10 + Int64(unit) / 2) / Int64(unit)
    return tenths % 10 == 0 ? "\(tenths / 10)\(letter)" : "\(tenths / 10).\(tenths % 10)\(letter)"
  }

  /// A number with a unit, as `8K`, `1.5 MiB` or `2560`.
  static func number(_ text: String) -> Double? {
    let text = text.lowercased().split(separator: " ").joined()
    let digits = text.prefix { $0.isNumber || $0 == "." || $0 == "-" }
    guard let number = Double(digits), number.isFinite else { return nil }
    switch text.dropFirst(digits.count) {
    case "", "b", "bytes": return number
    case "k", "kb", "kib": return number * 1024
    case "m", "mb", "mib": return number * 1_048_576
    case "g", "gb", "gib": return number * 1_073_741_824
    default: return nil
    }
  }
}
