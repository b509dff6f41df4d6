// Which names a program gives a meaning to, found before any code is made.

/// Finds all functions, assigned variables and process names of a program.
struct Resolver {
  /// A function with the unit that it stands in.
  struct Function {
    var unit: Int
    var declaration: FunctionDeclaration
    var index: Int
    /// The names that are local: parameters first, then assigned ones in order of appearance.
    var locals: [String] = []
    var localSet: Set<String> = []
    var globals: Set<String> = []
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
  var diagnostics = DiagnosticCollector()

  private var declared: Set<String> = []
  /// How many loops are open in the current function.
  private var openLoops = 0

  init(units: [Unit], commands: CommandTable, budget: ScriptBudget, names: ProgramNames) {
    self.units = units
    self.commands = commands
    self.budget = budget
    self.names = names
  }

  mutating func resolve() {
    guard !units.isEmpty else { return }
    for (index, unit) in units.enumerated() {
      visit(unit.tree.statements, unit: index, function: nil)
      visitWords(unit.tree)
    }
  }

  private mutating func visit(_ statements: [Statement], unit: Int, function: Int?) {
    for statement in statements { visit(statement, unit: unit, function: function) }
  }

  private mutating func visit(_ statement: Statement, unit: Int, function: Int?) {
    guard budget.mayGoOnCompiling() else { return }
    switch statement.kind {
    case .assign(.variable(let name, let start, let end), _, _):
      declare(NamedPlace(name: name, start: start, end: end), unit: unit, function: function)
    case .declarations(let parts): visit(parts, unit: unit, function: function)
    case .conditional(let clauses, let otherwise):
      for clause in clauses { visit(clause.block.statements, unit: unit, function: function) }
      if let otherwise { visit(otherwise.statements, unit: unit, function: function) }
    case .whileLoop(_, let block), .repeatLoop(_, let block):
      visitBody(block, unit: unit, function: function)
    case .forLoop(let variable, _, let block):
      declare(variable, unit: unit, function: function)
      visitBody(block, unit: unit, function: function)
    case .breakLoop, .continueLoop:
      if openLoops == 0 { misplaced(statement, "in a loop", unit: unit) }
    case .returnValue:
      if function == nil { misplaced(statement, "in a function", unit: unit) }
    case .process(let name, let block):
      noteProcess(name, unit: unit)
      visit(block.statements, unit: unit, function: function)
    case .function(let declaration): visit(declaration, unit: unit)
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

  private mutating func visitBody(_ block: Block, unit: Int, function: Int?) {
    openLoops += 1
    visit(block.statements, unit: unit, function: function)
    openLoops -= 1
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
    diagnostics.add("`\(word)` stands only \(place)", at: units[unit].tree.span(statement.start, end))
  }

  private mutating func visit(_ declaration: FunctionDeclaration, unit: Int) {
    let name = declaration.name
    let tree = units[unit].tree
    if !declared.insert(name.name).inserted {
      diagnostics.add("`\(name.name)` is defined twice", at: tree.span(name.start, name.end))
    }
    if commands.calls[name.name] != nil || commands.shells[name.name] != nil {
      diagnostics.add(
        "`\(name.name)` is a command", at: tree.span(name.start, name.end), hint: "choose another name")
    } else if BuiltinFunction.named(name.name) != nil {
      diagnostics.add(
        "`\(name.name)` is a function of the language", at: tree.span(name.start, name.end),
        hint: "choose another name")
    }
    let parameters = declaration.parameters.map(\.name)
    var seen: Set<String> = []
    for parameter in declaration.parameters where !seen.insert(parameter.name).inserted {
      diagnostics.add(
        "`\(parameter.name)` names two parameters", at: tree.span(parameter.start, parameter.end))
    }
    let index = names.declareFunction(name.name, parameters: parameters)
    functions.append(
      Function(unit: unit, declaration: declaration, index: index, locals: parameters, localSet: seen)
    )
    let outerLoops = openLoops
    openLoops = 0
    visit(declaration.body.statements, unit: unit, function: functions.count - 1)
    openLoops = outerLoops
  }

  private mutating func declare(_ place: NamedPlace, unit: Int, function: Int?) {
    let span = units[unit].tree.span(place.start, place.end)
    if commands.calls[place.name] != nil {
      diagnostics.add("`\(place.name)` is a command and cannot be a variable", at: span)
    } else if place.name == "status" || place.name == "errno" {
      diagnostics.add("`\(place.name)` is set by the commands and cannot be assigned", at: span)
    }
    if let function, !functions[function].globals.contains(place.name) {
      if functions[function].localSet.insert(place.name).inserted {
        functions[function].locals.append(place.name)
      }
    } else {
      assignedGlobals.insert(place.name)
      names.declareGlobal(place.name)
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

  /// Notes bare words and texts given to string parameters: `fork child` makes `$child` a name.
  private mutating func visitWords(_ tree: SyntaxTree) {
    for expression in tree.expressions {
      guard budget.mayGoOnCompiling() else { return }
      guard case .call(let name, let arguments) = expression.kind, let command = commands.calls[name] else {
        continue
      }
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
