// The loop that executes instructions.

extension Interpreter {
  /// Executes a main program to its end. Every register index in the code is below the register count of its
  /// chunk, for which the stack has room.
  func execute(_ main: Chunk, host: any ScriptHost) -> RunEnd {
    var pc = UnsafePointer(main.code)
    var registers = stack
    var stackEnd = stack + stackCapacity
    var depth = 0
    var steps = startSteps()

    while true {
      do {
        while true {
          let i = pc.pointee
          pc += 1
          switch i.operation {
          case .move: registers[i.a] = registers[i.b]
          case .loadInteger: registers[i.a] = Slot(i.wide)
          case .loadConstant:
            registers[i.a] = Slot(
              tag: Tag(rawValue: UInt8(truncatingIfNeeded: i.n)) ?? .null, payload: i.wide)
          case .checkDefined:
            if registers[i.a].tag == .undefined { throw noValue(Int(i.b), depth) }
          case .getGlobal:
            let value = stack[Int(i.b)]
            if value.tag == .undefined { throw noValue(Int(i.c), depth) }
            registers[i.a] = value
          case .setGlobal: stack[Int(i.a)] = registers[i.b]
          case .hostVariable:
            setActiveTop(registers, depth)
            registers[i.a] = try hostVariable(chunk(depth).names[Int(i.b)], host)

          case .add:
            let (x, y) = (registers[i.b], registers[i.registerC])
            if x.tag == .integer, y.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(y.payload)
              if !overflow {
                registers[i.a] = Slot(sum)
                continue
              }
            }
            setActiveTop(registers, depth)
            registers[i.a] = try arithmetic(.add, x, y)
          case .subtract:
            let (x, y) = (registers[i.b], registers[i.registerC])
            if x.tag == .integer, y.tag == .integer {
              let (difference, overflow) = x.payload.subtractingReportingOverflow(y.payload)
              if !overflow {
                registers[i.a] = Slot(difference)
                continue
              }
            }
            registers[i.a] = try arithmetic(.subtract, x, y)
          case .multiply:
            let (x, y) = (registers[i.b], registers[i.registerC])
            if x.tag == .integer, y.tag == .integer {
              let (product, overflow) = x.payload.multipliedReportingOverflow(by: y.payload)
              if !overflow {
                registers[i.a] = Slot(product)
                continue
              }
            }
            registers[i.a] = try arithmetic(.multiply, x, y)
          case .divide:
            registers[i.a] = try arithmetic(.divide, registers[i.b], registers[i.registerC])
          case .remainder:
            let (x, y) = (registers[i.b], registers[i.registerC])
            if x.tag == .integer, y.tag == .integer, y.payload > 0 {
              registers[i.a] = Slot(x.payload.remainder(by: y.payload))
              continue
            }
            registers[i.a] = try arithmetic(.remainder, x, y)
          case .bitAnd:
            registers[i.a] = try arithmetic(.bitAnd, registers[i.b], registers[i.registerC])
          case .bitOr: registers[i.a] = try arithmetic(.bitOr, registers[i.b], registers[i.registerC])
          case .bitXor:
            registers[i.a] = try arithmetic(.bitXor, registers[i.b], registers[i.registerC])
          case .shiftLeft:
            registers[i.a] = try arithmetic(.shiftLeft, registers[i.b], registers[i.registerC])
          case .shiftRight:
            registers[i.a] = try arithmetic(.shiftRight, registers[i.b], registers[i.registerC])

          case .addImmediate:
            let x = registers[i.b]
            if x.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(Int64(i.c))
              if !overflow {
                registers[i.a] = Slot(sum)
                continue
              }
            }
            setActiveTop(registers, depth)
            registers[i.a] = try addImmediate(x, Int64(i.c))
          case .multiplyImmediate:
            let x = registers[i.b]
            if x.tag == .integer {
              let (product, overflow) = x.payload.multipliedReportingOverflow(by: Int64(i.c))
              if !overflow {
                registers[i.a] = Slot(product)
                continue
              }
            }
            registers[i.a] = try arithmetic(.multiply, x, Slot(Int64(i.c)))
          case .divideImmediate:
            let x = registers[i.b]
            if x.tag == .integer, i.c > 0 {
              registers[i.a] = Slot(x.payload.quotient(by: Int64(i.c)))
              continue
            }
            registers[i.a] = try arithmetic(.divide, x, Slot(Int64(i.c)))
          case .remainderImmediate:
            let x = registers[i.b]
            if x.tag == .integer, i.c > 0 {
              registers[i.a] = Slot(x.payload.remainder(by: Int64(i.c)))
              continue
            }
            registers[i.a] = try arithmetic(.remainder, x, Slot(Int64(i.c)))
          case .bitAndImmediate:
            let x = registers[i.b]
            if x.tag == .integer {
              registers[i.a] = Slot(x.payload & Int64(i.c))
              continue
            }
            registers[i.a] = try arithmetic(.bitAnd, x, Slot(Int64(i.c)))

          case .less: registers[i.a] = Slot(try isLess(registers[i.b], registers[i.registerC]))
          case .lessEqual:
            registers[i.a] = Slot(try isLessOrEqual(registers[i.b], registers[i.registerC]))
          case .equal: registers[i.a] = Slot(try areEqual(registers[i.b], registers[i.registerC]))
          case .notEqual: registers[i.a] = Slot(try !areEqual(registers[i.b], registers[i.registerC]))
          case .addThenLoop:
            if pc.pointee.c == CountedSum.onlyInstruction, steps > 1 {
              steps &-= CountedSum(i, pc.pointee, registers).run(atMost: steps &- 1)
            }
            let (x, y) = (registers[i.b], registers[i.registerC])
            if x.tag == .integer, y.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(y.payload)
              if !overflow {
                registers[i.a] = Slot(sum)
                try endRound(&pc, registers, &steps)
                continue
              }
            }
            setActiveTop(registers, depth)
            registers[i.a] = try arithmetic(.add, x, y)
          case .addImmediateThenLoop:
            let x = registers[i.b]
            if x.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(Int64(i.c))
              if !overflow {
                registers[i.a] = Slot(sum)
                try endRound(&pc, registers, &steps)
                continue
              }
            }
            setActiveTop(registers, depth)
            registers[i.a] = try addImmediate(x, Int64(i.c))

          case .negate: registers[i.a] = try negation(registers[i.b])
          case .complement: registers[i.a] = try complement(registers[i.b])
          case .not: registers[i.a] = Slot(!registers[i.b].isTrue)
          case .plus: registers[i.a] = try plus(registers[i.b])

          case .jump: try take(i.c, &pc, &steps)
          case .jumpIfTrue: if registers[i.a].isTrue { try take(i.c, &pc, &steps) }
          case .jumpIfFalse: if !registers[i.a].isTrue { try take(i.c, &pc, &steps) }
          case .jumpIfLess:
            let (x, y) = (registers[i.a], registers[i.b])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload < y.payload : try isLess(x, y) { try take(i.c, &pc, &steps) }
          case .jumpIfLessEqual:
            let (x, y) = (registers[i.a], registers[i.b])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload <= y.payload : try isLessOrEqual(x, y) { try take(i.c, &pc, &steps) }
          case .jumpIfEqual:
            let (x, y) = (registers[i.a], registers[i.b])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload == y.payload : try areEqual(x, y) { try take(i.c, &pc, &steps) }
          case .jumpIfNotEqual:
            let (x, y) = (registers[i.a], registers[i.b])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload != y.payload : try !areEqual(x, y) { try take(i.c, &pc, &steps) }
          case .jumpIfLessImmediate:
            let x = registers[i.a]
            if x.tag == .integer ? x.payload < i.number : try isLess(x, Slot(i.number)) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfLessEqualImmediate:
            let x = registers[i.a]
            if x.tag == .integer ? x.payload <= i.number : try isLessOrEqual(x, Slot(i.number)) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfGreaterImmediate:
            let x = registers[i.a]
            if x.tag == .integer ? x.payload > i.number : try isLess(Slot(i.number), x) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfGreaterEqualImmediate:
            let x = registers[i.a]
            if x.tag == .integer ? x.payload >= i.number : try isLessOrEqual(Slot(i.number), x) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfEqualImmediate:
            let x = registers[i.a]
            if x.tag == .integer ? x.payload == i.number : try areEqual(x, Slot(i.number)) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfNotEqualImmediate:
            let x = registers[i.a]
            if x.tag == .integer ? x.payload != i.number : try !areEqual(x, Slot(i.number)) {
              try take(i.c, &pc, &steps)
            }

          case .forPrepare:
            guard let first = try prepareLoop(registers.at(i.a), isClosed: i.n == 1) else {
              pc += Int(i.c)
              continue
            }
            registers[i.b] = Slot(first)
          case .forLoop:
            pc -= 1
            try endRound(&pc, registers, &steps)
          case .listPrepare: try prepareListLoop(registers.at(i.a))
          case .listNext:
            let state = registers.at(i.a)
            let list = state[0].object
            let position = Int(state[1].payload)
            if position < list.pointee.count {
              registers[i.b] = list.pointee.slots[position]
              state[1].payload &+= 1
            } else {
              pc += Int(i.c)
            }
          case .repeatPrepare: try prepareRepeat(registers.at(i.a))

          case .newList:
            setActiveTop(registers, depth)
            try reserve(Int(i.b) * MemoryLayout<Slot>.stride)
            registers[i.a] = Slot(heap.makeList(capacity: Int(i.b)))
          case .appendMany:
            setActiveTop(registers, depth)
            try append(registers.at(i.b), Int(i.n), to: registers[i.a].object)
          case .getElement:
            let (list, index) = (registers[i.b], registers[i.registerC])
            if list.tag == .list, index.tag == .integer {
              let object = list.object
              if index.bits < UInt64(object.pointee.count) {
                registers[i.a] = object.pointee.slots[Int(index.payload)]
                continue
              }
            }
            setActiveTop(registers, depth)
            registers[i.a] = try element(list, index)
          case .setElement:
            let (list, index) = (registers[i.a], registers[i.b])
            if list.tag == .list, index.tag == .integer {
              let object = list.object
              if index.bits < UInt64(object.pointee.count) {
                object.pointee.slots[Int(index.payload)] = registers[i.registerC]
                continue
              }
            }
            try setElement(list, index, registers[i.registerC])
          case .makeRange:
            setActiveTop(registers, depth)
            let (lower, upper) = try bounds(registers[i.b], registers[i.registerC])
            registers[i.a] = try makeRange(lower, upper, isClosed: i.n == 1)
          case .concatenate:
            setActiveTop(registers, depth)
            registers[i.a] = try makeString(try joinedText(registers.at(i.b), Int(i.n)))

          case .callHost:
            if interruption.isRequested { throw ScriptInterruption() }
            steps &-= 1
            if steps <= 0 { steps = try moreSteps() }
            let result = try host.invoke(
              Int(i.b), CallArguments(base: UnsafePointer(registers.at(i.registerC)), count: Int(i.n)))
            switch result {
            case .integer(let value): registers[i.a] = Slot(value)
            case .pointer(let bits): registers[i.a] = Slot(pointer: bits)
            case .null: registers[i.a] = .null
            default:
              setActiveTop(registers, depth)
              registers[i.a] = try slot(from: result)
            }
          case .callBuiltin:
            setActiveTop(registers, depth)
            registers[i.a] = try callBuiltin(
              BuiltinFunction.byIndex[Int(i.b)], UnsafePointer(registers.at(i.registerC)), Int(i.n))
          case .callFunction:
            steps &-= 1
            if steps <= 0 { steps = try moreSteps() }
            let callee = functions[Int(i.b)]
            var bottom = registers.at(i.registerC)
            if depth + 1 >= frameCapacity { try growFrames() }
            if bottom + callee.registerCount >= stackEnd {
              let offset = bottom - stack
              try growStack(to: offset + callee.registerCount + 1)
              bottom = stack + offset
              stackEnd = stack + stackCapacity
            }
            depth += 1
            frames[depth] = Frame(returnAddress: pc, offset: i.registerC, destination: i.a, function: i.b)
            registers = bottom
            pc = callee.code
          case .returnValue:
            let frame = frames[depth]
            let value = registers[i.a]
            depth -= 1
            registers = registers.below(frame.offset)
            registers[frame.destination] = value
            pc = frame.returnAddress
          case .returnNull:
            let frame = frames[depth]
            depth -= 1
            registers = registers.below(frame.offset)
            registers[frame.destination] = .null
            pc = frame.returnAddress

          case .shell:
            if interruption.isRequested { throw ScriptInterruption() }
            setActiveTop(registers, depth)
            try runShell(chunk(depth).shells[Int(i.b)], registers.at(i.registerC), host)
          case .enterProcess:
            let name = try joinedText(registers.at(i.a), 1).string
            try host.enterProcess(named: name)
            openProcesses.append(
              OpenProcess(
                name: name, resumption: pc + Int(i.c), depth: depth, registers: registers - stack,
                openMarks: openMarks))
          case .leaveProcess:
            openProcesses.removeLast()
            host.leaveProcess()
          case .machine:
            try applyMachine(chunk(depth).machines[Int(i.b)], registers.at(i.registerC), host)
          case .print:
            host.printLine(try joinedText(registers.at(i.b), Int(i.n), separator: " ").string)
          case .show:
            try show(
              registers[i.a], name: i.number < 0 ? nil : chunk(depth).names[Int(i.b)], isCall: i.n == 1, host)
          case .expect:
            if !registers[i.a].isTrue {
              failExpectation(i.n, registers[i.b], registers[i.registerC], pc, depth, host)
            }
          case .markBegin:
            let mark = chunk(depth).marks[Int(i.a)]
            openMarks += 1
            host.statementWillRun(mark.text[...], line: mark.line)
          case .markEnd:
            openMarks -= 1
            host.statementDidRun()
          case .halt: return .finished
          }
        }
      } catch {
        guard let resumption = resume(after: error, pc, depth, host) else {
          return end(error, pc, depth, host)
        }
        pc = resumption.resumption
        depth = resumption.depth
        registers = stack + resumption.registers
        stackEnd = stack + stackCapacity
      }
    }
  }

  /// Goes on at a jump's target; a jump back is a step.
  @inline(__always)
  private func take(_ distance: Int32, _ pc: inout UnsafePointer<Instruction>, _ steps: inout Int) throws {
    pc += Int(distance)
    if distance < 0 {
      steps &-= 1
      if steps <= 0 { steps = try moreSteps() }
    }
  }

  /// Executes the `forLoop` at `pc`: back to the loop's body, or on behind the loop.
  @inline(__always)
  private func endRound(
    _ pc: inout UnsafePointer<Instruction>, _ registers: UnsafeMutablePointer<Slot>, _ steps: inout Int
  ) throws {
    let i = pc.pointee
    pc += 1
    let counter = registers.at(i.a)
    guard counter.pointee.payload < counter[1].payload else { return }
    let next = counter.pointee.payload &+ 1
    counter.pointee.payload = next
    registers[i.b] = Slot(next)
    try take(i.c, &pc, &steps)
  }
}
