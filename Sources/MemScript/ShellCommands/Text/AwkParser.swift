// Reads the programs of awk that are modelled.

import ScriptLanguage

/// A recursive descent over awk's words and signs.
struct AwkParser {
  private enum Token: Equatable {
    case number(Double)
    case text(String)
    case name(String)
    case pattern(String)
    case sign(String)
    case end
  }

  private var tokens: [Token] = []
  private var place = 0
  private var depth = 0

  init(_ source: String) throws {
    guard source.utf8.count <= 4096 else {
      throw AwkProgram.Refusal(message: "this awk program is too long", hint: nil)
    }
    try scan(Array(source.unicodeScalars))
  }

  private var token: Token { place < tokens.count ? tokens[place] : .end }

  private mutating func accept(_ sign: String) -> Bool {
    guard token == .sign(sign) else { return false }
    place += 1
    return true
  }

  private mutating func scan(_ source: [UnicodeScalar]) throws {
    var index = 0
    func at(_ place: Int) -> UnicodeScalar { place < source.count ? source[place] : "\0" }
    while index < source.count {
      let scalar = source[index]
      switch scalar {
      case " ", "\t": index += 1
      case "\n":
        tokens.append(.sign(";"))
        index += 1
      case _ where ("0"..."9").contains(scalar) || (scalar == "." && ("0"..."9").contains(at(index + 1))):
        let start = index
        while ("0"..."9").contains(at(index)) || at(index) == "." { index += 1 }
        var text = ""
        text.unicodeScalars.append(contentsOf: source[start..<index])
        tokens.append(.number(Double(text) ?? 0))
      case "\"":
        index += 1
        var text = ""
        while index < source.count, at(index) != "\"" {
          if at(index) == "\\", index + 1 < source.count {
            index += 1
            let escapes: [UnicodeScalar: UnicodeScalar] = ["n": "\n", "t": "\t"]
            text.unicodeScalars.append(escapes[at(index)] ?? at(index))
          } else {
            text.unicodeScalars.append(at(index))
          }
          index += 1
        }
        index += 1
        tokens.append(.text(text))
      case "/" where startsPattern:
        index += 1
        var text = ""
        while index < source.count, at(index) != "/" {
          if at(index) == "\\", at(index + 1) == "/" { index += 1 }
          text.unicodeScalars.append(at(index))
          index += 1
        }
        index += 1
        tokens.append(.pattern(text))
      case "A"..."Z", "a"..."z", "_":
        var text = ""
        while at(index).properties.isAlphabetic || ("0"..."9").contains(at(index)) || at(index) == "_" {
          text.unicodeScalars.append(at(index))
          index += 1
        }
        tokens.append(.name(text))
      default:
        var sign = String(scalar)
        let pair = sign + String(at(index + 1))
        if ["==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "!~"].contains(pair) {
          sign = pair
        }
        tokens.append(.sign(sign))
        index += sign.unicodeScalars.count
      }
    }
  }

  /// Whether a `/` here begins a regular expression rather than dividing.
  private var startsPattern: Bool {
    switch tokens.last {
    case .number?, .text?, .name?: return false
    case .sign(let sign)?: return sign != ")"
    default: return true
    }
  }

  // MARK: Rules

  mutating func rules() throws -> [AwkProgram.Rule] {
    var rules: [AwkProgram.Rule] = []
    while token != .end {
      if accept(";") { continue }
      if case .name(let name) = token, ["BEGIN", "END", "function", "func"].contains(name) {
        throw AwkProgram.Refusal(
          message: "awk's \(name) is not modelled", kind: .notModelled("awk's \(name)"),
          hint: "statements of this language compute: `for line in lines($(command)) { ... }`")
      }
      let pattern = token == .sign("{") ? nil : try expression()
      guard accept("{") else {
        guard token == .end || token == .sign(";") else { throw refusal() }
        rules.append(AwkProgram.Rule(pattern: pattern, values: []))
        continue
      }
      while !accept("}") {
        if accept(";") { continue }
        var rule = try action()
        rule.pattern = pattern
        rules.append(rule)
      }
    }
    return rules
  }

