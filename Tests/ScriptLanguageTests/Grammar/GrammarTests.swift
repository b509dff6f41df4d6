// The grammar is the norm: the parser accepts what it generates, and survives what it does not.

import Testing

@testable import ScriptLanguage

@Suite struct GrammarTests {
  private static let terminals = [
    "CallName": ["malloc", "write", "usleep", "kmalloc"],
    "ShellName": ["echo", "swapoff", "cat", "dmesg"],
    "BothName": ["free"],
    "Name": ["p", "x1", "_total", "oom", "SIZE", "fib", "list", "e"],
  ]

  nonisolated(unsafe) private static let commands = CommandTable(
    ["malloc", "write", "usleep", "kmalloc", "free"].map { CommandSignature(name: $0, style: .call) }
      + ["echo", "swapoff", "cat", "dmesg", "container", "free", "[", "true", "false"].map {
        CommandSignature(name: $0, style: .shell)
      })

  private func problems(of text: String) -> [Diagnostic] { problems(of: Array(text.utf8)) }

  private func problems(of bytes: [UInt8]) -> [Diagnostic] {
    let source = SourceText(name: "test", bytes: bytes)
    var sources = SourceTable()
    let number = sources.insert(source)
    let budget = ScriptBudget(limits: ScriptLimits())
    // A name before an operand is a function's, which another text may have defined.
    var parser = Parser(
      source, source: number, commands: Self.commands, budget: budget, nestingLimit: 100,
      isKnown: { Self.terminals["Name"]?.contains($0) == true })
    parser.parse()
    return parser.diagnostics.diagnostics(in: sources)
  }

  @Test("The parser accepts every generated sentence", arguments: 0..<24)
  func accepts(seed: Int) throws {
    var generator = SentenceGenerator(
      try GrammarFile.load(), terminals: Self.terminals, deepest: 18 + seed, seed: UInt64(seed))
    for number in 0..<500 {
      let sentence = generator.sentence("Script")
      let found = problems(of: sentence)
      guard let first = found.first else { continue }
      Issue.record("seed \(seed), sentence \(number):\n\(sentence)\n\(DiagnosticRenderer().render(first))")
      return
    }
  }

  @Test("Mutants of sentences parse or give a diagnostic", arguments: 100..<112)
  func survivesMutants(seed: Int) throws {
    var generator = SentenceGenerator(
      try GrammarFile.load(), terminals: Self.terminals, deepest: 25, seed: UInt64(seed))
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<300 {
      var bytes = Array(generator.sentence("Script").utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes, &random) }
      for problem in problems(of: bytes) {
        #expect(!problem.message.isEmpty, "seed \(seed)")
        #expect(problem.location.line >= 1 && problem.location.column >= 1, "seed \(seed)")
      }
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let position = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes.remove(at: position)
    case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.insert(Array("(){}[]\"'$;\n=+#/\\".utf8).randomElement(using: &random) ?? 0, at: position)
    case 3: bytes.insert(contentsOf: bytes[position...].prefix(12), at: position)
    default: bytes.removeSubrange(position..<min(bytes.count, position + 9))
    }
  }

  @Test("The grammar lists the words of the language and of C that the parser knows")
  func wordsAgree() throws {
    let grammar = try GrammarFile.load()
    #expect(literals(of: "Keyword", in: grammar) == Set(Keyword.allCases.map(\.rawValue)))
    #expect(literals(of: "TypeWord", in: grammar).union(["static"]) == Set(CType.words.keys))
  }

  private func literals(of name: String, in grammar: GrammarFile) -> Set<String> {
    guard case .choice(let options) = grammar.rules[name]?.expression else { return [] }
    return Set(
      options.compactMap { option in
        if case .literal(let text) = option { text } else { nil }
      })
  }

  @Test("Every production is defined and reached from Script")
  func isComplete() throws {
    let grammar = try GrammarFile.load()
    var reached: Set<String> = []
    var pending = ["Script"]
    while let name = pending.popLast() {
      guard reached.insert(name).inserted, Self.terminals[name] == nil else { continue }
      let rule = try #require(grammar.rules[name], "\(name) is not defined")
      pending += references(rule.expression)
    }
    let documented: Set<String> = ["Identifier", "Keyword"]
    #expect(Set(grammar.order).subtracting(reached) == documented)
  }

  private func references(_ expression: GrammarExpression) -> [String] {
    switch expression {
    case .literal, .characters: []
    case .reference(let name): [name]
    case .sequence(let parts), .choice(let parts): parts.flatMap(references)
    case .optional(let inner), .repeated(let inner, _): references(inner)
    }
  }
}
