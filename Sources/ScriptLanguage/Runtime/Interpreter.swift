// The state of the virtual machine: its stack, frames, functions and heap.

/// One active call.
struct Frame {
  var returnAddress: UnsafePointer<Instruction>
  /// How many bytes the callee's registers are above the caller's.
  var offset: UInt32
  /// The byte offset of the caller's register for the result.
  var destination: UInt32
  var function: UInt32
}

/// What a call needs to know of a function.
struct FunctionEntry {
  var code: UnsafePointer<Instruction>
  var registerCount: Int
  var parameterCount = 0
}

/// A `process` block that is being executed.
struct OpenProcess {
  /// Where execution goes on when the process dies.
  var resumption: UnsafePointer<Instruction>
  var depth: Int
  var registers: Int
  var openMarks: Int
  /// How many handlers of errors and captures were open outside.
  var errorHandlers: Int
  var openCaptures: Int
}

/// A `try` block that is being executed.
struct ErrorHandler {
  /// Where execution goes on with an error.
  var resumption: UnsafePointer<Instruction>
  var depth: Int
  var registers: Int
  /// The byte offset of the register for the error's message.
  var message: UInt32
  var openMarks: Int
  var openProcesses: Int
  var openCaptures: Int
}

/// How the execution of one program ended.
enum RunEnd {
  case finished
  case killed(signal: Int32)
  case failed(Diagnostic)
  case exited(Int32)
  case interrupted
  /// The host asked for a pause; `suspension` tells where to go on.
  case paused
}

/// Where a paused program goes on.
struct Suspension {
  var pc: UnsafePointer<Instruction>
  var depth: Int
  /// Where the registers of that depth begin in the stack.
  var registers: Int
}

/// Thrown when the host asks for a pause before or after a statement.
struct PauseRequest: Error {}

/// The stacks and tables of an interpreter.
struct MachineState {
  var stackCapacity = 1024
  var stack: UnsafeMutablePointer<Slot>
  var frameCapacity = 64
  var frames: UnsafeMutablePointer<Frame>
  var functionCapacity = 16
  var functions: UnsafeMutablePointer<FunctionEntry>
  var mainRegisterCount = 0
  var globalCount = 0
  var activeTop = 0

  init() {
    stack = .allocate(capacity: stackCapacity)
    stack.initialize(repeating: .undefined, count: stackCapacity)
    frames = .allocate(capacity: frameCapacity)
    functions = .allocate(capacity: functionCapacity)
  }
}

/// Executes compiled programs. The bottom of the stack holds the globals.
final class Interpreter {
  let heap = Heap()
  let budget: ScriptBudget

  /// What the loop reads all the time, outside the object so that no access to it is tracked.
  private let state: UnsafeMutablePointer<MachineState>
  private(set) var functionChunks: [Chunk?] = []
  /// The functions that wait for being compiled again, each with the place of its text.
  var functionTexts: [Int: Int32] = [:]
  var mainChunk: Chunk?

  var openProcesses: [OpenProcess] = []
  var openMarks = 0
  var errorHandlers: [ErrorHandler] = []
  /// How many times the host keeps what is printed.
  var openCaptures = 0
  var isRunning = false
  /// Where the program goes on that the host has paused; nil when none is.
  private(set) var suspension: Suspension?
  var failedExpectations: [Diagnostic] = []
  /// The value of the whole text, where that is asked for; valid until something is allocated.
  var yielded = Slot.null
  var sources = SourceTable()

  init(budget: ScriptBudget) {
    self.budget = budget
    state = .allocate(capacity: 1)
    state.initialize(to: MachineState())
  }

  deinit {
    stack.deallocate()
    frames.deallocate()
    functions.deallocate()
    state.deallocate()
  }

  var stack: UnsafeMutablePointer<Slot> { state.pointee.stack }
  var stackCapacity: Int { state.pointee.stackCapacity }
  var frames: UnsafeMutablePointer<Frame> { state.pointee.frames }
  var frameCapacity: Int { state.pointee.frameCapacity }
  var functions: UnsafeMutablePointer<FunctionEntry> { state.pointee.functions }
  var mainRegisterCount: Int { state.pointee.mainRegisterCount }

