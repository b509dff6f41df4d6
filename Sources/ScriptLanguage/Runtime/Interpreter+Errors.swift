// How execution goes on, or ends, after an error: diagnostics, call chains, dead processes.

extension Interpreter {
  /// The chunk that runs at a depth.
  func chunk(_ depth: Int) -> Chunk {
    let current = depth == 0 ? mainChunk : functionChunks[Int(frames[depth].function)]
    return current.unsafelyUnwrapped
  }

  /// Notes which registers are in use.
  @inline(__always)
  func setActiveTop(_ registers: UnsafeMutablePointer<Slot>, _ depth: Int) {
    activeTop =
      registers - stack
      + (depth == 0 ? mainRegisterCount : functions[Int(frames[depth].function)].registerCount)
  }

  func noValue(_ name: Int, _ depth: Int) -> ScriptError {
    ScriptError(
      "`\(chunk(depth).names[name].prefix { $0 != "#" })` has no value yet",
      hint: "nothing has been assigned to it so far")
  }

  /// Where to go on after a process has died: behind its innermost block. Leaves that block and those in it.
  ///
  /// - Parameter error: what was thrown; replaced where leaving a block shows that the process outside died, too.
  func resume(after error: inout any Error, _ host: any ScriptHost) -> OpenProcess? {
    guard !budget.isStopped, var exit = error as? BlockExit, !exit.endsScript, exit.openBlocks >= 0
    else { return nil }
    var left: OpenProcess?
    while openProcesses.count > exit.openBlocks {
      left = openProcesses.removeLast()
      do {
        try host.leaveProcess()
      } catch let further {
        error = further
        guard let further = further as? BlockExit, !further.endsScript, further.openBlocks >= 0
        else { return nil }
        exit = further
      }
    }
    if let left {
      closeMarks(downTo: left.openMarks, host)
      closeCaptures(downTo: left.openCaptures, host)
      errorHandlers.removeLast(errorHandlers.count - min(left.errorHandlers, errorHandlers.count))
    }
    return left
  }

  /// The handler that takes an error of the script; everything that was opened inside its `try` is left.
  func handle(_ error: any Error, _ host: any ScriptHost) -> ErrorHandler? {
    guard !budget.isStopped, error is ScriptError, let handler = errorHandlers.popLast() else { return nil }
    while openProcesses.count > handler.openProcesses {
      openProcesses.removeLast()
      try? host.leaveProcess()
    }
    closeMarks(downTo: handler.openMarks, host)
    closeCaptures(downTo: handler.openCaptures, host)
    return handler
  }

  private func closeCaptures(downTo count: Int, _ host: any ScriptHost) {
    while openCaptures > count {
      openCaptures -= 1
      _ = host.endCapture()
    }
  }

  /// Ends a capture.
  func endCapture(keepsLineEnds: Bool, _ host: any ScriptHost) throws -> Slot {
    openCaptures -= 1
    var text = host.endCapture()
    try budget.check()
    if !keepsLineEnds {
      while text.utf8.last == UInt8(ascii: "\n") { text.removeLast() }
    }
    return try slot(from: .string(text))
  }

  private func closeMarks(downTo count: Int, _ host: any ScriptHost) {
    while openMarks > count {
      openMarks -= 1
      _ = host.statementDidRun()
    }
  }

  /// The end of a run by an error; leaves all blocks.
  func end(
    _ error: any Error, _ pc: UnsafePointer<Instruction>, _ depth: Int, _ host: any ScriptHost
  ) -> RunEnd {
    let end: RunEnd
    // Whatever a command made of it: what stopped the run is why it ends.
    let error = budget.stop ?? error
    switch error {
    case let exit as BlockExit: end = exit.signal.map { .killed(signal: $0) } ?? .exited(exit.status)
    case is ScriptInterruption: end = .interrupted
    case let error as ScriptError: end = .failed(diagnostic(error, pc, depth))
    case let error as ScriptFailure:
      let message = error.diagnostics.last?.message ?? "\(error)"
      end = .failed(diagnostic(ScriptError(message, kind: .host(error)), pc, depth))
    default: end = .failed(diagnostic(ScriptError("\(error)", kind: .host(error)), pc, depth))
    }
    while !openProcesses.isEmpty {
      openProcesses.removeLast()
      try? host.leaveProcess()
    }
    closeMarks(downTo: 0, host)
    closeCaptures(downTo: 0, host)
    return end
  }

  /// The diagnostic of an error at the instruction before `pc`.
  private func diagnostic(_ error: ScriptError, _ pc: UnsafePointer<Instruction>, _ depth: Int) -> Diagnostic
  {
    let chunk = chunk(depth)
    let index = pc - UnsafePointer(chunk.code) - 1
    var span = chunk.spans[index]
    if let argument = error.argument, let spans = chunk.argumentSpans[index], spans.indices.contains(argument)
    {
      span = spans[argument]
    }
    return Diagnostic(
      error.message, kind: error.kind, span: span, location: location(span), hint: error.hint,
      notes: callChain(depth), replacement: error.replacement)
  }

  func location(_ span: SourceSpan) -> SourceLocation { SourceLocation(span, in: sources[span.source]) }

  /// How many calls are shown at each end of a long chain.
  private static let shownCalls = 8

