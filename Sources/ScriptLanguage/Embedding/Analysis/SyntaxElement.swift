// The tree of a text as tools see it.

/// A part of a script's text: a statement with those in it, or an expression.
public struct SyntaxElement: Sendable, Equatable {
  /// What a part is. More may come: give a `switch` a `default`.
  public enum Kind: String, Sendable, CaseIterable {
    /// A value stored in a variable or an element.
    case assignment
    /// A declaration as in C.
    case declaration
    /// A `#define`.
    case constant
    /// An `if` with its branches.
    case conditional
    /// A `for`, `while`, `do` or `repeat`.
    case loop
    /// A `switch`.
    case selection
    /// A `try` with its `catch`.
    case errorHandling = "error-handling"
    /// A `{ … }`, or values between parentheses with commas.
    case block
    /// A `break`, `continue` or `return`.
    case jump
    /// The definition of a function.
    case function
    /// A block in the name of a process.
    case process
    /// A block in the name of a thread, or one during which a thread stands in malloc.
    case thread
    /// A `machine` statement.
    case machine
    /// A `print` statement.
    case print
    /// An `expect` statement.
    case expect
    /// An `include` statement.
    case include
    /// A `global` statement.
    case global
    /// A command as a shell has it.
    case shellCommand = "shell-command"
    /// Several with `|`, `&&` or `||` between them.
    case commandList = "command-list"
    /// The output of commands: `$(…)`.
    case substitution
    /// A call with parentheses.
    case call
    /// A variable that is read.
    case name
    /// A number, `true`, `false` or `NULL`.
    case literal
    /// A text in quotes.
    case text
    /// A list: `[…]`.
    case list
    /// A map: `{key: value}`.
    case map
    /// A range: `a..<b`.
    case range
    /// An element: `list[index]`.
    case element
    /// An operator with one operand.
    case unary
    /// An operator with two operands.
    case binary
    /// `condition ? one : other`.
    case choice
    /// `(type) value`.
    case cast
    /// `sizeof`.
    case size
  }

  /// What it is.
  public var kind: Kind
  /// Where it stands, in bytes of the text.
  public var range: Range<Int>
  /// The name that it is about: of a variable, a function, a command, a process; nil where it has none.
  public var name: String?
  /// The statements in it, in order; expressions are found by ``ScriptAnalysis/path(at:)``.
  public var children: [SyntaxElement] = []
}

extension SyntaxElement {
  /// The elements of statements. They nest no deeper than texts may.
  init(_ statement: Statement, in tree: SyntaxTree) {
    let nested: [Statement]
    (kind, name, nested) = Self.parts(statement, tree)
    range = Int(statement.start)..<Int(max(statement.end, statement.start))
    children = nested.map { SyntaxElement($0, in: tree) }
  }

  /// What a statement is, the name that it is about, and the statements in it.
  static func parts(_ statement: Statement, _ tree: SyntaxTree) -> (Kind, String?, [Statement]) {
    switch statement.kind {
    case .expression(let id):
      let element = SyntaxElement(tree[id])
      return (element.kind, element.name, [])
    case .assign(.variable(let name, _, _), _, _): return (.assignment, name, [])
    case .assign: return (.assignment, nil, [])
    case .declaration(_, let place, _): return (.declaration, place.name, [])
    case .declarations(let parts): return (.declaration, nil, parts)
    case .constant(let place, _): return (.constant, place.name, [])
    case .conditional(let clauses, let otherwise):
      return (.conditional, nil, clauses.flatMap(\.block.statements) + (otherwise?.statements ?? []))
    case .whileLoop(_, let block), .doLoop(let block, _), .repeatLoop(_, let block):
      return (.loop, nil, block.statements)
    case .forLoop(let place, _, let block), .wordLoop(let place, _, let block):
      return (.loop, place.name, block.statements)
    case .pairLoop(let place, _, _, let block): return (.loop, place.name, block.statements)
    case .countedLoop(let loop): return (.loop, nil, loop.first + loop.step + loop.body.statements)
    case .switchValue(_, let sections): return (.selection, nil, sections.flatMap(\.body.statements))
    case .tryCatch(let body, let place, let handler):
      return (.errorHandling, place?.name, body.statements + handler.statements)
    case .block(let block): return (.block, nil, block.statements)
    case .breakLoop, .continueLoop, .returnValue: return (.jump, nil, [])
    case .function(let declaration): return (.function, declaration.name.name, declaration.body.statements)
    case .process(let name, _, let block):
      var text: String?
      if case .string(let pieces) = tree[name].kind, pieces.count == 1, case .text(let only) = pieces[0] {
        text = only
      }
      return (.process, text, block.statements)
    case .thread(let name, _, let block):
      var text: String?
      if let name, case .string(let pieces) = tree[name].kind, pieces.count == 1,
        case .text(let only) = pieces[0]
      {
        text = only
      }
      return (.thread, text, block.statements)
    case .machine: return (.machine, nil, [])
    case .print: return (.print, nil, [])
    case .expect: return (.expect, nil, [])
    case .include(let index): return (.include, tree.includes[index].path, [])
    case .global(let places): return (.global, places.first?.name, [])
    case .shell(let command): return (.shellCommand, command.name.name, [])
    case .commandList(let list):
      return (.commandList, nil, list.first.stages + list.rest.flatMap(\.pipeline.stages))
    case .arithmetic: return (.binary, nil, [])
    }
  }

  /// The element of an expression, without what is in it.
  init(_ expression: Expression) {
    range = Int(expression.start)..<Int(max(expression.end, expression.start))
    switch expression.kind {
    case .integer, .typed, .double, .pointer, .boolean, .null: kind = .literal
    case .string: kind = .text
    case .formatted: kind = .text
    case .name(let name): (kind, self.name) = (.name, name)
    case .list: kind = .list
    case .map: kind = .map
    case .unary: kind = .unary
    case .binary: kind = .binary
    case .conditional: kind = .choice
    case .element: kind = .element
    case .call(let name, _): (kind, self.name) = (.call, name)
    case .range: kind = .range
    case .cast: kind = .cast
    case .sizeOfType, .sizeOfValue: kind = .size
    case .assign(.variable(let name, _, _), _, _), .increment(.variable(let name, _, _), _, _):
      (kind, self.name) = (.assignment, name)
    case .assign, .increment: kind = .assignment
    case .sequence: kind = .block
    case .commandOutput, .commandStatus: kind = .substitution
    }
  }
}
