// Compiled code as a value: what stays of a function when its engine is gone.

/// Instructions and what they refer to, tied to no heap: snapshots keep it, files hold it, any engine can link it.
final class ChunkImage: Sendable {
  let name: String
  /// With byte offsets for registers; the payload of a text is its place in `constants`.
  let code: [Instruction]
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
  /// The texts that instructions load.
  let constants: [String]
  /// The commands that it uses.
  let commands: [CommandName]

  /// Every register of every instruction is checked here against `registerCount`, once for all runs; an
  /// instruction that fails the check is replaced by the end of the program.
  init(_ builder: ChunkBuilder, name: String, registerCount: Int, parameterCount: Int) {
    self.name = name
    code = builder.code.enumerated().map { index, instruction in
      let located = instruction.locatingRegisters(upTo: registerCount)
      assert(located != nil, "instruction \(index) uses a register that does not exist")
      return located ?? Instruction(.halt)
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
    constants = builder.constants
    commands = builder.commands
  }

  /// Makes the code of a function that cannot be had: calling it fails with its name.
  init(unavailable name: String) {
    self.name = name
    code = [Instruction(.unavailable)]
    (registerCount, parameterCount) = (1, 0)
    spans = [.none]
    (argumentSpans, names, shells, wordLists, machines, marks, constants) = ([:], [], [], [], [], [], [])
    commands = [CommandName(name: name, style: .call)]
  }

  /// Makes the code that calls a function for the host: arguments behind the globals, the result in the first register.
  ///
  /// - Parameters:
  ///   - function: its index.
  ///   - globals: how many there are.
  ///   - parameters: how many the function has.
  init(calling function: Int, globals: Int, parameters: Int) {
    name = ""
    registerCount = globals + parameters + 1
    parameterCount = 0
    code = [
      Instruction(.callFunction, n: parameters, a: globals, b: function, c: globals + 1), Instruction(.halt),
    ].map { $0.locatingRegisters(upTo: globals + parameters + 1) ?? Instruction(.halt) }
    spans = [.none, .none]
    (argumentSpans, names, shells, wordLists, machines, marks, constants) = ([:], [], [], [], [], [], [])
    commands = []
  }

  /// About how many bytes it takes.
  var byteCount: Int {
    code.count * (MemoryLayout<Instruction>.stride + MemoryLayout<SourceSpan>.stride)
      + constants.reduce(0) { $0 + 32 + $1.utf8.count } + 256
  }
}
