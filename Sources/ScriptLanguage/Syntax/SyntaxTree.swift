// What the parser makes of a source text: statements as nested values, expressions as nodes of one array.

/// The place of an expression in its tree. Expressions live in an array, so that a chain of a million
/// operators is neither built nor freed by recursion.
struct ExpressionID: Equatable {
  var index: Int32
}

/// One node of an expression.
struct Expression {
  enum Kind {
    case integer(Int64)
    case pointer(UInt64)
    case boolean(Bool)
    case null
    case string([StringPiece])
    case name(String)
    case list([ExpressionID])
    case unary(UnaryOperator, ExpressionID)
    case binary(BinaryOperator, ExpressionID, ExpressionID)
    case conditional(ExpressionID, then: ExpressionID, otherwise: ExpressionID)
    case element(of: ExpressionID, at: ExpressionID)
    /// A call; the name stands at the start of the node's span.
    case call(String, [ExpressionID])
    case range(ExpressionID, ExpressionID, isClosed: Bool)
  }

  var kind: Kind
  var start: Int32
  var end: Int32
}

/// A part of a string literal or of a shell word.
enum StringPiece {
  case text(String)
  case expression(ExpressionID)
}

/// What an assignment assigns to.
enum AssignmentTarget {
  case variable(String, start: Int32, end: Int32)
  case element(of: ExpressionID, at: ExpressionID, start: Int32, end: Int32)
}

/// A name and its place.
struct NamedPlace {
  var name: String
  var start: Int32
  var end: Int32
}

/// A `{ … }`.
struct Block {
  var statements: [Statement] = []
}

/// One statement.
struct Statement {
  enum Kind {
    case expression(ExpressionID)
    case assign(AssignmentTarget, BinaryOperator?, ExpressionID)
    case conditional([ConditionalClause], otherwise: Block?)
    case whileLoop(ExpressionID, Block)
    case forLoop(NamedPlace, ExpressionID, Block)
    case repeatLoop(ExpressionID, Block)
    case breakLoop
    case continueLoop
    case function(FunctionDeclaration)
    case returnValue(ExpressionID?)
    case process(ExpressionID, Block)
    case machine([MachineEntry])
    case print([ExpressionID])
    case expect(ExpressionID)
    /// The index in the tree's list of includes.
    case include(Int)
    case global([NamedPlace])
    case shell(ShellCommand)
    /// The parts of `int a = 1, b = 2`.
    case declarations([Statement])
  }

  var kind: Kind
  var start: Int32
  var end: Int32
}

/// One `if` or `else if` with its block.
struct ConditionalClause {
  var condition: ExpressionID
  var block: Block
}

/// A `func`.
struct FunctionDeclaration {
  var name: NamedPlace
  var parameters: [NamedPlace]
  var body: Block
}

/// One `key=value` of a `machine` statement.
struct MachineEntry {
  var key: String
  var value: ShellWord
  var start: Int32
  var end: Int32
}

/// A word of a shell command, or a value of a `machine` statement.
struct ShellWord {
  var pieces: [StringPiece]
  var start: Int32
  var end: Int32
}

/// A shell command with its words and where its output goes.
struct ShellCommand {
  struct Redirection {
    var path: ShellWord
    var appends: Bool
  }

  var command: Int
  var words: [ShellWord]
  var redirection: Redirection?
}

/// One `include`.
struct Include {
  var path: String
  var start: Int32
  var end: Int32
}

/// A parsed source text.
struct SyntaxTree {
  /// The number of its source text, for spans.
  let source: Int32
  var expressions: [Expression] = []
  var statements: [Statement] = []
  var includes: [Include] = []

  subscript(id: ExpressionID) -> Expression { expressions[Int(id.index)] }

  func span(_ start: Int32, _ end: Int32) -> SourceSpan { SourceSpan(source: source, start: start, end: end) }

  func span(_ id: ExpressionID) -> SourceSpan { span(self[id].start, self[id].end) }

  func span(_ statement: Statement) -> SourceSpan { span(statement.start, statement.end) }
}
