// What the parser makes of a source text: statements as nested values, expressions as nodes of one array.

/// The place of an expression in its tree. Expressions live in an array, so that a chain of a million
/// operators is neither built nor freed by recursion.
struct ExpressionID: Equatable, Sendable {
  var index: Int32
}

/// One node of an expression.
struct Expression: Sendable {
  enum Kind: Sendable {
    case integer(Int64)
    /// A number whose type C knows: one with a suffix.
    case typed(UInt64, CType)
    case double(Double)
    case pointer(UInt64)
    case boolean(Bool)
    case null
    case string([StringPiece])
    case name(String)
    case list([ExpressionID])
    case map([(key: ExpressionID, value: ExpressionID)])
    case unary(UnaryOperator, ExpressionID)
    case binary(BinaryOperator, ExpressionID, ExpressionID)
    case conditional(ExpressionID, then: ExpressionID, otherwise: ExpressionID)
    case element(of: ExpressionID, at: ExpressionID)
    /// A call; the name stands at the start of the node's span.
    case call(String, [ExpressionID])
    case range(ExpressionID, ExpressionID, isClosed: Bool)
    case cast(CType, ExpressionID)
    case sizeOfType(CType)
    case sizeOfValue(ExpressionID)
    /// An assignment that has a value: in parentheses, or in a chain.
    indirect case assign(AssignmentTarget, BinaryOperator?, ExpressionID)
    /// `x++` and its kin; the operator is `.add` or `.subtract`.
    indirect case increment(AssignmentTarget, BinaryOperator, isPrefix: Bool)
    /// `(a, b)`: the value of the last.
    case sequence([ExpressionID])
    /// `{x:%8.1f}` in a text.
    case formatted(ExpressionID, format: String)
    /// `$(…)`: the number of a block in the tree, whose output this is.
    case commandOutput(Int)
    /// Whether the last command of a block ends with status 0.
    case commandStatus(Int)
  }

  var kind: Kind
  var start: Int32
  var end: Int32
}

/// A part of a string literal or of a shell word.
enum StringPiece: Sendable {
  case text(String)
  case expression(ExpressionID)
  /// The output of a command in an unquoted shell word, which becomes several words at its blanks; so does a
  /// `$name` in the list of `for … in`.
  case splitting(ExpressionID)
}

/// What an assignment assigns to.
enum AssignmentTarget: Sendable {
  case variable(String, start: Int32, end: Int32)
  case element(of: ExpressionID, at: ExpressionID, start: Int32, end: Int32)
}

/// A name and its place.
struct NamedPlace: Sendable {
  var name: String
  var start: Int32
  var end: Int32
}

/// A `{ … }`.
struct Block: Sendable {
  var statements: [Statement] = []
}

/// One statement.
struct Statement: Sendable {
  /// Boxed, so that reading nested blocks takes little of the stack.
  indirect enum Kind: Sendable {
    case expression(ExpressionID)
    case assign(AssignmentTarget, BinaryOperator?, ExpressionID)
    /// A C declaration of one variable.
    case declaration(CType, NamedPlace, ExpressionID?)
    /// `#define NAME value`.
    case constant(NamedPlace, ExpressionID)
    case conditional([ConditionalClause], otherwise: Block?)
    case whileLoop(ExpressionID, Block)
    case doLoop(Block, ExpressionID)
    case forLoop(NamedPlace, ExpressionID, Block)
    /// `for k, v in …`
    case pairLoop(NamedPlace, NamedPlace, ExpressionID, Block)
    /// `for (first; condition; step)`
    case countedLoop(CountedLoop)
    /// `for name in words; do`
    case wordLoop(NamedPlace, [ShellWord], Block)
    case switchValue(ExpressionID, [SwitchSection])
    case tryCatch(Block, NamedPlace?, Block)
    case block(Block)
    case repeatLoop(ExpressionID, Block)
    case breakLoop
    case continueLoop
    case function(FunctionDeclaration)
    case returnValue(ExpressionID?)
    /// The name, the control group where one is named, and what the process does.
    case process(ExpressionID, in: ExpressionID?, Block)
    /// A thread's name with the size of its stack where one is said, or none for a hold on an arena, and what is done.
    case thread(ExpressionID?, stack: ExpressionID?, Block)
    case machine([MachineEntry])
    case print([ExpressionID])
    case expect(ExpressionID, message: ExpressionID?)
    /// The index in the tree's list of includes.
    case include(Int)
    case global([NamedPlace])
    /// A shell command by itself.
    case shell(ShellCommand)
    case commandList(CommandList)
    /// `((expression))` as a command: it succeeds when the value is not 0.
    case arithmetic(ExpressionID)
    /// The parts of `int a = 1, b = 2`, and of `a = 1, b = 2` in the head of a loop.
    case declarations([Statement])
  }