  /// How many slots at the bottom of the stack are globals.
  var globalCount: Int { state.pointee.globalCount }

  /// The registers in use end here; set before anything that may collect.
  var activeTop: Int {
    get { state.pointee.activeTop }
    set { state.pointee.activeTop = newValue }
  }

  // MARK: Globals and functions

  /// Makes room for the globals and the registers of a main program. New globals have no value.
  func prepare(globals count: Int, registers: Int) throws {
    try growStack(to: max(count, registers) + 1)
    if count > globalCount {
      for slot in globalCount..<count { stack[slot] = .undefined }
    }
    state.pointee.globalCount = count
  }

  /// Makes a function fail with its name when it is called.
  func refuse(_ name: String, at index: Int, _ commands: CommandTable) {
    define(Chunk(ChunkImage(unavailable: name), in: heap, commands), at: index)
  }

  /// Links the code of a function and makes it callable.
  func define(_ image: ChunkImage, at index: Int, _ commands: CommandTable) {
    if index < functionChunks.count, functionChunks[index]?.image === image, functionTexts[index] == nil {
      return
    }
    define(Chunk(image, in: heap, commands), at: index)
    functionTexts[index] = nil
  }

  /// Links all functions anew, because the host has other commands.
  func relink(_ commands: CommandTable) {
    for (index, chunk) in functionChunks.enumerated() {
      guard let image = chunk?.image, !image.commands.isEmpty else { continue }
      define(Chunk(image, in: heap, commands), at: index)
    }
  }

  private func define(_ chunk: Chunk, at index: Int) {
    if index >= state.pointee.functionCapacity {
      let capacity = max(index + 1, state.pointee.functionCapacity * 2)
      let grown = UnsafeMutablePointer<FunctionEntry>.allocate(capacity: capacity)
      grown.update(from: functions, count: functionChunks.count)
      functions.deallocate()
      state.pointee.functions = grown
      state.pointee.functionCapacity = capacity
    }
    while functionChunks.count <= index {
      functions[functionChunks.count] = FunctionEntry(code: UnsafePointer(chunk.code), registerCount: 0)
      functionChunks.append(nil)
    }
    functions[index] = FunctionEntry(
      code: UnsafePointer(chunk.code), registerCount: chunk.registerCount,
      parameterCount: chunk.image.parameterCount)
    functionChunks[index] = chunk
  }

  func hasGlobal(_ slot: Int) -> Bool { slot < globalCount && stack[slot].tag != .undefined }

  /// Runs a main program for which `prepare` has made room.
  func run(_ main: Chunk, host: any ScriptHost) -> RunEnd {
    isRunning = true
    defer { isRunning = false }
    // There is room for main and as many calls as may be active, however much was taken for earlier runs.
    if limits.callDepth < frameCapacity { state.pointee.frameCapacity = max(limits.callDepth, 0) + 1 }
    mainChunk = main
    state.pointee.mainRegisterCount = main.registerCount
    activeTop = main.registerCount
    failedExpectations = []
    yielded = .null
    openMarks = 0
    openProcesses = []
    errorHandlers = []
    openCaptures = 0
    return note(execute(Suspension(pc: UnsafePointer(main.code), depth: 0, registers: 0), host: host))
  }

  /// Goes on with a paused program; nil when there is none.
  func resume(host: any ScriptHost) -> RunEnd? {
    guard let place = suspension else { return nil }
    isRunning = true
    defer { isRunning = false }
    suspension = nil
    return note(execute(place, host: host))
  }

  /// Ends a paused program where it is; everything that it has opened is left.
  func abandon(host: any ScriptHost) -> RunEnd? {
    guard let place = suspension else { return nil }
    // Hooks are told of the end, and must not begin another run.
    isRunning = true
    defer { isRunning = false }
    suspension = nil
    return end(ScriptInterruption(), place.pc, place.depth, host)
  }

  private func note(_ end: (RunEnd, Suspension?)) -> RunEnd {
    suspension = end.1
    return end.0
  }

