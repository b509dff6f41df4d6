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
          case .move: registers[Int(i.a)] = registers[Int(i.b)]
          case .loadInteger: registers[Int(i.a)] = Slot(i.wide)
          case .loadConstant:
            registers[Int(i.a)] = Slot(
              tag: Tag(rawValue: UInt8(truncatingIfNeeded: i.n)) ?? .null, payload: i.wide)
          case .checkDefined:
            if registers[Int(i.a)].tag == .undefined { throw noValue(Int(i.b), depth) }
          case .getGlobal:
            let value = stack[Int(i.b)]
            if value.tag == .undefined { throw noValue(Int(i.c), depth) }
            registers[Int(i.a)] = value
          case .setGlobal: stack[Int(i.a)] = registers[Int(i.b)]
          case .hostVariable:
            setActiveTop(registers, depth)
            registers[Int(i.a)] = try hostVariable(chunk(depth).names[Int(i.b)], host)

          case .add:
            let (x, y) = (registers[Int(i.b)], registers[Int(i.c)])
            if x.tag == .integer, y.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(y.payload)
              if !overflow {
                registers[Int(i.a)] = Slot(sum)
                continue
              }
            }
            setActiveTop(registers, depth)
            registers[Int(i.a)] = try arithmetic(.add, x, y)
          case .subtract:
            let (x, y) = (registers[Int(i.b)], registers[Int(i.c)])
            if x.tag == .integer, y.tag == .integer {
              let (difference, overflow) = x.payload.subtractingReportingOverflow(y.payload)
              if !overflow {
                registers[Int(i.a)] = Slot(difference)
                continue
              }
            }
            registers[Int(i.a)] = try arithmetic(.subtract, x, y)
          case .multiply:
            let (x, y) = (registers[Int(i.b)], registers[Int(i.c)])
            if x.tag == .integer, y.tag == .integer {
              let (product, overflow) = x.payload.multipliedReportingOverflow(by: y.payload)
              if !overflow {
                registers[Int(i.a)] = Slot(product)
                continue
              }
            }
            registers[Int(i.a)] = try arithmetic(.multiply, x, y)
          case .divide:
            registers[Int(i.a)] = try arithmetic(.divide, registers[Int(i.b)], registers[Int(i.c)])
          case .remainder:
            let (x, y) = (registers[Int(i.b)], registers[Int(i.c)])
            if x.tag == .integer, y.tag == .integer, y.payload > 0 {
              registers[Int(i.a)] = Slot(x.payload % y.payload)
              continue
            }
            registers[Int(i.a)] = try arithmetic(.remainder, x, y)
          case .bitAnd:
            registers[Int(i.a)] = try arithmetic(.bitAnd, registers[Int(i.b)], registers[Int(i.c)])
          case .bitOr: registers[Int(i.a)] = try arithmetic(.bitOr, registers[Int(i.b)], registers[Int(i.c)])
          case .bitXor:
            registers[Int(i.a)] = try arithmetic(.bitXor, registers[Int(i.b)], registers[Int(i.c)])
          case .shiftLeft:
            registers[Int(i.a)] = try arithmetic(.shiftLeft, registers[Int(i.b)], registers[Int(i.c)])
          case .shiftRight:
            registers[Int(i.a)] = try arithmetic(.shiftRight, registers[Int(i.b)], registers[Int(i.c)])

          case .addImmediate:
            let x = registers[Int(i.b)]
            if x.tag == .integer {
              let (sum, overflow) = x.payload.addingReportingOverflow(Int64(i.c))
              if !overflow {
                registers[Int(i.a)] = Slot(sum)
                continue
              }
            }
            setActiveTop(registers, depth)
            registers[Int(i.a)] = try addImmediate(x, Int64(i.c))
          case .multiplyImmediate:
            let x = registers[Int(i.b)]
            if x.tag == .integer {
              let (product, overflow) = x.payload.multipliedReportingOverflow(by: Int64(i.c))
              if !overflow {
                registers[Int(i.a)] = Slot(product)
                continue
              }
            }
            registers[Int(i.a)] = try arithmetic(.multiply, x, Slot(Int64(i.c)))
          case .divideImmediate:
            let x = registers[Int(i.b)]
            if x.tag == .integer, i.c > 0 {
              registers[Int(i.a)] = Slot(x.payload / Int64(i.c))
              continue
            }
            registers[Int(i.a)] = try arithmetic(.divide, x, Slot(Int64(i.c)))
          case .remainderImmediate:
            let x = registers[Int(i.b)]
            if x.tag == .integer, i.c > 0 {
              registers[Int(i.a)] = Slot(x.payload % Int64(i.c))
              continue
            }
            registers[Int(i.a)] = try arithmetic(.remainder, x, Slot(Int64(i.c)))
          case .bitAndImmediate:
            let x = registers[Int(i.b)]
            if x.tag == .integer {
              registers[Int(i.a)] = Slot(x.payload & Int64(i.c))
              continue
            }
            registers[Int(i.a)] = try arithmetic(.bitAnd, x, Slot(Int64(i.c)))

          case .less: registers[Int(i.a)] = Slot(try isLess(registers[Int(i.b)], registers[Int(i.c)]))
          case .lessEqual:
            registers[Int(i.a)] = Slot(try isLessOrEqual(registers[Int(i.b)], registers[Int(i.c)]))
          case .equal: registers[Int(i.a)] = Slot(try areEqual(registers[Int(i.b)], registers[Int(i.c)]))
          case .notEqual: registers[Int(i.a)] = Slot(try !areEqual(registers[Int(i.b)], registers[Int(i.c)]))
          case .negate: registers[Int(i.a)] = try negation(registers[Int(i.b)])
          case .complement: registers[Int(i.a)] = try complement(registers[Int(i.b)])
          case .not: registers[Int(i.a)] = Slot(!registers[Int(i.b)].isTrue)
          case .plus: registers[Int(i.a)] = try plus(registers[Int(i.b)])

          case .jump: try take(i.c, &pc, &steps)
          case .jumpIfTrue: if registers[Int(i.a)].isTrue { try take(i.c, &pc, &steps) }
          case .jumpIfFalse: if !registers[Int(i.a)].isTrue { try take(i.c, &pc, &steps) }
          case .jumpIfLess:
            let (x, y) = (registers[Int(i.a)], registers[Int(i.b)])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload < y.payload : try isLess(x, y) { try take(i.c, &pc, &steps) }
          case .jumpIfLessEqual:
            let (x, y) = (registers[Int(i.a)], registers[Int(i.b)])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload <= y.payload : try isLessOrEqual(x, y) { try take(i.c, &pc, &steps) }
          case .jumpIfEqual:
            let (x, y) = (registers[Int(i.a)], registers[Int(i.b)])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload == y.payload : try areEqual(x, y) { try take(i.c, &pc, &steps) }
          case .jumpIfNotEqual:
            let (x, y) = (registers[Int(i.a)], registers[Int(i.b)])
            let isInteger = x.tag == .integer && y.tag == .integer
            if isInteger ? x.payload != y.payload : try !areEqual(x, y) { try take(i.c, &pc, &steps) }
          case .jumpIfLessImmediate:
            let x = registers[Int(i.a)]
            if x.tag == .integer ? x.payload < Int64(i.b) : try isLess(x, Slot(Int64(i.b))) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfLessEqualImmediate:
            let x = registers[Int(i.a)]
            if x.tag == .integer ? x.payload <= Int64(i.b) : try isLessOrEqual(x, Slot(Int64(i.b))) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfGreaterImmediate:
            let x = registers[Int(i.a)]
            if x.tag == .integer ? x.payload > Int64(i.b) : try isLess(Slot(Int64(i.b)), x) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfGreaterEqualImmediate:
            let x = registers[Int(i.a)]
            if x.tag == .integer ? x.payload >= Int64(i.b) : try isLessOrEqual(Slot(Int64(i.b)), x) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfEqualImmediate:
            let x = registers[Int(i.a)]
            if x.tag == .integer ? x.payload == Int64(i.b) : try areEqual(x, Slot(Int64(i.b))) {
              try take(i.c, &pc, &steps)
            }
          case .jumpIfNotEqualImmediate:
            let x = registers[Int(i.a)]
            if x.tag == .integer ? x.payload != Int64(i.b) : try !areEqual(x, Slot(Int64(i.b))) {
              try take(i.c, &pc, &steps)
            }

          case .forPrepare:
            guard let first = try prepareLoop(registers + Int(i.a), isClosed: i.n == 1) else {
              pc += Int(i.c)
              continue
            }
            registers[Int(i.b)] = Slot(first)
          case .forLoop:
            let state = registers + Int(i.a)
            if state[0].payload < state[1].payload {
              let next = state[0].payload &+ 1
              state[0].payload = next
              registers[Int(i.b)] = Slot(next)
              try take(i.c, &pc, &steps)
            }
          case .listPrepare: try prepareListLoop(registers + Int(i.a))
          case .listNext:
            let state = registers + Int(i.a)
            let list = state[0].object
            let position = Int(state[1].payload)
            if position < list.pointee.count {
              registers[Int(i.b)] = list.pointee.slots[position]
              state[1].payload &+= 1
            } else {
              pc += Int(i.c)
            }
          case .repeatPrepare: try prepareRepeat(registers + Int(i.a))

          case .newList:
            setActiveTop(registers, depth)
            try reserve(Int(i.b) * MemoryLayout<Slot>.stride)
            registers[Int(i.a)] = Slot(heap.makeList(capacity: Int(i.b)))
          case .appendMany:
            setActiveTop(registers, depth)
            try append(registers + Int(i.b), Int(i.n), to: registers[Int(i.a)].object)
          case .getElement:
            let (list, index) = (registers[Int(i.b)], registers[Int(i.c)])
            if list.tag == .list, index.tag == .integer {
              let object = list.object
              if index.bits < UInt64(object.pointee.count) {
                registers[Int(i.a)] = object.pointee.slots[Int(index.payload)]
                continue
              }
            }
            setActiveTop(registers, depth)
            registers[Int(i.a)] = try element(list, index)
          case .setElement:
            let (list, index) = (registers[Int(i.a)], registers[Int(i.b)])
            if list.tag == .list, index.tag == .integer {
              let object = list.object
              if index.bits < UInt64(object.pointee.count) {
                object.pointee.slots[Int(index.payload)] = registers[Int(i.c)]
                continue
              }
            }
            try setElement(list, index, registers[Int(i.c)])
          case .makeRange:
            setActiveTop(registers, depth)
            let (lower, upper) = try bounds(registers[Int(i.b)], registers[Int(i.c)])
            registers[Int(i.a)] = try makeRange(lower, upper, isClosed: i.n == 1)
          case .concatenate:
            setActiveTop(registers, depth)
            registers[Int(i.a)] = try makeString(try joinedText(registers + Int(i.b), Int(i.n)))

          case .callHost:
            if interruption.isRequested { throw ScriptInterruption() }
            steps -= 1
            if steps <= 0 { steps = try moreSteps() }
            let result = try host.invoke(
              Int(i.b), CallArguments(base: UnsafePointer(registers + Int(i.c)), count: Int(i.n)))
            switch result {
            case .integer(let value): registers[Int(i.a)] = Slot(value)
            case .pointer(let bits): registers[Int(i.a)] = Slot(pointer: bits)
            case .null: registers[Int(i.a)] = .null
            default:
              setActiveTop(registers, depth)
              registers[Int(i.a)] = try slot(from: result)
            }
          case .callBuiltin:
            setActiveTop(registers, depth)
            registers[Int(i.a)] = try callBuiltin(
              BuiltinFunction.byIndex[Int(i.b)], UnsafePointer(registers + Int(i.c)), Int(i.n))
          case .callFunction:
            steps -= 1
            if steps <= 0 { steps = try moreSteps() }
            let callee = functions[Int(i.b)]
            var bottom = registers + Int(i.c)
            if depth + 1 >= frameCapacity { try growFrames() }
            if bottom + callee.registerCount >= stackEnd {
              let offset = bottom - stack
              try growStack(to: offset + callee.registerCount + 1)
              bottom = stack + offset
              stackEnd = stack + stackCapacity
            }
            depth += 1
            frames[depth] = Frame(returnAddress: pc, offset: i.c, destination: i.a, function: i.b)
            registers = bottom
            pc = callee.code
          case .returnValue:
            let frame = frames[depth]
            let value = registers[Int(i.a)]
            depth -= 1
            registers -= Int(frame.offset)
            registers[Int(frame.destination)] = value
            pc = frame.returnAddress
          case .returnNull:
            let frame = frames[depth]
            depth -= 1
            registers -= Int(frame.offset)
            registers[Int(frame.destination)] = .null
            pc = frame.returnAddress

          case .shell:
            if interruption.isRequested { throw ScriptInterruption() }
            setActiveTop(registers, depth)
            try runShell(chunk(depth).shells[Int(i.b)], registers + Int(i.c), host)
          case .enterProcess:
            let name = try joinedText(registers + Int(i.a), 1).string
            try host.enterProcess(named: name)
            openProcesses.append(
              OpenProcess(
                name: name, resumption: pc + Int(i.c), depth: depth, registers: registers - stack,
                openMarks: openMarks))
          case .leaveProcess:
            openProcesses.removeLast()
            host.leaveProcess()
          case .machine:
            try applyMachine(chunk(depth).machines[Int(i.b)], registers + Int(i.c), host)
          case .print:
            host.printLine(try joinedText(registers + Int(i.b), Int(i.n), separator: " ").string)
          case .show:
            try show(
              registers[Int(i.a)], name: i.b < 0 ? nil : chunk(depth).names[Int(i.b)], isCall: i.n == 1, host)
          case .expect:
            if !registers[Int(i.a)].isTrue {
              failExpectation(i.n, registers[Int(i.b)], registers[Int(i.c)], pc, depth, host)
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
      steps -= 1
      if steps <= 0 { steps = try moreSteps() }
    }
  }
}
