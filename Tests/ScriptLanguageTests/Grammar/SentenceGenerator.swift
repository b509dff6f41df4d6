// Makes sentences of a grammar at random, from a seed.

/// A small deterministic generator of random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Expands productions at random; below a depth, or when a sentence is long enough, it takes the shortest way out.
struct SentenceGenerator {
  let grammar: GrammarFile
  /// The terminals that the grammar leaves to the host, and names.
  let terminals: [String: [String]]
  let deepest: Int
  /// How many terminals the sentence may still take before it has to end.
  private var room = 0
  private let heights: [String: Int]
  private var random: SeededGenerator

  init(_ grammar: GrammarFile, terminals: [String: [String]], deepest: Int, seed: UInt64) {
    self.grammar = grammar
    self.terminals = terminals
    self.deepest = deepest
    random = SeededGenerator(seed: seed)
    heights = SentenceGenerator.heights(grammar, terminals)
  }

  mutating func sentence(_ start: String) -> String {
    room = Int.random(in: 5...120, using: &random)
    return expand(.reference(start), depth: 0, blanks: true)
  }

  private func mustEnd(_ depth: Int) -> Bool { depth > deepest || room <= 0 }

  private mutating func expand(_ expression: GrammarExpression, depth: Int, blanks: Bool) -> String {
    switch expression {
    case .literal(let text):
      room -= 1
      return text
    case .characters(let codes):
      room -= 1
      let scalar = codes.randomElement(using: &random).flatMap(Unicode.Scalar.init) ?? " "
      return String(Character(scalar))
    case .reference(let name):
      if let names = terminals[name] { return names.randomElement(using: &random) ?? "" }
      guard let rule = grammar.rules[name] else { return "" }
      return expand(rule.expression, depth: depth + 1, blanks: rule.allowsBlanks)
    case .sequence(let parts):
      let texts = parts.map { expand($0, depth: depth, blanks: blanks) }.filter { !$0.isEmpty }
      return texts.joined(separator: blanks ? " " : "")
    case .choice(let options):
      let open = mustEnd(depth) ? options.filter { height($0) == height(expression) } : options
      return expand(open.randomElement(using: &random) ?? options[0], depth: depth, blanks: blanks)
    case .optional(let inner):
      guard !mustEnd(depth), Bool.random(using: &random) else { return "" }
      return expand(inner, depth: depth, blanks: blanks)
    case .repeated(let inner, let atLeastOnce):
      var count = atLeastOnce ? 1 : 0
      while !mustEnd(depth), count < 4, Int.random(in: 0..<3, using: &random) == 0 { count += 1 }
      let texts = (0..<count).map { _ in expand(inner, depth: depth, blanks: blanks) }.filter { !$0.isEmpty }
      return texts.joined(separator: blanks ? " " : "")
    }
  }

  // MARK: The shortest way out

  private func height(_ expression: GrammarExpression) -> Int {
    SentenceGenerator.height(expression, heights)
  }

  private static func height(_ expression: GrammarExpression, _ known: [String: Int]) -> Int {
    switch expression {
    case .literal, .characters, .optional, .repeated(_, atLeastOnce: false): 0
    case .reference(let name): known[name] ?? 1_000_000
    case .sequence(let parts): parts.map { height($0, known) }.max() ?? 0
    case .choice(let options): options.map { height($0, known) }.min() ?? 0
    case .repeated(let inner, atLeastOnce: true): height(inner, known)
    }
  }

  private static func heights(_ grammar: GrammarFile, _ terminals: [String: [String]]) -> [String: Int] {
    var known = terminals.mapValues { _ in 0 }
    var changed = true
    while changed {
      changed = false
      for name in grammar.order where terminals[name] == nil {
        guard let rule = grammar.rules[name] else { continue }
        let height = height(rule.expression, known) + 1
        if height < known[name] ?? 1_000_000 {
          known[name] = height
          changed = true
        }
      }
    }
    return known
  }
}
