// The state of code generation for one function or for the main program.

/// Generates the code of one chunk.
///
/// In the main program the registers of the stack's bottom are the globals themselves, so that they are as
/// fast as locals; in a function, globals are copied to and from registers.
struct CodeGenerator {
  /// A loop or `switch` that `break` and `continue` may leave.
  struct Loop {
    var breakLabel: Label
    /// Nil for a `switch`.
    var continueLabel: Label?
    /// How many scopes are open around it.
    var scopes: Int
  }

  /// What has to be left before a jump out of it.
  enum Scope {
    case process, errorHandler
    /// Commands whose output is read; no jump leaves them.
    case capture
  }

  let compilation: Compilation
  let function: Resolver.Function?
  var unit: Int
  var builder: ChunkBuilder
  var loops: [Loop] = []
  /// What is open in this function and has to be left, innermost last.
  var scopes: [Scope] = []

  /// Whether the status of a command here is looked at, so that its failure does not end the script.
  var isTested = false

  /// The registers of the function's own variables.
  private var locals: [String: Int] = [:]
  /// The first register that no variable has.
  private let firstTemporary: Int
  /// The next free temporary.
  private var nextTemporary: Int
  private var registerCount: Int
  /// Whether the variable in a register has a value for certain, and the order in which that was learnt.
  private var isAssigned: [Bool]
  private var assignmentTrail: [Int] = []
  /// Locals that must start as nothing because code may read them before they are assigned.
  private var unsafeLocals: [Int] = []
  private var isUnsafe: [Bool]

  var isMain: Bool { function == nil }
  var tree: SyntaxTree { compilation.units[unit].tree }

  init(_ compilation: Compilation, unit: Int, function: Resolver.Function?) {
    self.compilation = compilation
    self.function = function
    self.unit = unit
    builder = ChunkBuilder()
    let variables = function?.locals.count ?? compilation.names.globalNames.count
    firstTemporary = variables
    nextTemporary = variables
    registerCount = variables
    isUnsafe = Array(repeating: false, count: variables)
    if let function {
      let parameters = function.declaration.parameters.count
      isAssigned = (0..<variables).map { $0 < parameters }
      for (register, name) in function.locals.enumerated() { locals[name] = register }
    } else {
      isAssigned = (0..<variables).map(compilation.hasValue)
    }
  }

  mutating func compileMain() -> ChunkImage {
    if !compilation.units.isEmpty {
      let statements = compilation.units[0].tree.statements
      if compilation.options.yieldsValue, let last = statements.last {
        compile(Array(statements.dropLast()), isTopLevel: true)
        compileYield(last)
      } else {
        compile(statements, isTopLevel: true)
      }
    }
    if compilation.resolver.hasMain { compileCallOfMain() }
    builder.emit(Instruction(.halt), at: SourceSpan(source: 0, start: 0, end: 0))
    return finish(name: "", parameterCount: 0)
  }

  mutating func compileFunction(_ function: Resolver.Function) -> ChunkImage {
    let declaration = function.declaration
    let span = tree.span(declaration.name.start, declaration.name.end)
    compileParameters(declaration.parameters)
    compile(declaration.body.statements, isTopLevel: false)
    builder.emit(Instruction(.returnNull), at: span)
    return finish(name: declaration.name.name, parameterCount: declaration.parameters.count)
  }

  private mutating func finish(name: String, parameterCount: Int) -> ChunkImage {
    builder.resolveLabels()
    if registerCount > Instruction.largestRegister || builder.code.count > Instruction.largestDistance {
      report(
        "this is too long for one function", at: builder.spans[0], hint: "parts may be put into functions")
    }
    let none = unsafeLocals.map { Instruction(.loadConstant, tag: .undefined, a: $0, wide: 0) }
    if !isMain { builder.prepend(none, at: builder.spans[0]) }
    return ChunkImage(builder, name: name, registerCount: registerCount, parameterCount: parameterCount)
  }

  // MARK: Registers

  mutating func temporary() -> Int { temporaries(1) }

  /// The first of several neighbouring temporaries.
  mutating func temporaries(_ count: Int) -> Int {
    let first = nextTemporary
    nextTemporary += count
    registerCount = max(registerCount, nextTemporary)
    return first
  }

  /// Runs code whose temporaries are free again afterwards.
  mutating func withTemporaries<Result>(_ body: (inout CodeGenerator) -> Result) -> Result {
    let mark = nextTemporary
    let result = body(&self)
    nextTemporary = mark
    return result
  }

  func isVariable(_ register: Int) -> Bool { register < firstTemporary }

  // MARK: Variables

  /// What a name means in this function.
  enum Meaning {
    case register(Int)
    case global(Int)
    case constant(ScriptValue)
    case hostVariable
    case unknown
  }

  func meaning(of name: String) -> Meaning {
    if let register = locals[name] { return .register(register) }
    if let slot = compilation.isGlobal(name) { return isMain ? .register(slot) : .global(slot) }
    if let value = compilation.constant(name) { return .constant(value) }
    return compilation.mayBeHostVariable(name) ? .hostVariable : .unknown
  }

  func suggestion(forVariable name: String) -> Suggestion? {
    compilation.suggestion(forVariable: name, locals: function?.locals ?? [])
  }

  /// Makes sure that a variable's register holds a value where it is read.
  mutating func checkAssigned(_ register: Int, _ name: String, at span: SourceSpan) {
    guard isVariable(register), !isAssigned[register] else { return }
    builder.emit(Instruction(.checkDefined, a: register, b: builder.name(name)), at: span)
    if !isMain, !isUnsafe[register] {
      isUnsafe[register] = true
      unsafeLocals.append(register)
    }
    noteAssigned(register)
  }

  /// Notes that a variable has a value from here on.
  mutating func noteAssigned(_ register: Int) {
    guard isVariable(register), !isAssigned[register] else { return }
    isAssigned[register] = true
    assignmentTrail.append(register)
  }

  /// Runs code that may not be executed: what it assigns is not certain afterwards. Returns those variables.
  @discardableResult
  mutating func conditionally(_ body: (inout CodeGenerator) -> Void) -> [Int] {
    let mark = assignmentTrail.count
    body(&self)
    let learnt = Array(assignmentTrail[mark...])
    for register in learnt { isAssigned[register] = false }
    assignmentTrail.removeSubrange(mark...)
    return learnt
  }

  // MARK: Errors

  /// The number of an instruction's operands, 0 with a diagnostic when there are more than it can count.
  func operandCount(_ count: Int, _ what: String, _ span: SourceSpan) -> Int {
    if count <= Instruction.largestCount { return count }
    report("there are \(count) \(what), more than \(Instruction.largestCount)", at: span)
    return 0
  }

  /// Reports a mistake.
  func report(_ message: String, kind: FailureKind = .syntax, at span: SourceSpan, hint: String? = nil) {
    compilation.diagnostics.add(message, kind: kind, at: span, hint: hint)
  }

  /// Reports that nobody knows a name.
  ///
  /// - Parameter what: what it would be: a variable, a function or a command.
  func report(unknown what: String, _ name: String, at span: SourceSpan, _ suggestion: Suggestion?) {
    compilation.diagnostics.add(
      "unknown \(what) `\(name)`", kind: Suggestion.kind(of: name, suggestion), at: span,
      hint: suggestion?.hint, unknown: name, replacement: suggestion?.replacement)
  }
}
