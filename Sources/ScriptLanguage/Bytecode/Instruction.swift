// The instructions of the register machine.

/// What an instruction does. Operands: `a`, `b`, `c` are registers unless said otherwise; jumps are relative to
/// the next instruction.
enum Operation: UInt8 {
  /// a ← b
  case move
  /// a ← the integer `wide`
  case loadInteger
  /// a ← a slot with the tag `n` and the payload `wide`
  case loadConstant
  /// Fails when a holds nothing; b is the index of its name.
  case checkDefined
  /// a ← global b
  case getGlobal
  /// global a ← b
  case setGlobal
  /// a ← the host's variable with the name b
  case hostVariable

  // a ← b ∘ c
  case add, subtract, multiply, divide, remainder
  case bitAnd, bitOr, bitXor, shiftLeft, shiftRight
  case less, lessEqual, equal, notEqual
  // a ← b ∘ the integer c
  case addImmediate, multiplyImmediate, divideImmediate, remainderImmediate, bitAndImmediate
  // As the ones without `ThenLoop`, and then the `forLoop` that follows.
  case addThenLoop, addImmediateThenLoop
  // a ← ∘ b
  case negate, complement, not, plus
  /// a ← b as C converts it to the type n, see `Conversion`.
  case convert
  /// a ← b ∘ c in an unsigned type; n is the operator and the type, see `Conversion`.
  case unsignedArithmetic

  /// To c.
  case jump
  // To c when a is true, or false.
  case jumpIfTrue, jumpIfFalse
  /// To c when a holds anything.
  case jumpIfDefined
  // To c when the last shell command succeeded, or failed.
  case jumpIfSuccess, jumpIfFailure
  // To c when a ∘ b.
  case jumpIfLess, jumpIfLessEqual, jumpIfEqual, jumpIfNotEqual
  // To c when a ∘ the integer b.
  case jumpIfLessImmediate, jumpIfLessEqualImmediate, jumpIfGreaterImmediate, jumpIfGreaterEqualImmediate
  case jumpIfEqualImmediate, jumpIfNotEqualImmediate

  /// Starts a counted loop from a (replaced by the counter) to a + 1 (replaced by the last value), both sides
  /// included when n is 1; b is the loop variable; to c when there is no round.
  case forPrepare
  /// Counts a up to a + 1, sets b, and goes back to c.
  case forLoop
  /// Starts a loop over the list a with the counter a + 1.
  case listPrepare
  /// Sets b to the next element, or goes to c.
  case listNext
  /// Starts a loop over the entries of the list or map a with the counter a + 1.
  case pairPrepare
  /// Sets b to the next index or key and b + 1 to its value, or goes to c.
  case pairNext
  /// Turns the count a of `repeat` into a range a, a + 1.
  case repeatPrepare

  /// a ← an empty list with room for b
  case newList
  /// a ← an empty map
  case newMap
  /// Appends n registers from b to the list a.
  case appendMany
  /// a ← b[c]
  case getElement
  /// a[b] ← c
  case setElement
  /// a ← a list of b up to c, included when n is 1
  case makeRange
  /// a ← the texts of n registers from b
  case concatenate
  /// a ← b in the format with the name c
  case format
  /// a ← the list of the words of site b with pieces from c
  case wordList

  /// a ← the host's command b with n arguments from c
  case callHost
  /// Fails: the command b of the code is none of the host's.
  case unavailable
  /// a ← the built-in function b with n arguments from c
  case callBuiltin
  /// a ← the function b with its arguments from c
  case callFunction
  /// Returns a.
  case returnValue
  case returnNull
  /// Runs the shell command of site b with pieces of words from c.
  case shell
  /// Ends the script when the last command failed and the shell was told to.
  case endCommand
  /// Turns success of the last command into failure, and failure into success.
  case negateStatus
  /// Succeeds as a command when a is true, and fails otherwise.
  case testValue
  /// Begins to keep what is printed.
  case beginCapture
  /// a ← what was kept since then, without its last line ends unless n is 1.
  case endCapture
  /// Errors of the script lead to c from here on, with their message in a.
  case enterTry
  case leaveTry
  /// Sets the host's variable with the name a to b.
  case setHostVariable
  /// Enters the process named by a, in the control group named by b where n is 1; execution goes on at c when it dies.
  case enterProcess
  case leaveProcess
  /// Applies the machine settings of site b with values from c.
  case machine
  /// Prints n registers from b.
  case print
  /// Shows a, assigned to the name b, or to none when b is negative; n is 1 for a call.
  case show
  /// Records a failure; n is 1 + the comparison's operator, whose sides are b and c, or 0, and the message is in a
  /// unless that is nothing.
  case expect
  /// Ends the program with the status a, as `return` from C's `main` does.
  case exitProgram
  /// Keeps a as the value of the whole text.
  case yield
  // Before and after the statement of mark a.
  case markBegin, markEnd
  /// Ends the program.
  case halt
}

/// One instruction: 16 bytes.
///
/// While a chunk is built, register operands are indexes. In a finished chunk they are byte offsets into the
/// registers, which saves the machine a shift and a sign extension for each; see `locatingRegisters`.
struct Instruction: Sendable {
  var operation: Operation
  var n: UInt16
  var a: UInt32
  var b: UInt32
  var c: Int32

