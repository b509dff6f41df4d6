// The words and signs of a script.

/// The reserved words of the language.
enum Keyword: String, CaseIterable {
  case `if`, `else`, `while`, `for`, `in`, `repeat`, `break`, `continue`, `func`, `return`
  case process, machine, print, expect, include, global
  case `do`, `switch`, `case`, `default`, `try`, `catch`, sizeof
  case `true`, `false`
  case null = "NULL"
}

/// One token: its kind, its place and, for numbers, its value.
struct Token {
  enum Kind: Equatable {
    case endOfFile, newline, semicolon, invalid
    case identifier
    case keyword(Keyword)
    case dollarName
    case integer, pointer, double
    /// A number with the suffix `U`; `L`s are counted in `suffixLongs`.
    case unsigned
    /// `$(`, `$((` and a backquote.
    case commandSubstitution, arithmeticExpansion, backquote
    /// `#define` at the beginning of a line.
    case define
    /// 9223372036854775808, which only a minus sign in front makes an integer.
    case integerMinimumMagnitude
    case quote
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
    case comma, dot, colon, question, at
    case halfOpenRange, closedRange
    case plus, minus, star, slash, percent
    case ampersand, bar, caret, tilde, exclamation
    case shiftLeft, shiftRight
    case less, lessEqual, greater, greaterEqual, equal, notEqual
    case andAnd, orOr
    /// `=`, or an operator and `=`.
    case assign(BinaryOperator?)
    case increment, decrement
  }

  var kind: Kind
  var start: Int32
  var end: Int32
  /// The bits of a number.
  var bits: UInt64 = 0
  /// How many `L`s stand behind a number.
  var suffixLongs = 0
  /// Whether blank space or a comment stands before it.
  var hasSpaceBefore = false

  /// Whether a statement may end here.
  var endsStatement: Bool {
    switch kind {
    case .endOfFile, .newline, .semicolon, .rightBrace: true
    default: false
    }
  }

  /// Whether the token can only begin an operand, so that a name before it must be a call without parentheses.
  var beginsOperandOnly: Bool {
    switch kind {
    case .identifier, .dollarName, .integer, .pointer, .unsigned, .double, .integerMinimumMagnitude, .quote,
      .tilde, .exclamation, .commandSubstitution, .arithmeticExpansion:
      true
    case .keyword(.sizeof): true
    case .keyword(.true), .keyword(.false), .keyword(.null): true
    default: false
    }
  }
}

/// The operators with two operands.
enum BinaryOperator: String, CaseIterable {
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case add = "+"
  case subtract = "-"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  case less = "<"
  case lessEqual = "<="
  case greater = ">"
  case greaterEqual = ">="
  case equal = "=="
  case notEqual = "!="
  case bitAnd = "&"
  case bitXor = "^"
  case bitOr = "|"
  case and = "&&"
  case or = "||"

  /// C's precedence; a larger number binds tighter.
  var precedence: Int {
    switch self {
    case .multiply, .divide, .remainder: 10
    case .add, .subtract: 9
    case .shiftLeft, .shiftRight: 8
    case .less, .lessEqual, .greater, .greaterEqual: 7
    case .equal, .notEqual: 6
    case .bitAnd: 5
    case .bitXor: 4
    case .bitOr: 3
    case .and: 2
    case .or: 1
    }
  }

  var isComparison: Bool { precedence == 6 || precedence == 7 }
}

/// The operators with one operand.
enum UnaryOperator: String {
  case negate = "-"
  case plus = "+"
  case complement = "~"
  case not = "!"
}

extension Token.Kind {
  /// The operator that a token stands for between two operands.
  var binaryOperator: BinaryOperator? {
    switch self {
    case .star: .multiply
    case .slash: .divide
    case .percent: .remainder
    case .plus: .add
    case .minus: .subtract
    case .shiftLeft: .shiftLeft
    case .shiftRight: .shiftRight
    case .less: .less
    case .lessEqual: .lessEqual
    case .greater: .greater
    case .greaterEqual: .greaterEqual
    case .equal: .equal
    case .notEqual: .notEqual
    case .ampersand: .bitAnd
    case .caret: .bitXor
    case .bar: .bitOr
    case .andAnd: .and
    case .orOr: .or
    default: nil
    }
  }
}
