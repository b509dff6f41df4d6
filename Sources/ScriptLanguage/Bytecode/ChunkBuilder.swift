// Instructions while they are being written: labels, places, constants.

/// A place in the code that jumps may name before it is known.
struct Label {
  fileprivate var index: Int
}

/// Collects the instructions of one chunk.
struct ChunkBuilder {
  private(set) var code: [Instruction] = []
  private(set) var spans: [SourceSpan] = []
  private(set) var argumentSpans: [Int: [SourceSpan]] = [:]
  private(set) var names: [String] = []
  var shells: [ShellSite] = []
  var wordLists: [[WordLayout]] = []
  var machines: [MachineSite] = []
  var marks: [MarkSite] = []
  private(set) var constants: [String] = []

  private(set) var commands: [CommandName] = []

  private var nameIndexes: [String: Int] = [:]
  private var commandIndexes: [CommandName: Int] = [:]
  private var constantIndexes: [String: Int] = [:]
  private var labels: [Int] = []
  private var fixups: [(instruction: Int, label: Int)] = []
  mutating func emit(_ instruction: Instruction, at span: SourceSpan) {
    code.append(instruction)
    spans.append(span)
  }

  mutating func emitCall(_ instruction: Instruction, at span: SourceSpan, arguments: [SourceSpan]) {
    if !arguments.isEmpty { argumentSpans[code.count] = arguments }
    emit(instruction, at: span)
  }

  // MARK: Labels

  mutating func label() -> Label {
    labels.append(-1)
    return Label(index: labels.count - 1)
  }

  mutating func bind(_ label: Label) { labels[label.index] = code.count }

  /// Emits an instruction whose `c` is the way to a label.
  mutating func emitJump(_ instruction: Instruction, to label: Label, at span: SourceSpan) {
    fixups.append((code.count, label.index))
    emit(instruction, at: span)
  }

  /// Fills in all jumps; every label must have been bound.
  mutating func resolveLabels() {
    for (instruction, label) in fixups {
      code[instruction].c = Int32(clamping: labels[label] - instruction - 1)
    }
    fixups = []
    fuse()
  }

  /// Replaces an addition before the end of a counted loop by one that goes on with the loop at once. Jumps to
  /// the loop's end still find it there.
  private mutating func fuse() {
    for index in code.indices.dropLast() where code[index + 1].operation == .forLoop {
      switch code[index].operation {
      case .add: code[index].operation = .addThenLoop
      case .addImmediate: code[index].operation = .addImmediateThenLoop
      default: break
      }
    }
  }

  /// Puts instructions before all others; jumps are relative and stay right.
  mutating func prepend(_ instructions: [Instruction], at span: SourceSpan) {
    guard !instructions.isEmpty else { return }
    code.insert(contentsOf: instructions, at: 0)
    spans.insert(contentsOf: repeatElement(span, count: instructions.count), at: 0)
    argumentSpans = Dictionary(
      uniqueKeysWithValues: argumentSpans.map { ($0.key + instructions.count, $0.value) })
  }

  // MARK: Constants

  mutating func name(_ name: String) -> Int {
    if let index = nameIndexes[name] { return index }
    names.append(name)
    nameIndexes[name] = names.count - 1
    return names.count - 1
  }

  /// The place of a command of the host among those of this code.
  mutating func command(_ signature: CommandSignature) -> Int {
    let command = CommandName(name: signature.name, style: signature.style)
    if let index = commandIndexes[command] { return index }
    commandIndexes[command] = commands.count
    commands.append(command)
    return commands.count - 1
  }

  /// The operand of an instruction that loads a text; equal texts share one object.
  mutating func string(_ text: String) -> Slot {
    let index = constantIndexes[text] ?? constants.count
    if index == constants.count {
      constantIndexes[text] = index
      constants.append(text)
    }
    return Slot(tag: .string, payload: Int64(index))
  }
}
