// The part of awk's language that prints fields: patterns, print and printf, and arithmetic.

import ScriptLanguage

/// A program of rules without variables.
struct AwkProgram {
  /// Something of awk that is not modelled, or no awk at all.
  struct Refusal: Error {
    var message: String
    var kind = FailureKind.value
    var hint: String?
  }

  indirect enum Expression {
    case number(Double)
    case text(String)
    case field(Expression)
    case lineNumber, fieldCount
    case match(Expression?, LinePattern)
    case not(Expression)
    case negate(Expression)
    case binary(String, Expression, Expression)
    case length(Expression)
  }

  struct Rule {
    var pattern: Expression?
    /// What `print` prints; nil for the whole line.
    var values: [Expression]
    var isFormatted = false
  }

  /// A value as awk has it: a text from the input counts as a number when it looks like one.
  enum Value {
    case number(Double)
    case text(String)
    case field(String)
  }

  private let rules: [Rule]
  private let separator: String?

  init(_ source: String, separator: String?) throws {
    var parser = try AwkParser(source)
    rules = try parser.rules()
    self.separator = separator == "\\t" || separator == "t" ? "\t" : separator
    if let separator = self.separator, separator.count > 1 {
      throw Refusal(
        message: "a field separator of several characters is not modelled",
        kind: .notModelled("a field separator of several characters"), hint: "write `-F:`")
    }
  }

  /// What the rules print for a line.
  ///
  /// - Parameter budget: what is charged for the search of patterns.
  func output(for line: String, number: Int, budget: ScriptBudget) throws -> String {
    let record = Record(line: line, fields: fields(line), number: number, budget: budget)
    var output = ""
    for rule in rules {
      if let pattern = rule.pattern, try !record.isTrue(record.value(pattern)) { continue }
      if rule.isFormatted {
        output += try formatted(rule.values, record)
      } else {
        output +=
          try rule.values.isEmpty
          ? line + "\n" : rule.values.map { record.text(try record.value($0)) }.joined(separator: " ") + "\n"
      }
    }
    return output
  }

  private func formatted(_ values: [Expression], _ record: Record) throws -> String {
    guard let first = values.first else { return "" }
    let format = record.text(try record.value(first))
    var arguments: [ScriptValue] = []
    // A conversion of numbers gets a number, one of texts a text.
    var letters = Substring(format)
    for value in values.dropFirst() {
      while let mark = letters.firstIndex(of: "%"), letters[mark...].hasPrefix("%%") {
        letters = letters[letters.index(mark, offsetBy: 2)...]
      }
      let rest = letters.firstIndex(of: "%").map { letters[letters.index(after: $0)...] } ?? ""
      let letter = rest.first { $0.isLetter && !"lhzjt".contains($0) }
      letters = rest.drop { !$0.isLetter }
      let computed = try record.value(value)
      switch letter {
      case "d", "i", "x", "X", "o", "u":
        arguments.append(.integer(Int64(exactly: record.number(computed).rounded(.towardZero)) ?? 0))
      case "f", "e", "g", "E", "G", "F": arguments.append(.double(record.number(computed)))
      default: arguments.append(.string(record.text(computed)))
      }
    }
    return try PrintfText.text(format.replacingLength(), arguments)
  }

  private func fields(_ line: String) -> [Substring] {
    guard let separator, separator != " ", let sign = separator.first else {
      return line.split { $0 == " " || $0 == "\t" || $0 == "\n" }
    }
    return line.isEmpty ? [] : line.split(separator: sign, omittingEmptySubsequences: false)
  }

  /// One line with its fields.
  struct Record {
    let line: String
    let fields: [Substring]
    let number: Int
    let budget: ScriptBudget

