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
  private(set) var constants: [UnsafeMutablePointer<HeapObject>] = []

  private var nameIndexes: [String: Int] = [:]
  private var constantIndexes: [String: Int] = [:]
  private var labels: [Int] = []
  private var fixups: [(instruction: Int, label: Int)] = []
  let heap: Heap

  init(heap: Heap) { self.heap = heap }

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

  /// The slot of a string constant; equal texts share one object.
  mutating func string(_ text: String) -> Slot {
    if let index = constantIndexes[text] { return Slot(constants[index]) }
    let object = heap.makeString(text)
    constantIndexes[text] = constants.count
    constants.append(object)
    return Slot(object)
  }
}