  private mutating func action() throws -> AwkProgram.Rule {
    guard case .name(let name) = token, name == "print" || name == "printf" else { throw refusal() }
    place += 1
    var rule = AwkProgram.Rule(pattern: nil, values: [], isFormatted: name == "printf")
    let isOpen = accept("(")
    while token != .sign(";"), token != .sign("}"), token != .sign(")"), token != .end {
      rule.values.append(try expression())
      guard accept(",") else { break }
    }
    if isOpen, !accept(")") { throw refusal() }
    guard token == .sign(";") || token == .sign("}") else { throw refusal() }
    return rule
  }

  /// What is wrong with the current word.
  private func refusal() -> AwkProgram.Refusal {
    let hint = "there are `/re/ {print $N, ...}`, `NR==n`, `$N`, `$NF`, `NR`, `NF`, texts and sums"
    switch token {
    case .name(let name):
      return AwkProgram.Refusal(
        message: "awk's `\(name)` is not modelled", kind: .notModelled("awk's \(name)"), hint: hint)
    case .sign(let sign):
      return AwkProgram.Refusal(
        message: "awk's `\(sign)` is not modelled here", kind: .notModelled("awk's \(sign)"), hint: hint)
    case .end: return AwkProgram.Refusal(message: "this awk program ends too early", hint: hint)
    default: return AwkProgram.Refusal(message: "this awk program cannot be read", hint: hint)
    }
  }

  // MARK: Expressions

  private static let levels: [[String]] = [["||"], ["&&"], ["~", "!~"], ["<", "<=", "==", "!=", ">", ">="]]

  private mutating func expression(_ level: Int = 0) throws -> AwkProgram.Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else {
      throw AwkProgram.Refusal(message: "this awk program is nested too deeply", hint: nil)
    }
    guard level < Self.levels.count else { return try concatenation() }
    var left = try expression(level + 1)
    while case .sign(let sign) = token, Self.levels[level].contains(sign) {
      place += 1
      if sign == "~" || sign == "!~" {
        guard case .pattern(let text) = token else { throw refusal() }
        place += 1
        let match = AwkProgram.Expression.match(left, try pattern(text))
        left = sign == "~" ? match : .not(match)
      } else {
        left = .binary(sign, left, try expression(level + 1))
      }
    }
    return left
  }

  private mutating func concatenation() throws -> AwkProgram.Expression {
    var left = try sum()
    while true {
      switch token {
      case .number, .text, .name, .sign("$"), .sign("("): left = .binary(" ", left, try sum())
      default: return left
      }
    }
  }

  private mutating func sum() throws -> AwkProgram.Expression {
    var left = try product()
    while token == .sign("+") || token == .sign("-") {
      let sign = token == .sign("+") ? "+" : "-"
      place += 1
      left = .binary(sign, left, try product())
    }
    return left
  }

  private mutating func product() throws -> AwkProgram.Expression {
    var left = try unary()
    while case .sign(let sign) = token, ["*", "/", "%"].contains(sign) {
      place += 1
      left = .binary(sign, left, try unary())
    }
    return left
  }

  private mutating func unary() throws -> AwkProgram.Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else {
      throw AwkProgram.Refusal(message: "this awk program is nested too deeply", hint: nil)
    }
    if accept("!") { return .not(try unary()) }
    if accept("-") { return .negate(try unary()) }
    if accept("+") { return try unary() }
    if accept("$") { return .field(try unary()) }
    switch token {
    case .number(let number):
      place += 1
      return .number(number)
    case .text(let text):
      place += 1
      return .text(text)
    case .pattern(let text):
      place += 1
      return .match(nil, try pattern(text))
    case .name("NR"), .name("FNR"):
      place += 1
      return .lineNumber
    case .name("NF"):
      place += 1
      return .fieldCount
    case .name("length"):
      place += 1
      guard accept("(") else { return .length(.field(.number(0))) }
      if accept(")") { return .length(.field(.number(0))) }
      let inner = try expression()
      guard accept(")") else { throw refusal() }
      return .length(inner)
    case .sign("("):
      place += 1
      let inner = try expression()
      guard accept(")") else { throw refusal() }
      return inner
    default: throw refusal()
    }
  }

  private func pattern(_ text: String) throws -> LinePattern {
    do throws(PatternError) {
      return try LinePattern([text], .extended, ignoresCase: false, extent: .part)
    } catch {
      switch error {
      case .malformed(let problem): throw AwkProgram.Refusal(message: "awk: \(problem)", hint: nil)
      case .notModelled(let what):
        throw AwkProgram.Refusal(
          message: "\(what) in patterns are not modelled", kind: .notModelled("\(what) in patterns"),
          hint: nil)
      }
    }
  }
}
