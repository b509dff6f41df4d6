// The loop that executes instructions.

extension Interpreter {
  /// Executes a main program from a place to its end, or until the host pauses it. Every register index in the code is
  /// below the register count of its chunk, for which the stack has room.
  ///
  /// - Returns: how it ended, and where a paused one goes on.
  func execute(_ place: Suspension, host: any ScriptHost) -> (RunEnd, Suspension?) {
    var pc = place.pc
    var registers = stack + place.registers
    var stackEnd = stack + stackCapacity
    var depth = place.depth
    var steps = 0

    while true {
      do {
        while true {
          let i = pc
          pc += 1
          switch i.pointee.operation {
          case .move: registers[i.pointee.a] = registers[i.pointee.b]
          case .loadInteger: registers[i.pointee.a] = Slot(i.pointee.wide)
          case .loadConstant:
            registers[i.pointee.a] = Slot(
              tag: Tag(rawValue: UInt8(truncatingIfNeeded: i.pointee.n)) ?? .null, payload: i.pointee.wide)
          case .checkDefined:
            if registers[i.pointee.a].tag == .undefined { throw noValue(Int(i.pointee.b), depth) }
          case .getGlobal:
            let value = stack[Int(i.pointee.b)]
            if value.tag == .undefined { throw noValue(Int(i.pointee.c), depth) }
            registers[i.pointee.a] = value
          case .setGlobal: stack[Int(i.pointee.a)] = registers[i.pointee.b]
          case .add:
            let (x, y) = (registers[i.pointee.b], registers[i.pointee.registerC])
            if x.tag == .integer, y.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(y.payload)
              if !overflow {
                registers[i.pointee.a] = Slot(sum)
                continue
              }
            }
            try compute(i.pointee, registers, depth)
          case .subtract:
            let (x, y) = (registers[i.pointee.b], registers[i.pointee.registerC])
            if x.tag == .integer, y.tag == .integer {
              let (difference, overflow) = x.payload.subtractingReportingOverflow(y.payload)
              if !overflow {
                registers[i.pointee.a] = Slot(difference)
                continue
              }
            }
            try compute(i.pointee, registers, depth)
          case .multiply:
            let (x, y) = (registers[i.pointee.b], registers[i.pointee.registerC])
            if x.tag == .integer, y.tag == .integer {
              let (product, overflow) = x.payload.multipliedReportingOverflow(by: y.payload)
              if !overflow {
                registers[i.pointee.a] = Slot(product)
                continue
              }
            }
            try compute(i.pointee, registers, depth)
          case .divide, .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight:
            try compute(i.pointee, registers, depth)
          case .remainder:
            let (x, y) = (registers[i.pointee.b], registers[i.pointee.registerC])
            if x.tag == .integer, y.tag == .integer, y.payload > 0 {
              registers[i.pointee.a] = Slot(x.payload.remainder(by: y.payload))
              continue
            }
            try compute(i.pointee, registers, depth)
          case .addImmediate:
            let x = registers[i.pointee.b]
            if x.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(Int64(i.pointee.c))
              if !overflow {
                registers[i.pointee.a] = Slot(sum)
                continue
              }
            }
            try compute(i.pointee, registers, depth)
          case .multiplyImmediate:
            let x = registers[i.pointee.b]
            if x.tag == .integer {
              let (product, overflow) = x.payload.multipliedReportingOverflow(by: Int64(i.pointee.c))
              if !overflow {
                registers[i.pointee.a] = Slot(product)
                continue
              }
            }
            try compute(i.pointee, registers, depth)
          case .divideImmediate:
            let x = registers[i.pointee.b]
            if x.tag == .integer, i.pointee.c > 0 {
              registers[i.pointee.a] = Slot(x.payload.quotient(by: Int64(i.pointee.c)))
              continue
            }
            try compute(i.pointee, registers, depth)
          case .remainderImmediate:
            let x = registers[i.pointee.b]
            if x.tag == .integer, i.pointee.c > 0 {
              registers[i.pointee.a] = Slot(x.payload.remainder(by: Int64(i.pointee.c)))
              continue
            }
            try compute(i.pointee, registers, depth)
          case .bitAndImmediate:
            let x = registers[i.pointee.b]
            if x.tag == .integer {
              registers[i.pointee.a] = Slot(x.payload & Int64(i.pointee.c))
              continue
            }
            try compute(i.pointee, registers, depth)
          case .less:
            registers[i.pointee.a] = Slot(try isLess(registers[i.pointee.b], registers[i.pointee.registerC]))
          case .lessEqual:
            registers[i.pointee.a] = Slot(
              try isLessOrEqual(registers[i.pointee.b], registers[i.pointee.registerC]))
          case .equal:
            registers[i.pointee.a] = Slot(
              try areEqual(registers[i.pointee.b], registers[i.pointee.registerC]))
          case .notEqual:
            registers[i.pointee.a] = Slot(
              try !areEqual(registers[i.pointee.b], registers[i.pointee.registerC]))
          case .addThenLoop:
            let (x, y) = (registers[i.pointee.b], registers[i.pointee.registerC])
            if x.tag == .integer, y.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(y.payload)
              if !overflow {
                registers[i.pointee.a] = Slot(sum)
                try endRound(&pc, registers, &steps)
                continue
              }
            }
            try compute(i.pointee, registers, depth)
          case .addImmediateThenLoop:
            let x = registers[i.pointee.b]
            if x.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(Int64(i.pointee.c))
              if !overflow {
                registers[i.pointee.a] = Slot(sum)
                try endRound(&pc, registers, &steps)
                continue
              }
            }
            try compute(i.pointee, registers, depth)
          case .negate: registers[i.pointee.a] = try negation(registers[i.pointee.b])
          case .complement: registers[i.pointee.a] = try complement(registers[i.pointee.b])
          case .not: registers[i.pointee.a] = Slot(!registers[i.pointee.b].isTrue)
          case .plus: registers[i.pointee.a] = try plus(registers[i.pointee.b])
          case .convert, .unsignedArithmetic: try convert(i.pointee, registers, host)
          case .jump: try take(i.pointee.c, &pc, &steps)
          case .jumpIfTrue: if registers[i.pointee.a].isTrue { try take(i.pointee.c, &pc, &steps) }
          case .jumpIfFalse: if !registers[i.pointee.a].isTrue { try take(i.pointee.c, &pc, &steps) }
          case .jumpIfDefined:
            if registers[i.pointee.a].tag != .undefined { try take(i.pointee.c, &pc, &steps) }
          case .jumpIfSuccess: if host.shellStatus == 0 { try take(i.pointee.c, &pc, &steps) }
          case .jumpIfFailure: if host.shellStatus != 0 { try take(i.pointee.c, &pc, &steps) }
          case .jumpIfLess:
            let (x, y) = (registers[i.pointee.a], registers[i.pointee.b])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload < y.payload : try isLess(x, y) { try take(i.pointee.c, &pc, &steps) }
          case .jumpIfLessEqual:
            let (x, y) = (registers[i.pointee.a], registers[i.pointee.b])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload <= y.payload : try isLessOrEqual(x, y) {
              try take(i.pointee.c, &pc, &steps)
            }
          case .jumpIfEqual:
            let (x, y) = (registers[i.pointee.a], registers[i.pointee.b])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload == y.payload : try areEqual(x, y) { try take(i.pointee.c, &pc, &steps) }
          case .jumpIfNotEqual:
            let (x, y) = (registers[i.pointee.a], registers[i.pointee.b])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload != y.payload : try !areEqual(x, y) { try take(i.pointee.c, &pc, &steps) }
          case .jumpIfLessImmediate:
            let x = registers[i.pointee.a]
            if x.tag == .integer ? x.payload < i.pointee.number : try isLess(x, Slot(i.pointee.number)) {
              try take(i.pointee.c, &pc, &steps)
            }
          case .jumpIfLessEqualImmediate:
            let x = registers[i.pointee.a]
            if x.tag == .integer
              ? x.payload <= i.pointee.number : try isLessOrEqual(x, Slot(i.pointee.number))
            {
              try take(i.pointee.c, &pc, &steps)
            }
          case .jumpIfGreaterImmediate:
            let x = registers[i.pointee.a]
            if x.tag == .integer ? x.payload > i.pointee.number : try isLess(Slot(i.pointee.number), x) {
              try take(i.pointee.c, &pc, &steps)
            }
          case .jumpIfGreaterEqualImmediate:
            let x = registers[i.pointee.a]
            if x.tag == .integer
              ? x.payload >= i.pointee.number : try isLessOrEqual(Slot(i.pointee.number), x)
            {
              try take(i.pointee.c, &pc, &steps)
            }
          case .jumpIfEqualImmediate:
            let x = registers[i.pointee.a]
            if x.tag == .integer ? x.payload == i.pointee.number : try areEqual(x, Slot(i.pointee.number)) {
              try take(i.pointee.c, &pc, &steps)
            }
          case .jumpIfNotEqualImmediate:
            let x = registers[i.pointee.a]
            if x.tag == .integer ? x.payload != i.pointee.number : try !areEqual(x, Slot(i.pointee.number)) {
              try take(i.pointee.c, &pc, &steps)
            }
          case .forPrepare:
            guard let first = try prepareLoop(registers.at(i.pointee.a), isClosed: i.pointee.n == 1) else {
              pc += Int(i.pointee.c)
              continue
            }
            registers[i.pointee.b] = Slot(first)
          case .forLoop:
            pc -= 1
            try endRound(&pc, registers, &steps)
          case .listPrepare:
            setActiveTop(registers, depth)
            try prepareListLoop(registers.at(i.pointee.a))
          case .pairPrepare:
            setActiveTop(registers, depth)
            try preparePairLoop(registers.at(i.pointee.a))
          case .pairNext:
            if !nextPair(registers.at(i.pointee.a), to: registers.at(i.pointee.b)) { pc += Int(i.pointee.c) }
          case .listNext:
            let state = registers.at(i.pointee.a)
            let list = state[0].object
            let position = Int(state[1].payload)
            if position < list.pointee.count {
              registers[i.pointee.b] = list.pointee.slots[position]
              state[1].payload &+= 1
            } else {
              pc += Int(i.pointee.c)
            }
          case .repeatPrepare: try prepareRepeat(registers.at(i.pointee.a))
          case .newList:
            setActiveTop(registers, depth)
            try reserve(slots: Int(i.pointee.b))
            registers[i.pointee.a] = Slot(heap.makeList(capacity: Int(i.pointee.b)))
          case .newMap:
            setActiveTop(registers, depth)
            try reserve(HeapObject.mapBytes(MapTable.smallestCapacity))
            registers[i.pointee.a] = Slot(heap.makeMap())
          case .appendMany:
            setActiveTop(registers, depth)
            try append(registers.at(i.pointee.b), Int(i.pointee.n), to: registers[i.pointee.a].object)
          case .getElement:
            let (list, index) = (registers[i.pointee.b], registers[i.pointee.registerC])
            if list.tag == .list, index.tag == .integer {
              let object = list.object
              if index.bits < UInt64(object.pointee.count) {
                registers[i.pointee.a] = object.pointee.slots[Int(index.payload)]
                continue
              }
            }
            setActiveTop(registers, depth)
            registers[i.pointee.a] = try element(list, index)
          case .setElement:
            let (list, index) = (registers[i.pointee.a], registers[i.pointee.b])
            if list.tag == .list, index.tag == .integer {
              let object = list.object
              if index.bits < UInt64(object.pointee.count) {
                object.pointee.slots[Int(index.payload)] = registers[i.pointee.registerC]
                continue
              }
            }
            setActiveTop(registers, depth)
            try setElement(list, index, registers[i.pointee.registerC])
          case .makeRange:
            setActiveTop(registers, depth)
            let (lower, upper) = try bounds(registers[i.pointee.b], registers[i.pointee.registerC])
            registers[i.pointee.a] = try makeRange(lower, upper, isClosed: i.pointee.n == 1)
          case .concatenate:
            setActiveTop(registers, depth)
            registers[i.pointee.a] = try joined(registers.at(i.pointee.b), Int(i.pointee.n))
          case .callHost:
            try takeStep(&steps, and: textWeight(registers.at(i.pointee.registerC), Int(i.pointee.n)))
            let result = try host.invoke(
              Int(i.pointee.b),
              CallArguments(base: UnsafePointer(registers.at(i.pointee.registerC)), count: Int(i.pointee.n)))
            if budget.isStopped { try budget.check() }
            switch result {
            case .integer(let value): registers[i.pointee.a] = Slot(value)
            case .pointer(let bits): registers[i.pointee.a] = Slot(pointer: bits)
            case .null: registers[i.pointee.a] = .null
            default:
              setActiveTop(registers, depth)
              registers[i.pointee.a] = try slot(from: result)
            }
          case .callBuiltin:
            try takeStep(&steps)
            setActiveTop(registers, depth)
            registers[i.pointee.a] = try callBuiltin(
              BuiltinFunction.byIndex[Int(i.pointee.b)], UnsafePointer(registers.at(i.pointee.registerC)),
              Int(i.pointee.n))
          case .callFunction:
            try takeStep(&steps)
            let callee = functions[Int(i.pointee.b)]
            var bottom = registers.at(i.pointee.registerC)
            if depth + 1 >= frameCapacity { try growFrames() }
            if bottom + callee.registerCount >= stackEnd {
              let offset = bottom - stack
              try growStack(to: offset + callee.registerCount + 1)
              bottom = stack + offset
              stackEnd = stack + stackCapacity
            }
            // A function that was defined anew may have more parameters than its callers knew.
            if Int(i.pointee.n) < callee.parameterCount {
              for place in Int(i.pointee.n)..<callee.parameterCount { bottom[place] = .undefined }
            }
            depth += 1
            frames[depth] = Frame(
              returnAddress: pc, offset: i.pointee.registerC, destination: i.pointee.a, function: i.pointee.b)
            registers = bottom
            pc = callee.code
          case .returnValue:
            let frame = frames[depth]
            let value = registers[i.pointee.a]
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
          case .hostVariable, .format, .wordList, .shell, .endCommand, .negateStatus, .testValue,
            .beginCapture,
            .endCapture, .enterTry, .leaveTry, .setHostVariable, .enterProcess, .leaveProcess, .machine,
            .print,
            .show, .expect, .markBegin, .markEnd, .unavailable, .yield:
            try perform(i, registers, depth, host)
          case .exitProgram:
            let status = registers[i.pointee.a]
            let code = status.isNumeric ? Int32(truncatingIfNeeded: status.payload & 0xff) : 0
            return (code == 0 ? .finished : .exited(code), nil)
          case .halt: return (.finished, nil)
          }
        }
      } catch {
        var error: any Error = error
        if error is PauseRequest {
          budget.giveBack(steps)
          return (.paused, Suspension(pc: pc, depth: depth, registers: registers - stack))
        } else if let resumption = resume(after: &error, host) {
          pc = resumption.resumption
          depth = resumption.depth
          registers = stack + resumption.registers
        } else if let handler = handle(error, host) {
          pc = handler.resumption
          depth = handler.depth
          registers = stack + handler.registers
          setActiveTop(registers, depth)
          let message = (error as? ScriptError)?.message ?? "\(error)"
          registers[handler.message] = (try? slot(from: .string(message))) ?? .null
        } else {
          return (end(error, pc, depth, host), nil)
        }
        stackEnd = stack + stackCapacity
      }
    }
  }

  /// Goes on at a jump's target; a jump back is a step.
  @inline(__always)
  private func take(_ distance: Int32, _ pc: inout UnsafePointer<Instruction>, _ steps: inout Int) throws {
    pc += Int(distance)
    guard distance < 0 else { return }
    do {
      try takeStep(&steps)
    } catch {
      // The jump is where the script ended.
      pc -= Int(distance)
      throw error
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
