// A regular expression as instructions for a machine that follows all its alternatives at once.

/// The instructions of a pattern.
struct PatternProgram {
  /// One instruction.
  enum Instruction {
    /// Takes a byte of a set, by its number.
    case byte(Int32)
    /// Goes on where a place holds.
    case place(PatternPlace)
    /// Goes on at both.
    case split(Int32, Int32)
    /// Goes on elsewhere.
    case jump(Int32)
    /// Everything was found.
    case match
  }

  /// How many instructions a program may have.
  static let sizeLimit = 1 << 16

  private(set) var code: [Instruction] = []
  private(set) var sets: [ByteSet] = []

  /// Makes the instructions of a tree.
  ///
  /// - Throws: ``PatternError/tooBig``.
  init(_ tree: PatternTree) throws(PatternError) {
    guard tree.size < Self.sizeLimit else { throw .tooBig }
    emit(tree)
    code.append(.match)
  }

  private var here: Int32 { Int32(code.count) }

  private mutating func emit(_ tree: PatternTree) {
    switch tree {
    case .empty: break
    case .byte(let set):
      let known = sets.firstIndex(of: set)
      if known == nil { sets.append(set) }
      code.append(.byte(Int32(known ?? sets.count - 1)))
    case .place(let place): code.append(.place(place))
    case .sequence(let parts): for part in parts { emit(part) }
    case .choice(let parts): emitChoice(parts)
    case .repetition(let part, let minimum, let maximum): emitRepetition(part, minimum, maximum)
    }
  }

  private mutating func emitChoice(_ parts: [PatternTree]) {
    var jumps: [Int] = []
    for (index, part) in parts.enumerated() {
      guard index + 1 < parts.count else {
        emit(part)
        break
      }
      let split = code.count
      code.append(.split(here + 1, 0))
      emit(part)
      jumps.append(code.count)
      code.append(.jump(0))
      code[split] = .split(Int32(split) + 1, here)
    }
    for jump in jumps { code[jump] = .jump(here) }
  }

  private mutating func emitRepetition(_ part: PatternTree, _ minimum: Int, _ maximum: Int?) {
    for _ in 0..<max(minimum - (maximum == nil ? 1 : 0), 0) { emit(part) }
    guard let maximum else {
      // At least once: the part, then back to it or on. Else: past it or through it.
      let start = here
      if minimum == 0 { code.append(.split(start + 1, 0)) }
      let body = here
      emit(part)
      code.append(.split(body, here + 1))
      if minimum == 0 { code[Int(start)] = .split(start + 1, here) }
      return
    }
    var splits: [Int] = []
    for _ in minimum..<max(maximum, minimum) {
      splits.append(code.count)
      code.append(.split(here + 1, 0))
      emit(part)
    }
    for split in splits { code[split] = .split(Int32(split) + 1, here) }
  }
}