  /// The largest number of operands that `n` can say.
  static let largestCount = Int(UInt16.max)
  /// The largest register whose offset fits an operand.
  static let largestRegister = Int(Int32.max) / MemoryLayout<Slot>.stride - 1
  /// The longest jump.
  static let largestDistance = Int(Int32.max)

  /// Makes an instruction. Whoever makes one from what a script says compares it with the largest numbers before, or
  /// reports an error that keeps the program from running; operands that do not fit are cut.
  init(_ operation: Operation, n: Int = 0, a: Int = 0, b: Int = 0, c: Int = 0) {
    self.operation = operation
    self.n = UInt16(clamping: n)
    self.a = UInt32(clamping: a)
    self.b = UInt32(bitPattern: Int32(clamping: b))
    self.c = Int32(clamping: c)
  }

  init(_ operation: Operation, tag: Tag = .integer, a: Int, wide: Int64) {
    self.operation = operation
    n = UInt16(tag.rawValue)
    self.a = UInt32(clamping: a)
    (b, c) = (0, 0)
    self.wide = wide
  }

  /// The 64-bit operand in place of b and c.
  @inline(__always)
  var wide: Int64 {
    get { Int64(c) << 32 | Int64(b) }
    set {
      b = UInt32(truncatingIfNeeded: newValue)
      c = Int32(truncatingIfNeeded: newValue >> 32)
    }
  }

  /// Which text of its chunk the instruction loads; nil for all others.
  var constant: Int? {
    operation == .loadConstant && n == Tag.string.rawValue ? Int(truncatingIfNeeded: wide) : nil
  }

  /// b as a number.
  @inline(__always)
  var number: Int64 { Int64(Int32(bitPattern: b)) }

  /// c as a register.
  @inline(__always)
  var registerC: UInt32 { UInt32(bitPattern: c) }

  /// The instruction with byte offsets in place of register indexes; nil when a register is above `count`. The
  /// stack has one slot more than a chunk has registers, where the row of a call without arguments begins.
  func locatingRegisters(upTo count: Int) -> Instruction? {
    var located = self
    let roles = operation.registerOperands
    let stride = UInt32(MemoryLayout<Slot>.stride)
    for (role, operand) in [(Roles.a, a), (.b, b), (.c, registerC)] where roles.contains(role) {
      guard operand <= min(count, Self.largestRegister + 1) else { return nil }
      switch role {
      case .a: located.a = operand * stride
      case .b: located.b = operand * stride
      default: located.c = Int32(operand * stride)
      }
    }
    return located
  }
}

/// Which operands of an instruction are registers.
struct Roles: OptionSet {
  var rawValue: UInt8
  static let a = Roles(rawValue: 1)
  static let b = Roles(rawValue: 2)
  static let c = Roles(rawValue: 4)
}

extension Operation {
  var registerOperands: Roles {
    switch self {
    case .unavailable, .jump, .returnNull, .leaveProcess, .markBegin, .markEnd, .halt, .jumpIfSuccess,
      .jumpIfFailure,
      .endCommand,
      .negateStatus, .beginCapture, .leaveTry:
      []
    case .jumpIfDefined, .testValue, .newMap, .endCapture, .enterTry, .pairPrepare, .exitProgram,
      .loadInteger, .loadConstant, .checkDefined, .getGlobal, .hostVariable, .jumpIfTrue, .jumpIfFalse,
      .jumpIfLessImmediate, .jumpIfLessEqualImmediate, .jumpIfGreaterImmediate, .jumpIfGreaterEqualImmediate,
      .jumpIfEqualImmediate, .jumpIfNotEqualImmediate, .listPrepare, .repeatPrepare, .newList, .returnValue,
      .show, .yield:
      .a
    case .setGlobal, .setHostVariable, .print: .b
    case .shell, .machine: .c
    case .callHost, .callBuiltin, .callFunction, .wordList: [.a, .c]
    case .move, .convert, .pairNext, .format, .addImmediate, .multiplyImmediate, .divideImmediate,
      .remainderImmediate, .bitAndImmediate,
      .addImmediateThenLoop, .negate, .complement, .not, .plus, .jumpIfLess, .jumpIfLessEqual, .jumpIfEqual,
      .jumpIfNotEqual, .forPrepare, .forLoop, .listNext, .appendMany, .concatenate:
      [.a, .b]
    case .enterProcess: [.a, .b]
    case .add, .subtract, .multiply, .divide, .remainder, .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight,
      .less, .lessEqual, .equal, .notEqual, .addThenLoop, .unsignedArithmetic, .getElement, .setElement,
      .makeRange, .expect:
      [.a, .b, .c]
    }
  }
}

extension UnsafeMutablePointer<Slot> {
  /// The register at a byte offset.
  @inline(__always)
  subscript(offset: UInt32) -> Slot {
    get { at(offset).pointee }
    nonmutating set { at(offset).pointee = newValue }
  }

  /// The address of the register at a byte offset.
  @inline(__always)
  func at(_ offset: UInt32) -> UnsafeMutablePointer<Slot> {
    (UnsafeMutableRawPointer(self) + Int(offset)).assumingMemoryBound(to: Slot.self)
  }

  /// The registers that begin this many bytes below.
  @inline(__always)
  func below(_ offset: UInt32) -> UnsafeMutablePointer<Slot> {
    (UnsafeMutableRawPointer(self) - Int(offset)).assumingMemoryBound(to: Slot.self)
  }
}
