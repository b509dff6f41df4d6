// Reads Grammar/mem.ebnf: productions in the EBNF notation of the W3C XML recommendation.

import Foundation

/// One side of a production.
indirect enum GrammarExpression {
  case literal(String)
  case characters([UInt32])
  case reference(String)
  case sequence([GrammarExpression])
  case choice([GrammarExpression])
  case optional(GrammarExpression)
  case repeated(GrammarExpression, atLeastOnce: Bool)
}

/// A production with whether blanks may stand between its symbols.
struct GrammarRule {
  var expression: GrammarExpression
  var allowsBlanks: Bool
}

/// The productions of a grammar by name.
struct GrammarFile {
  var rules: [String: GrammarRule] = [:]
  var order: [String] = []

  struct SyntaxError: Error, CustomStringConvertible {
    var description: String
  }

  /// Loads the grammar of this package.
  static func load() throws -> GrammarFile {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("Grammar/mem.ebnf"), encoding: .utf8)
    return try GrammarFile(text)
  }

  init(_ text: String) throws {
    var reader = GrammarReader(text)
    while let name = try reader.ruleName() {
      rules[name] = try reader.rule()
      order.append(name)
    }
  }
}

/// Reads the notation.
private struct GrammarReader {
  private let characters: [Unicode.Scalar]
  private var position = 0
  private var sawExplicitMark = false

  init(_ text: String) { characters = Array(text.unicodeScalars) }

  private var current: Unicode.Scalar? { position < characters.count ? characters[position] : nil }

  private func starts(with text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    return position + wanted.count <= characters.count
      && Array(characters[position..<position + wanted.count]) == wanted
  }

  private mutating func skipBlanks() {
    while let scalar = current {
      if scalar.properties.isWhitespace {
        position += 1
      } else if starts(with: "/*") {
        var comment = ""
        while !starts(with: "*/"), position < characters.count {
          comment.unicodeScalars.append(characters[position])
          position += 1
        }
        position += 2
        if comment.hasPrefix("/* ws: explicit") { sawExplicitMark = true }
      } else {
        return
      }
    }
  }

  private mutating func name() -> String? {
    var text = ""
    while let scalar = current, scalar.properties.isAlphabetic {
      text.unicodeScalars.append(scalar)
      position += 1
    }
    return text.isEmpty ? nil : text
  }

  mutating func ruleName() throws -> String? {
    skipBlanks()
    guard position < characters.count else { return nil }
    guard let name = name() else {
      throw GrammarFile.SyntaxError(description: "expected a name at \(position)")
    }
    skipBlanks()
    guard starts(with: "::=") else {
      throw GrammarFile.SyntaxError(description: "expected ::= behind \(name)")
    }
    position += 3
    return name
  }

  mutating func rule() throws -> GrammarRule {
    sawExplicitMark = false
    let expression = try choice()
    skipBlanks()
    return GrammarRule(expression: expression, allowsBlanks: !sawExplicitMark)
  }

  private mutating func choice() throws -> GrammarExpression {
    var options = [try sequence()]
    skipBlanks()
    while current == "|" {
      position += 1
      options.append(try sequence())
      skipBlanks()
    }
    return options.count == 1 ? options[0] : .choice(options)
  }

  private mutating func sequence() throws -> GrammarExpression {
    var parts: [GrammarExpression] = []
    while let part = try item() { parts.append(part) }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func item() throws -> GrammarExpression? {
    skipBlanks()
    guard var part = try primary() else { return nil }
    while let scalar = current, scalar == "?" || scalar == "*" || scalar == "+" {
      position += 1
      part = scalar == "?" ? .optional(part) : .repeated(part, atLeastOnce: scalar == "+")
    }
    return part
  }

  private mutating func primary() throws -> GrammarExpression? {
    guard let scalar = current else { return nil }
    switch scalar {
    case "\"", "'":
      position += 1
      var text = ""
      while let next = current, next != scalar {
        text.unicodeScalars.append(next)
        position += 1
      }
      position += 1
      return .literal(text)
    case "[": return .characters(try characterClass())
    case "#": return .characters([try characterCode()])
    case "(":
      position += 1
      let inner = try choice()
      skipBlanks()
      guard current == ")" else { throw GrammarFile.SyntaxError(description: "expected ) at \(position)") }
      position += 1
      return inner
    default:
      let start = position
      guard let name = name() else { return nil }
      skipBlanks()
      if starts(with: "::=") {
        position = start
        return nil
      }
      return .reference(name)
    }
  }

  private mutating func characterCode() throws -> UInt32 {
    position += 2
    var digits = ""
    while let scalar = current, scalar.properties.isASCIIHexDigit {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    guard let code = UInt32(digits, radix: 16) else { throw GrammarFile.SyntaxError(description: "bad #x") }
    return code
  }

  private mutating func classMember() throws -> UInt32 {
    if starts(with: "#x") { return try characterCode() }
    guard let scalar = current else { throw GrammarFile.SyntaxError(description: "unclosed [") }
    position += 1
    return scalar.value
  }

  /// All members of a class; of a long range the first and the last few.
  private mutating func characterClass() throws -> [UInt32] {
    position += 1
    var members: [UInt32] = []
    while current != "]" {
      let first = try classMember()
      if current == "-", position + 1 < characters.count, characters[position + 1] != "]" {
        position += 1
        let last = try classMember()
        members += (first...last).filter { $0 < first + 100 || $0 > last - 10 }
      } else {
        members.append(first)
      }
    }
    position += 1
    return members
  }
}
