// Which names a program gives a meaning to, found before any code is made.

/// Finds all functions, assigned variables and process names of a program.
struct Resolver {
  /// A function with the unit that it stands in.
  struct Function: Sendable {
    var unit: Int
    var declaration: FunctionDeclaration
    var index: Int
    /// The names that are local: parameters first, then assigned ones in order of appearance.
    var locals: [String] = []
    var localSet: Set<String> = []
    var globals: Set<String> = []
    /// The types that C declarations give locals.
    var types: [String: CType] = [:]
  }

  let units: [Unit]
  let commands: CommandTable
  let budget: ScriptBudget
  var names: ProgramNames
  var functions: [Function] = []
  /// Names that become host variables: processes, and words given to commands such as `fork`.
  var processNames: Set<String> = []
  /// Whether a process is named by an expression, so that any name may become one.
  var hasComputedProcessNames = false
  /// Globals that this program assigns somewhere.
  var assignedGlobals: Set<String> = []
  /// Variables that hold what a command gave that takes a name, as `web = fork("web")` does.
  var processVariables: Set<String> = []
  /// Whether it has a `main` in C's form.
  var hasMain = false
  var diagnostics = DiagnosticCollector()

  private var declared: Set<String> = []
  /// For each unit what assignments inside expressions assign, by place.
  private var innerTargets: [[NamedPlace]] = []
  /// For each unit the blocks of commands inside expressions, by place.
  private var innerBlocks: [[(start: Int32, block: Int)]] = []
  /// How many loops are open in the current function, and how many of them and of `switch`es.
  private var openLoops = 0
  private var openBreakables = 0

  init(units: [Unit], commands: CommandTable, budget: ScriptBudget, names: ProgramNames) {
    self.units = units
    self.commands = commands
    self.budget = budget
    self.names = names
  }

  mutating func resolve() {
    guard !units.isEmpty else { return }
    innerTargets = units.map { $0.tree.innerTargets.sorted { $0.start < $1.start } }
    innerBlocks = units.map { $0.tree.blockStarts.sorted { $0.start < $1.start } }
    for (index, unit) in units.enumerated() {
      visit(unit.tree.statements, unit: index, function: nil)
      declareOuter(of: index)
      visitWords(unit.tree)
    }
    ProcessNameWarnings(self).add(to: &diagnostics)
  }

  private mutating func visit(_ statements: [Statement], unit: Int, function: Int?) {
    for statement in statements { visit(statement, unit: unit, function: function) }
  }

  private mutating func visit(_ statement: Statement, unit: Int, function: Int?) {
    guard budget.mayGoOnCompiling() else { return }
    switch statement.kind {
    case .assign(.variable(let name, let start, let end), _, let value):
      assign(NamedPlace(name: name, start: start, end: end), unit: unit, function: function)
      noteProcessVariable(name, value, unit)
    case .declaration(let type, let place, let value):
      declare(place, type: type, unit: unit, function: function)
      if let value { noteProcessVariable(place.name, value, unit) }
    case .constant(let place, let value):
      declare(place, unit: unit, function: nil)
      names.constants.insert(place.name)
      if let type = unsignedType(of: value, units[unit].tree, depth: 0) { names.types[place.name] = type }
    case .declarations(let parts): visit(parts, unit: unit, function: function)
    case .block(let block): visit(block.statements, unit: unit, function: function)
    case .conditional(let clauses, let otherwise):
      for clause in clauses { visit(clause.block.statements, unit: unit, function: function) }
      if let otherwise { visit(otherwise.statements, unit: unit, function: function) }
    case .whileLoop(_, let block), .repeatLoop(_, let block), .doLoop(let block, _):
      visitBody(block, unit: unit, function: function)
    case .forLoop(let variable, _, let block), .wordLoop(let variable, _, let block):
      declare(variable, unit: unit, function: function)
      visitBody(block, unit: unit, function: function)
    case .pairLoop(let first, let second, _, let block):
      declare(first, unit: unit, function: function)
      declare(second, unit: unit, function: function)
      visitBody(block, unit: unit, function: function)
    case .countedLoop(let loop):
      visit(loop.first, unit: unit, function: function)
      visit(loop.step, unit: unit, function: function)
      visitBody(loop.body, unit: unit, function: function)
    case .switchValue(_, let sections):
      openBreakables += 1
      for section in sections { visit(section.body.statements, unit: unit, function: function) }
      openBreakables -= 1
    case .tryCatch(let body, let name, let handler):
      visit(body.statements, unit: unit, function: function)
      if let name { declare(name, unit: unit, function: function) }
      visit(handler.statements, unit: unit, function: function)
    case .breakLoop:
      if openBreakables == 0 { misplaced(statement, "in a loop", unit: unit) }
    case .continueLoop:
      if openLoops == 0 { misplaced(statement, "in a loop", unit: unit) }
    case .returnValue:
      if function == nil { misplaced(statement, "in a function", unit: unit) }
    case .process(let name, _, let block):
      noteProcess(name, unit: unit)
      visit(block.statements, unit: unit, function: function)
    case .thread(let name, _, let block):
      if let name { noteProcess(name, unit: unit) }
      visit(block.statements, unit: unit, function: function)
    case .commandList(let list):
      visit(list.first.stages, unit: unit, function: function)
      for (_, pipeline) in list.rest { visit(pipeline.stages, unit: unit, function: function) }
    case .function(let declaration): visit(declaration, statement, unit: unit)
    case .global(let names):
      guard let function else {
        return misplaced(statement, "in a function; variables outside functions are global", unit: unit)
      }
      for place in names where budget.mayGoOnCompiling() {
        functions[function].globals.insert(place.name)
        declare(place, unit: unit, function: nil)
      }
    default: break
    }
  }

