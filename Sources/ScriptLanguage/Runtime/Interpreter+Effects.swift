// Instructions that the host takes part in, and those that open and close what it keeps: apart from the loop, so that it
// keeps little at hand.

extension Interpreter {
  /// Executes an instruction that goes on with the next one.
  @inline(never)
  func perform(
    _ i: UnsafePointer<Instruction>, _ registers: UnsafeMutablePointer<Slot>, _ depth: Int,
    _ host: any ScriptHost
  ) throws {
    switch i.pointee.operation {
    case .hostVariable:
      setActiveTop(registers, depth)
      registers[i.pointee.a] = try hostVariable(chunk(depth).names[Int(i.pointee.b)], host)
    case .format:
      setActiveTop(registers, depth)
      registers[i.pointee.a] = try formatted(
        registers[i.pointee.b], chunk(depth).names[Int(i.pointee.c)], host)
    case .wordList:
      setActiveTop(registers, depth)
      registers[i.pointee.a] = try wordList(
        chunk(depth).wordLists[Int(i.pointee.b)], registers.at(i.pointee.registerC))
    case .shell:
      try budget.charge(Interpreter.stepsOfShellCommand)
      setActiveTop(registers, depth)
      let chunk = chunk(depth)
      try runShell(chunk, chunk.shells[Int(i.pointee.b)], registers.at(i.pointee.registerC), host)
    case .yield: yielded = registers[i.pointee.a]
    case .unavailable: throw unavailable(chunk(depth), Int(i.pointee.b))
    case .endCommand: try host.shellCommandDidEnd()
    case .negateStatus: host.shellStatus = host.shellStatus == 0 ? 1 : 0
    case .testValue: host.shellStatus = registers[i.pointee.a].isTrue ? 0 : 1
    case .beginCapture:
      try budget.charge(1)
      openCaptures += 1
      host.beginCapture()
    case .endCapture:
      setActiveTop(registers, depth)
      registers[i.pointee.a] = try endCapture(keepsLineEnds: i.pointee.n == 1, host)
    case .enterTry:
      try budget.charge(1)
      errorHandlers.append(
        ErrorHandler(
          resumption: i + 1 + Int(i.pointee.c), depth: depth, registers: registers - stack,
          message: i.pointee.a, openMarks: openMarks, openProcesses: openProcesses.count,
          openCaptures: openCaptures))
    case .leaveTry: errorHandlers.removeLast()
    case .setHostVariable:
      try host.setVariable(
        named: chunk(depth).names[Int(i.pointee.a)], to: try registers[i.pointee.b].value())
    case .enterProcess:
      try budget.charge(1)
      setActiveTop(registers, depth)
      try enterBlock(i.pointee, registers, host)
      openProcesses.append(
        OpenProcess(
          resumption: i + 1 + Int(i.pointee.c), depth: depth, registers: registers - stack,
          openMarks: openMarks, errorHandlers: errorHandlers.count, openCaptures: openCaptures))
    case .leaveProcess:
      openProcesses.removeLast()
      try host.leaveProcess()
    case .machine:
      try applyMachine(chunk(depth).machines[Int(i.pointee.b)], registers.at(i.pointee.registerC), host)
    case .print:
      setActiveTop(registers, depth)
      try printLine(registers.at(i.pointee.b), Int(i.pointee.n), host)
    case .show:
      try show(
        registers[i.pointee.a], name: i.pointee.number < 0 ? nil : chunk(depth).names[Int(i.pointee.b)],
        isCall: i.pointee.n == 1, host)
    case .expect:
      setActiveTop(registers, depth)
      try failExpectation(
        i.pointee.n, registers[i.pointee.b], registers[i.pointee.registerC],
        message: registers[i.pointee.a], i + 1, depth, host)
    case .markBegin:
      let mark = chunk(depth).marks[Int(i.pointee.a)]
      openMarks += 1
      // While it is paused, the host may make values.
      setActiveTop(registers, depth)
      try obey(host.statementWillRun(mark.text[...], line: mark.line))
    case .markEnd:
      openMarks -= 1
      setActiveTop(registers, depth)
      try obey(host.statementDidRun())
    default: assertionFailure("the loop executes this itself")
    }
  }

  /// Does what the host wants before or after a statement.
  private func obey(_ action: StatementAction) throws {
    switch action {
    case .proceed: break
    case .stop: budget.stop(with: ScriptInterruption())
    case .pause: if !budget.isStopped { throw PauseRequest() }
    }
    if budget.isStopped { try budget.check() }
  }
}

extension Interpreter {
  /// Enters the block of a process, of a thread, or one during which an arena is held.
  private func enterBlock(
    _ i: Instruction, _ registers: UnsafeMutablePointer<Slot>, _ host: any ScriptHost
  ) throws {
    if i.n == 4 { return try host.enterHold() }
    let name = try joinedText(registers.at(i.a), 1)
    switch i.n {
    case 2: try host.enterThread(named: name, stack: nil)
    case 3: try host.enterThread(named: name, stack: try registers[i.b].value())
    default:
      let group = i.n == 1 ? try joinedText(registers.at(i.b), 1) : nil
      try host.enterProcess(named: name, in: group)
    }
  }
}
