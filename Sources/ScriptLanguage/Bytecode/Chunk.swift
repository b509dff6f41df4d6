// Compiled code: the main program of one run, or one function.

/// How the pieces of a word stand in the code.
struct WordLayout: Sendable {
  /// For each piece whether it becomes several words at its blanks.
  var splits: [Bool]
  var span: SourceSpan
}

/// One shell command in the code. In its registers stand the pieces of its words, the pieces of the paths that it is
/// redirected to, and what the command before it wrote.
struct ShellSite: Sendable {
  /// Which of the code's commands it is.
  var command: Int
  var name: SourceSpan
  var words: [WordLayout]
  var redirections: [RedirectionSite] = []
  /// Whether the last register is what the command before it in a pipeline wrote.
  var hasInput = false
  /// Whether another command reads what this one writes.
  var feedsNext = false
}

/// One redirection of a shell command in the code.
struct RedirectionSite: Sendable {
  var kind: ShellLine.Redirection.Kind
  var path: WordLayout
}

/// The keys of one `machine` statement in the code.
struct MachineSite: Sendable {
  var keys: [String]
  var spans: [SourceSpan]
}

/// A statement that announces itself.
struct MarkSite: Sendable {
  var text: String
  var line: Int
}

/// The code of an image, linked to a heap: owns the memory of its instructions.
final class Chunk {
  let image: ChunkImage
  /// For each command of the image which one of the host's it is; nil for one that the host has not.
  let commands: [Int?]
  let code: UnsafeMutablePointer<Instruction>
  /// Where the string objects are that instructions hold: they stay as long as the chunk.
  private weak var heap: Heap?

  var name: String { image.name }
  var registerCount: Int { image.registerCount }
  var spans: [SourceSpan] { image.spans }
  var argumentSpans: [Int: [SourceSpan]] { image.argumentSpans }
  var names: [String] { image.names }
  var shells: [ShellSite] { image.shells }
  var wordLists: [[WordLayout]] { image.wordLists }
  var machines: [MachineSite] { image.machines }
  var marks: [MarkSite] { image.marks }

  /// Links the code of an image to a heap, in which its texts are made, and to the commands of a host.
  init(_ image: ChunkImage, in heap: Heap, _ table: CommandTable) {
    self.image = image
    self.heap = heap
    commands = image.commands.map { table[$0] }
    code = .allocate(capacity: image.code.count)
    let texts = image.constants.map(heap.makeString)
    for (index, instruction) in image.code.enumerated() {
      var linked = instruction
      if let place = instruction.constant {
        linked.wide = Slot(texts[place]).payload
      } else if instruction.operation == .callHost {
        // One that is missing fails when it is called, with its name.
        if let command = commands[Int(instruction.b)] {
          linked.b = UInt32(command)
        } else {
          linked.operation = .unavailable
        }
      }
      (code + index).initialize(to: linked)
    }
    heap.hold(texts, for: ObjectIdentifier(self))
  }

  deinit {
    heap?.letGo(of: ObjectIdentifier(self))
    code.deallocate()
  }
}