  /// The calls that led to a depth, innermost first; the middle of a long chain is left out.
  private func callChain(_ depth: Int) -> [Diagnostic.Note] {
    let shown = Self.shownCalls
    var notes: [Diagnostic.Note] = []
    var level = depth
    while level > 0 {
      if depth > 2 * shown, level == depth - shown {
        notes.append(Diagnostic.Note(message: "... \(depth - 2 * shown) more calls ..."))
        level = shown
        continue
      }
      let name = chunk(level).name
      let caller = chunk(level - 1)
      let index = frames[level].returnAddress - UnsafePointer(caller.code) - 1
      guard caller.spans[index] != .none else {
        notes.append(Diagnostic.Note(message: "in `\(name)`, called by the host"))
        break
      }
      notes.append(
        Diagnostic.Note(message: "in `\(name)`, called here", location: location(caller.spans[index])))
      level -= 1
    }
    return notes
  }

  /// Records a failed `expect` with the values of both sides.
  func failExpectation(
    _ operation: UInt16, _ left: Slot, _ right: Slot, message: Slot, _ pc: UnsafePointer<Instruction>,
    _ depth: Int, _ host: any ScriptHost
  ) throws {
    // Its line is found by counting, and so are those of the calls that led there.
    let span = chunk(depth).spans[pc - UnsafePointer(chunk(depth).code) - 1]
    try budget.charge(bytes: Int(span.start) * (1 + min(depth, 2 * Self.shownCalls)))
    // One that held, which the host wants to know.
    if operation == .max {
      host.expectationHeld(at: location(span))
      return try budget.check()
    }
    var error = ScriptError("this expectation does not hold", kind: .expectation)
    if operation > 0 {
      let sign = BinaryOperator.allCases[Int(operation) - 1].rawValue
      error.message =
        "expected \(sign == "==" ? Slot.brief(right) : "\(sign) \(Slot.brief(right))"), got \(Slot.brief(left))"
    }
    if message.tag != .undefined { error.message = "\(Slot.text(of: message)): \(error.message)" }
    let diagnostic = diagnostic(error, pc, depth)
    if failedExpectations.count < DiagnosticCollector.limit { failedExpectations.append(diagnostic) }
    host.expectationFailed(diagnostic)
    try budget.check()
  }

  func show(_ value: Slot, name: String?, isCall: Bool, _ host: any ScriptHost) throws {
    if isCall, name == nil, value.tag == .null { return }
    host.show(try value.value(within: limits.heapBytes), assignedTo: name)
    try budget.check()
  }

  // MARK: Loops

  /// Turns two bounds into a counter and its last value; nil when there is no round.
  func prepareLoop(_ state: UnsafeMutablePointer<Slot>, isClosed: Bool) throws -> Int64? {
    let (lower, upper) = try bounds(state[0], state[1])
    guard isClosed ? lower <= upper : lower < upper else { return nil }
    state[1].payload = isClosed ? upper : upper - 1
    return lower
  }

  /// A loop over a map goes over the keys that it has when it begins.
  func prepareListLoop(_ state: UnsafeMutablePointer<Slot>) throws {
    if state[0].tag == .map { state[0] = try mapParts(state[0], keys: true, values: false) }
    guard state[0].tag == .list else { throw notIterable(state[0]) }
    state[1] = Slot(0)
  }

  private func notIterable(_ value: Slot) -> ScriptError {
    ScriptError(
      "`for` goes over a range, a list or a map, not \(value.kindName)", kind: .type,
      hint: value.tag == .string ? "`lines(text)` and `split(text)` give lists" : "write `0..<n`")
  }

  /// The second part of the state counts, for a map in steps of two over its keys and values.
  func preparePairLoop(_ state: UnsafeMutablePointer<Slot>) throws {
    switch state[0].tag {
    case .list: state[1] = Slot(0)
    case .map:
      state[0] = try mapParts(state[0], keys: true, values: true)
      state[1] = Slot(tag: .boolean, payload: 0)
    default: throw notIterable(state[0])
    }
  }

  func nextPair(_ state: UnsafeMutablePointer<Slot>, to pair: UnsafeMutablePointer<Slot>) -> Bool {
    let list = state[0].object
    let position = Int(state[1].payload)
    guard position < list.pointee.count else { return false }
    if state[1].tag == .integer {
      pair[0] = Slot(Int64(position))
      pair[1] = list.pointee.slots[position]
      state[1].payload &+= 1
    } else {
      pair[0] = list.pointee.slots[position]
      pair[1] = list.pointee.slots[position + 1]
      state[1].payload &+= 2
    }
    return true
  }

  func prepareRepeat(_ state: UnsafeMutablePointer<Slot>) throws {
    guard state[0].tag == .integer, state[0].payload >= 0 else {
      let found = state[0].tag == .integer ? String(state[0].payload) : state[0].kindName
      throw ScriptError("`repeat` takes a count from 0, not \(found)")
    }
    state[1] = state[0]
    state[0] = Slot(0)
  }

  /// `x + value`, said as the script says it: a subtraction of a constant is compiled to an addition.
  func addImmediate(_ x: Slot, _ value: Int64) throws -> Slot {
    if value < 0 || x.tag == .integer && value == 0 { return try arithmetic(.subtract, x, Slot(-value)) }
    return try arithmetic(.add, x, Slot(value))
  }
}