  var kind: Kind
  var start: Int32
  var end: Int32
}

/// One `if` or `else if` with its block.
struct ConditionalClause: Sendable {
  var condition: ExpressionID
  var block: Block
}

/// The head and the body of C's `for`.
struct CountedLoop: Sendable {
  var first: [Statement]
  var condition: ExpressionID?
  var step: [Statement]
  var body: Block
}

/// The statements behind one or more labels of a `switch`.
struct SwitchSection: Sendable {
  /// The values of its `case`s.
  var values: [ExpressionID]
  var isDefault: Bool
  var body: Block
}

/// A parameter of a function.
struct FunctionParameter: Sendable {
  var place: NamedPlace
  var type: CType?
  var value: ExpressionID?
}

/// A `func`, or a function as C writes one.
struct FunctionDeclaration: Sendable {
  var name: NamedPlace
  var parameters: [FunctionParameter]
  var body: Block
  /// The type of the result in C's form; nil in the language's own.
  var result: CType?

  /// Whether names that it does not declare are globals, as in C.
  var isC: Bool { result != nil }
}

/// One `key=value` of a `machine` statement.
struct MachineEntry: Sendable {
  var key: String
  var value: ShellWord
  var start: Int32
  var end: Int32
}

/// A word of a shell command, or a value of a `machine` statement.
struct ShellWord: Sendable {
  var pieces: [StringPiece]
  var start: Int32
  var end: Int32
}

/// A shell command with its words and where its input and output go.
struct ShellCommand: Sendable {
  struct Redirection: Sendable {
    var kind: ShellLine.Redirection.Kind
    var path: ShellWord
  }

  var command: Int
  /// Where its name stands.
  var name: NamedPlace
  var words: [ShellWord]
  var redirections: [Redirection]
}

/// Commands of which each but the first reads what the one before it writes.
struct Pipeline: Sendable {
  var stages: [Statement]
  /// Whether `!` stands before it.
  var isNegated: Bool
}

/// Pipelines with `&&` and `||` between them.
struct CommandList: Sendable {
  var first: Pipeline
  var rest: [(runsAfterSuccess: Bool, pipeline: Pipeline)]
}

/// One `include`.
struct Include: Sendable {
  var path: String
  var start: Int32
  var end: Int32
}

/// A parsed source text.
struct SyntaxTree: Sendable {
  /// The number of its source text, for spans.
  let source: Int32
  var expressions: [Expression] = []
  var statements: [Statement] = []
  var includes: [Include] = []
  /// The commands of `$(…)` and of conditions.
  var blocks: [Block] = []
  /// What assignments inside expressions assign, in order.
  var innerTargets: [NamedPlace] = []
  /// Where the commands of each block inside an expression begin.
  private(set) var blockStarts: [(start: Int32, block: Int)] = []

  /// Adds the commands of `$(…)` or of a shell's condition.
  ///
  /// - Returns: their number.
  mutating func addBlock(_ block: Block, at start: Int32) -> Int {
    blockStarts.append((start, blocks.count))
    blocks.append(block)
    return blocks.count - 1
  }
  /// Whether a type of C stands anywhere in it that may change a value.
  var hasTypes = false
  /// Names that stand in parts which could not be read: nothing can be said about what they mean.
  var unreadNames: Set<String> = []

  subscript(id: ExpressionID) -> Expression { expressions[Int(id.index)] }

  func span(_ start: Int32, _ end: Int32) -> SourceSpan { SourceSpan(source: source, start: start, end: end) }

  func span(_ id: ExpressionID) -> SourceSpan { span(self[id].start, self[id].end) }

  func span(_ statement: Statement) -> SourceSpan { span(statement.start, statement.end) }
}