  /// The unsigned type of a constant's value; nil for any other.
  private func unsignedType(of id: ExpressionID, _ tree: SyntaxTree, depth: Int) -> CType? {
    guard depth < 32 else { return nil }
    let type: CType?
    switch tree[id].kind {
    case .typed(_, let own): type = own
    case .cast(let own, _): type = own
    case .name(let name): type = names.constants.contains(name) ? names.types[name] : CType.ofConstant(name)
    case .unary(_, let operand): type = unsignedType(of: operand, tree, depth: depth + 1)
    case .binary(let operation, let left, let right) where !operation.isComparison:
      let sides = [left, right].compactMap { unsignedType(of: $0, tree, depth: depth + 1) }
      type = sides.count == 2 ? sides[0].combined(with: sides[1]) : sides.first
    default: type = nil
    }
    return type?.isUnsigned == true ? type : nil
  }

  private mutating func visitBody(_ block: Block, unit: Int, function: Int?) {
    openLoops += 1
    openBreakables += 1
    visit(block.statements, unit: unit, function: function)
    openLoops -= 1
    openBreakables -= 1
  }

  /// Reports a statement that stands where it means nothing.
  private mutating func misplaced(_ statement: Statement, _ place: String, unit: Int) {
    let word: String
    switch statement.kind {
    case .breakLoop: word = "break"
    case .continueLoop: word = "continue"
    case .returnValue: word = "return"
    default: word = "global"
    }
    let end = statement.start + Int32(word.utf8.count)
    diagnostics.add(
      "`\(word)` stands only \(place)", kind: .syntax, at: units[unit].tree.span(statement.start, end))
  }

  private mutating func visit(_ declaration: FunctionDeclaration, _ statement: Statement, unit: Int) {
    let name = declaration.name
    let tree = units[unit].tree
    if !declared.insert(name.name).inserted {
      diagnostics.add(
        "`\(name.name)` is defined twice", kind: .name(name.name), at: tree.span(name.start, name.end))
    }
    // A shell command's name is free: a line is the command, parentheses call the function.
    if commands.calls[name.name] != nil {
      diagnostics.add(
        "`\(name.name)` is a command", kind: .name(name.name), at: tree.span(name.start, name.end),
        hint: "choose another name")
    }
    let parameters = declaration.parameters.map(\.place.name)
    var seen: Set<String> = []
    var types: [String: CType] = [:]
    for parameter in declaration.parameters {
      if !seen.insert(parameter.place.name).inserted {
        diagnostics.add(
          "`\(parameter.place.name)` names two parameters", kind: .name(parameter.place.name),
          at: tree.span(parameter.place.start, parameter.place.end))
      }
      types[parameter.place.name] = parameter.type
    }
    let signature = FunctionSignature(
      parameters: parameters, required: declaration.parameters.count { $0.value == nil },
      result: declaration.result)
    if name.name == "main", declaration.isC { hasMain = true }
    let index = names.declareFunction(name.name, signature)
    functions.append(
      Function(
        unit: unit, declaration: declaration, index: index, locals: parameters, localSet: seen, types: types))
    let outer = (openLoops, openBreakables)
    (openLoops, openBreakables) = (0, 0)
    visit(declaration.body.statements, unit: unit, function: functions.count - 1)
    declareInner(of: unit, in: statement.start..<statement.end, function: functions.count - 1)
    (openLoops, openBreakables) = outer
  }

