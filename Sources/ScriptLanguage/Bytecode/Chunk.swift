// Compiled code: the main program of one run, or one function.

/// How the pieces of a word stand in the code.
struct WordLayout {
  /// For each piece whether it becomes several words at its blanks.
  var splits: [Bool]
  var span: SourceSpan
}

/// One shell command in the code. In its registers stand the pieces of its words, the pieces of the paths that it is
/// redirected to, and what the command before it wrote.
struct ShellSite {
  var command: Int
  var name: SourceSpan
  var words: [WordLayout]
  var redirections: [(kind: ShellLine.Redirection.Kind, path: WordLayout)] = []
  /// Whether the last register is what the command before it in a pipeline wrote.
  var hasInput = false
  /// Whether another command reads what this one writes.
  var feedsNext = false
}

/// The keys of one `machine` statement in the code.
struct MachineSite {
  var keys: [String]
  var spans: [SourceSpan]
}

/// A statement that announces itself.
struct MarkSite {
  var text: String
  var line: Int
}

/// Instructions and what they refer to. Immutable once built; owns the memory of its instructions.
final class Chunk {
  let name: String
  let code: UnsafeMutablePointer<Instruction>
  let count: Int
  let registerCount: Int
  let parameterCount: Int
  /// The place of each instruction.
  let spans: [SourceSpan]
  /// The places of the arguments of calls, by instruction.
  let argumentSpans: [Int: [SourceSpan]]
  let names: [String]
  let shells: [ShellSite]
  /// The words of `for … in words`.
  let wordLists: [[WordLayout]]
  let machines: [MachineSite]
  let marks: [MarkSite]
  /// Where the string objects are that instructions hold: they stay as long as the chunk, also when only a snapshot
  /// has it.
  private weak var heap: Heap?

  /// Every register of every instruction is checked here against `registerCount`, once for all runs; an
  /// instruction that fails the check is replaced by the end of the program.
  init(_ builder: ChunkBuilder, name: String, registerCount: Int, parameterCount: Int) {
    self.name = name
    count = builder.code.count
    code = .allocate(capacity: count)
    for (index, instruction) in builder.code.enumerated() {
      let located = instruction.locatingRegisters(upTo: registerCount)
      assert(located != nil, "instruction \(index) uses a register that does not exist")
      (code + index).initialize(to: located ?? Instruction(.halt))
    }
    self.registerCount = registerCount
    self.parameterCount = parameterCount
    spans = builder.spans
    argumentSpans = builder.argumentSpans
    names = builder.names
    shells = builder.shells
    wordLists = builder.wordLists
    machines = builder.machines
    marks = builder.marks
    heap = builder.heap
    builder.heap.hold(builder.constants, for: ObjectIdentifier(self))
  }

  deinit {
    heap?.letGo(of: ObjectIdentifier(self))
    code.deallocate()
  }
}
