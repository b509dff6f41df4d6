// The names of a text: what they are, where they get their meaning, where they are used.

/// A name that a text defines, or uses from elsewhere.
public struct ScriptSymbol: Sendable, Equatable {
  /// What a name is.
  public enum Kind: String, Sendable, CaseIterable {
    /// A variable; a function's parameter.
    case variable, parameter
    /// A function; a name of `#define`; a process that a block starts.
    case function, constant, process
  }

  /// One place where the name stands.
  public struct Occurrence: Sendable, Equatable {
    /// Where, in bytes of the text.
    public var range: Range<Int>
    /// Whether it gets a value or its meaning there.
    public var isDefinition: Bool
  }

  /// The name.
  public var name: String
  /// What it is.
  public var kind: Kind
  /// The function that it belongs to; nil for one of the whole text.
  public var function: String?
  /// All its places in order; the first definition is the one to go to.
  public var occurrences: [Occurrence]

  /// Where it is defined first; nil for one that the text only uses.
  public var definition: Range<Int>? { occurrences.first(where: \.isDefinition)?.range }
}

/// Collects the names of one tree. Statements nest no deeper than texts may; expressions are gone through as the array that
/// they are.
struct SymbolCollector {
  private struct Key: Hashable {
    var name: String
    var function: Int?
  }

  private let tree: SyntaxTree
  private let bytes: [UInt8]
  /// The functions of the text with their ranges, in order.
  private let functions: [(function: Resolver.Function, range: Range<Int32>)]
  private var symbols: [Key: ScriptSymbol] = [:]
  private var order: [Key] = []

  init(_ tree: SyntaxTree, _ source: SourceText, functions: [Resolver.Function]) {
    self.tree = tree
    bytes = source.bytes
    var ranges: [(Resolver.Function, Range<Int32>)] = []
    for function in functions {
      let start = function.declaration.name.start
      let end = function.declaration.body.statements.last?.end ?? function.declaration.name.end
      ranges.append((function, start..<max(start, end)))
    }
    self.functions = ranges.sorted { $0.1.lowerBound < $1.1.lowerBound }
  }

  /// The symbols in the order of their first places.
  mutating func collect() -> [ScriptSymbol] {
    visit(tree.statements)
    for block in tree.blocks { visit(block.statements) }
    for target in tree.innerTargets { note(target, .variable) }
    for expression in tree.expressions {
      switch expression.kind {
      case .name(let name):
        // `$name` ends with the name.
        let end = expression.end
        note(
          NamedPlace(name: name, start: end - Int32(name.utf8.count), end: end), .variable,
          isDefinition: false)
      case .call(let name, _):
        let end = expression.start + Int32(name.utf8.count)
        note(NamedPlace(name: name, start: expression.start, end: end), .function, isDefinition: false)
      default: break
      }
    }
    return order.compactMap { key in
      guard var symbol = symbols[key] else { return nil }
      symbol.occurrences.sort {
        ($0.range.lowerBound, $0.isDefinition ? 0 : 1) < ($1.range.lowerBound, $1.isDefinition ? 0 : 1)
      }
      var seen: Set<Int> = []
      symbol.occurrences.removeAll { !seen.insert($0.range.lowerBound).inserted }
      return symbol
    }.sorted { ($0.occurrences[0].range.lowerBound, $0.name) < ($1.occurrences[0].range.lowerBound, $1.name) }
  }

  private mutating func visit(_ statements: [Statement]) {
    for statement in statements {
      switch statement.kind {
      case .assign(.variable(let name, let start, let end), _, _):
        note(NamedPlace(name: name, start: start, end: end), .variable)
      case .declaration(_, let place, _), .forLoop(let place, _, _), .wordLoop(let place, _, _):
        note(place, .variable)
      case .pairLoop(let first, let second, _, _):
        note(first, .variable)
        note(second, .variable)
      case .constant(let place, _): note(place, .constant)
      case .tryCatch(_, let place?, _): note(place, .variable)
      case .global(let places): for place in places { note(place, .variable, isDefinition: false) }
      case .function(let declaration):
        note(declaration.name, .function)
        for parameter in declaration.parameters { note(parameter.place, .parameter) }
      case .process(let name, _, _):
        if case .string(let pieces) = tree[name].kind, pieces.count == 1, case .text(let text) = pieces[0] {
          note(NamedPlace(name: text, start: tree[name].start, end: tree[name].end), .process)
        }
      default: break
      }
      visit(SyntaxElement.parts(statement, tree).2)
    }
  }

  private mutating func note(_ place: NamedPlace, _ kind: ScriptSymbol.Kind, isDefinition: Bool = true) {
    guard place.start >= 0, place.start <= place.end, Int(place.end) <= bytes.count else { return }
    let owner = kind == .function || kind == .process ? nil : owner(of: place)
    let key = Key(name: place.name, function: owner)
    let occurrence = ScriptSymbol.Occurrence(
      range: Int(place.start)..<Int(place.end), isDefinition: isDefinition)
    if symbols[key] == nil {
      order.append(key)
      symbols[key] = ScriptSymbol(
        name: place.name, kind: kind, function: owner.map { functions[$0].function.declaration.name.name },
        occurrences: [])
    }
    // What is defined tells what a name is better than what uses it.
    if isDefinition, symbols[key]?.occurrences.contains(where: \.isDefinition) == false {
      symbols[key]?.kind = kind
    }
    symbols[key]?.occurrences.append(occurrence)
  }

  /// The function whose own the name is at a place; nil where it is one of the whole text.
  private func owner(of place: NamedPlace) -> Int? {
    var (low, high) = (0, functions.count)
    while low < high {
      let middle = (low + high) / 2
      if functions[middle].range.lowerBound <= place.start { low = middle + 1 } else { high = middle }
    }
    guard low > 0, place.start < functions[low - 1].range.upperBound,
      functions[low - 1].function.localSet.contains(place.name)
    else { return nil }
    return low - 1
  }
}
