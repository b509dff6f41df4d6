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
      "`\(chunk(depth).names[name])` has no value yet", hint: "nothing has been assigned to it so far")
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
    if let left { closeMarks(downTo: left.openMarks, host) }
    return left
  }

  private func closeMarks(downTo count: Int, _ host: any ScriptHost) {
    while openMarks > count {
      openMarks -= 1
      host.statementDidRun()
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
    case let exit as BlockExit: end = .exited(exit.status)
    case is ScriptInterruption: end = .interrupted
    case let error as ScriptError: end = .failed(diagnostic(error, pc, depth))
    default: end = .failed(diagnostic(ScriptError("\(error)"), pc, depth))
    }
    while !openProcesses.isEmpty {
      openProcesses.removeLast()
      try? host.leaveProcess()
    }
    closeMarks(downTo: 0, host)
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
      error.message, span: span, location: location(span), hint: error.hint, notes: callChain(depth))
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
        notes.append(Diagnostic.Note(message: "… \(depth - 2 * shown) more calls …"))
        level = shown
        continue
      }
      let name = chunk(level).name
      let caller = chunk(level - 1)
      let index = frames[level].returnAddress - UnsafePointer(caller.code) - 1
      notes.append(
        Diagnostic.Note(message: "in `\(name)`, called here", location: location(caller.spans[index])))
      level -= 1
    }
    return notes
  }

  /// Records a failed `expect` with the values of both sides.
  func failExpectation(
    _ operation: UInt16, _ left: Slot, _ right: Slot, _ pc: UnsafePointer<Instruction>, _ depth: Int,
    _ host: any ScriptHost
  ) throws {
    // Its line is found by counting, and so are those of the calls that led there.
    let start = Int(chunk(depth).spans[pc - UnsafePointer(chunk(depth).code) - 1].start)
    try budget.charge(bytes: start * (1 + min(depth, 2 * Self.shownCalls)))
    var error = ScriptError("this expectation does not hold")
    if operation > 0 {
      let sign = BinaryOperator.allCases[Int(operation) - 1].rawValue
      error.message =
        "expected \(sign == "==" ? Slot.brief(right) : "\(sign) \(Slot.brief(right))"), got \(Slot.brief(left))"
    }
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

  func prepareListLoop(_ state: UnsafeMutablePointer<Slot>) throws {
    guard state[0].tag == .list else {
      throw ScriptError("`for` goes over a range or a list, not \(state[0].kindName)", hint: "write `0..<n`")
    }
    state[1] = Slot(0)
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