    func value(_ expression: Expression) throws -> Value {
      switch expression {
      case .number(let number): return .number(number)
      case .text(let text): return .text(text)
      case .lineNumber: return .number(Double(number))
      case .fieldCount: return .number(Double(fields.count))
      case .field(let index):
        let place = self.number(try value(index))
        guard place >= 0, place < 1e9 else {
          throw ScriptError("awk: there is no field \(place.description)")
        }
        if Int(place) == 0 { return .field(line) }
        return .field(Int(place) <= fields.count ? String(fields[Int(place) - 1]) : "")
      case .match(let subject, let pattern):
        let text = try subject.map { self.text(try value($0)) } ?? line
        return .number(try pattern.matches(text) { try budget.charge($0) } ? 1 : 0)
      case .not(let inner): return .number(isTrue(try value(inner)) ? 0 : 1)
      case .negate(let inner): return .number(-self.number(try value(inner)))
      case .length(let inner): return .number(Double(text(try value(inner)).unicodeScalars.count))
      case .binary(let sign, let left, let right): return try binary(sign, left, right)
      }
    }

    private func binary(_ sign: String, _ left: Expression, _ right: Expression) throws -> Value {
      let x = try value(left)
      if sign == "&&" { return .number(isTrue(x) ? isTrue(try value(right)) ? 1 : 0 : 0) }
      if sign == "||" { return .number(isTrue(x) ? 1 : isTrue(try value(right)) ? 1 : 0) }
      let y = try value(right)
      switch sign {
      case " ": return .text(text(x) + text(y))
      case "+": return .number(self.number(x) + self.number(y))
      case "-": return .number(self.number(x) - self.number(y))
      case "*": return .number(self.number(x) * self.number(y))
      case "/", "%":
        let divisor = self.number(y)
        guard divisor != 0 else { throw ScriptError("awk: division by zero") }
        return .number(
          sign == "/" ? self.number(x) / divisor : self.number(x).truncatingRemainder(dividingBy: divisor))
      default: return .number(compare(sign, x, y) ? 1 : 0)
      }
    }

    /// Numbers compare as numbers, and texts of the input that look like them.
    private func compare(_ sign: String, _ x: Value, _ y: Value) -> Bool {
      let order: Int
      if let left = numeric(x), let right = numeric(y) {
        order = left < right ? -1 : left > right ? 1 : 0
      } else {
        let (left, right) = (text(x), text(y))
        order = left == right ? 0 : Array(left.utf8).lexicographicallyPrecedes(Array(right.utf8)) ? -1 : 1
      }
      switch sign {
      case "<": return order < 0
      case "<=": return order <= 0
      case ">": return order > 0
      case ">=": return order >= 0
      case "!=": return order != 0
      default: return order == 0
      }
    }

    private func numeric(_ value: Value) -> Double? {
      switch value {
      case .number(let number): return number
      case .text: return nil
      case .field(let text):
        let words = text.split(separator: " ")
        return words.count == 1 ? Double(words[0]) : nil
      }
    }

    /// A value as a number: as much of the head of a text as is one.
    func number(_ value: Value) -> Double {
      switch value {
      case .number(let number): return number
      case .text(let text), .field(let text):
        let trimmed = text.drop { $0 == " " || $0 == "\t" }
        if let number = Double(trimmed) { return number.isFinite ? number : 0 }
        let head = trimmed.prefix { ("0"..."9").contains($0) || "+-.".contains($0) }
        return Double(head) ?? 0
      }
    }

    /// A value as text; a number by `%.6g`, whole ones in full.
    func text(_ value: Value) -> String {
      switch value {
      case .text(let text), .field(let text): return text
      case .number(let number):
        if let whole = Int64(exactly: number) { return String(whole) }
        return (try? PrintfText.text("%.6g", [.double(number)])) ?? ""
      }
    }

    func isTrue(_ value: Value) -> Bool {
      switch value {
      case .number(let number): return number != 0
      case .text(let text): return !text.isEmpty
      case .field(let text): return numeric(value).map { $0 != 0 } ?? !text.isEmpty
      }
    }
  }
}

extension String {
  /// A format whose integers are 64 bits wide.
  fileprivate func replacingLength() -> String {
    var result = ""
    var isConversion = false
    for character in self {
      if isConversion, "dixXou".contains(character) { result += "l" }
      if character == "%" { isConversion.toggle() } else if character.isLetter { isConversion = false }
      result.append(character)
    }
    return result
  }
}