  /// Lets the sources go to which no function refers any more.
  ///
  /// - Parameter pinned: the numbers of those that stay anyway.
  func forgetSources(except pinned: Set<Int32>) {
    let numbers = functionChunks.compactMap { $0?.spans.first?.source }
    sources.keep(Set(numbers).union(functionTexts.values).union(pinned))
    mainChunk = nil
  }

  /// The functions as a snapshot keeps them.
  var frozenFunctions: [FrozenState.Function?] {
    functionChunks.enumerated().map { index, chunk in
      if let source = functionTexts[index] { return .text(source: source) }
      return chunk.map { .code($0.image) }
    }
  }

  /// Takes over frozen globals and functions.
  func restore(
    globals: [Slot], functions: [FrozenState.Function?], sources kept: SourceTable, _ commands: CommandTable
  ) {
    // A state of another engine may have more globals than there was ever room for.
    if globals.count >= stackCapacity { enlargeStack(to: globals.count + 1) }
    for (index, slot) in globals.enumerated() { stack[index] = slot }
    state.pointee.globalCount = globals.count
    sources = kept
    let linked = functionChunks
    functionChunks.removeAll(keepingCapacity: true)
    functionTexts = [:]
    for (index, function) in functions.enumerated() {
      switch function {
      case nil: break
      case .code(let image):
        if index < linked.count, let chunk = linked[index], chunk.image === image {
          define(chunk, at: index)
        } else {
          define(Chunk(image, in: heap, commands), at: index)
        }
      case .text(let source):
        refuse("", at: index, commands)
        functionTexts[index] = source
      }
    }
  }

  // MARK: Stack

  /// Makes room for `count` slots.
  func growStack(to count: Int) throws {
    guard count > stackCapacity else { return }
    let capacity = max(count, stackCapacity * 2)
    guard capacity <= max(limits.heapBytes, 1 << 20) / MemoryLayout<Slot>.stride else {
      throw heapExhausted()
    }
    enlargeStack(to: capacity)
  }

  private func enlargeStack(to capacity: Int) {
    let grown = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    grown.initialize(repeating: .undefined, count: capacity)
    grown.update(from: stack, count: stackCapacity)
    stack.deallocate()
    state.pointee.stack = grown
    state.pointee.stackCapacity = capacity
  }

  func growFrames() throws {
    guard frameCapacity <= limits.callDepth else { throw ScriptLimit.callDepth.error(under: limits) }
    let capacity = frameCapacity * 2 <= limits.callDepth ? frameCapacity * 2 : limits.callDepth + 1
    let grown = UnsafeMutablePointer<Frame>.allocate(capacity: capacity)
    grown.update(from: frames, count: frameCapacity)
    frames.deallocate()
    state.pointee.frames = grown
    state.pointee.frameCapacity = capacity
  }

  // MARK: Heap

  /// Makes sure that `bytes` more may be allocated, collecting first when that is due.
  func reserve(_ bytes: Int) throws {
    if heap.needsCollection || heap.bytes &+ bytes > limits.heapBytes { collect() }
    try budget.check()
    guard bytes <= limits.heapBytes, heap.bytes + bytes <= limits.heapBytes else { throw heapExhausted() }
  }

  /// Makes sure that a list of `count` elements may be allocated.
  func reserve(slots count: Int) throws {
    guard count <= limits.heapBytes / MemoryLayout<Slot>.stride else { throw heapExhausted() }
    try reserve(count * MemoryLayout<Slot>.stride)
  }

  /// Frees what no register, global or code reaches. Registers above those in use are emptied, so that
  /// none ever holds an object that is gone. A run that is stopped meanwhile leaves the rest to the next time.
  func collect() { collect(mayGoOn: budget.spend) }

  func collect(mayGoOn: (Int) -> Bool) {
    heap.collect(mayGoOn: mayGoOn) { reach in
      for index in 0..<self.activeTop { reach(self.stack[index]) }
    }
    for index in activeTop..<stackCapacity { stack[index] = .undefined }
  }
}