  /// Declares what assignments inside the expressions of a function assign.
  private mutating func declareInner(of unit: Int, in range: Range<Int32>, function: Int) {
    let targets = innerTargets[unit]
    var next = Self.first(of: targets.count, from: range.lowerBound) { targets[$0].start }
    while next < targets.count, targets[next].start < range.upperBound, budget.mayGoOnCompiling() {
      assign(targets[next], unit: unit, function: function)
      next += 1
    }
    let blocks = innerBlocks[unit]
    next = Self.first(of: blocks.count, from: range.lowerBound) { blocks[$0].start }
    while next < blocks.count, blocks[next].start < range.upperBound, budget.mayGoOnCompiling() {
      visitInner(blocks[next].block, unit: unit, function: function)
      next += 1
    }
  }

  /// The first of several sorted places that is not below another.
  private static func first(of count: Int, from start: Int32, place: (Int) -> Int32) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if place(middle) < start { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Visits the commands of `$(…)` or of a condition; what `break` and its kin leave there, the compiler looks at.
  private mutating func visitInner(_ block: Int, unit: Int, function: Int?) {
    let outer = (openLoops, openBreakables)
    (openLoops, openBreakables) = (1, 1)
    visit(units[unit].tree.blocks[block].statements, unit: unit, function: function)
    (openLoops, openBreakables) = outer
  }

  /// Declares what assignments inside expressions assign outside of all functions.
  private mutating func declareOuter(of unit: Int) {
    let ranges = units[unit].tree.statements.compactMap { statement -> Range<Int32>? in
      guard case .function = statement.kind else { return nil }
      return statement.start..<statement.end
    }
    var next = 0
    for target in innerTargets[unit] where budget.mayGoOnCompiling() {
      while next < ranges.count, ranges[next].upperBound <= target.start { next += 1 }
      if next < ranges.count, ranges[next].contains(target.start) { continue }
      assign(target, unit: unit, function: nil)
    }
    next = 0
    for (start, block) in innerBlocks[unit] where budget.mayGoOnCompiling() {
      while next < ranges.count, ranges[next].upperBound <= start { next += 1 }
      if next < ranges.count, ranges[next].contains(start) { continue }
      visitInner(block, unit: unit, function: nil)
    }
  }

  /// Notes that a name is assigned: in C's functions one that they do not declare is global.
  private mutating func assign(_ place: NamedPlace, unit: Int, function: Int?) {
    if let function, functions[function].declaration.isC, !functions[function].localSet.contains(place.name) {
      return declare(place, unit: unit, function: nil)
    }
    declare(place, unit: unit, function: function)
  }

  private mutating func declare(_ place: NamedPlace, type: CType? = nil, unit: Int, function: Int?) {
    if place.name == "errno" { return }
    let span = units[unit].tree.span(place.start, place.end)
    if commands.calls[place.name] != nil {
      diagnostics.add(
        "`\(place.name)` is a command and cannot be a variable", kind: .name(place.name), at: span,
        hint: "choose another name")
    } else if place.name == "status" {
      diagnostics.add(
        "`\(place.name)` is set by the commands and cannot be assigned", kind: .name(place.name), at: span)
    }
    if let function, !functions[function].globals.contains(place.name) {
      if functions[function].localSet.insert(place.name).inserted {
        functions[function].locals.append(place.name)
      }
      if let type { functions[function].types[place.name] = type }
    } else {
      assignedGlobals.insert(place.name)
      names.declareGlobal(place.name)
      if let type { names.types[place.name] = type }
    }
  }

  private mutating func noteProcess(_ name: ExpressionID, unit: Int) {
    guard case .string(let pieces) = units[unit].tree[name].kind else { return }
    if pieces.count == 1, case .text(let text) = pieces[0] {
      processNames.insert(text)
    } else {
      hasComputedProcessNames = true
    }
  }

  /// Notes a variable that holds what a command gave which takes a name.
  private mutating func noteProcessVariable(_ name: String, _ value: ExpressionID, _ unit: Int) {
    guard case .call(let command, _) = units[unit].tree[value].kind, let index = commands.calls[command],
      commands.signatures[index].parameters.contains(where: { $0.kind == .string })
    else { return }
    processVariables.insert(name)
  }

  /// Notes bare words and texts given to string parameters: `fork child` makes `$child` a name.
  private mutating func visitWords(_ tree: SyntaxTree) {
    for expression in tree.expressions {
      guard budget.mayGoOnCompiling() else { return }
      guard case .call(let name, let arguments) = expression.kind, let command = commands.calls[name],
        !commands.signatures[command].isVariadic
      else { continue }
      for (argument, parameter) in zip(arguments, commands.signatures[command].parameters)
      where parameter.kind == .string {
        switch tree[argument].kind {
        case .name(let word): processNames.insert(word)
        case .string(let pieces):
          if pieces.count == 1, case .text(let text) = pieces[0] {
            processNames.insert(text)
          } else {
            hasComputedProcessNames = true
          }
        default: hasComputedProcessNames = true
        }
      }
    }
  }
}
