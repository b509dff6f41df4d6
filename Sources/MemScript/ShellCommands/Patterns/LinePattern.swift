// A pattern that lines are searched for, in time bounded by its size and theirs.

/// Regular expressions, compiled to look for all of them at once (K. Thompson, CACM 11(6), 1968).
///
/// A search takes time and memory by the size of the pattern and the length of the text, whatever they are.
struct LinePattern {
  private let program: PatternProgram
  /// The bytes with which a match can begin; nil when one can begin at any place.
  private let firstBytes: ByteSet?

  /// What a match has to be.
  enum Extent {
    /// Anything.
    case part
    /// Whole words.
    case words
    /// The whole line.
    case line
  }

  /// Compiles patterns; a line matches when one of them does.
  ///
  /// - Throws: ``PatternError`` for a malformed pattern, one that is too large, and what is not modelled.
  init(
    _ texts: [String], _ syntax: PatternSyntax, ignoresCase: Bool, extent: Extent = .part
  ) throws(PatternError) {
    var trees: [PatternTree] = []
    for text in texts { trees.append(try PatternParser.parse(text, syntax, ignoresCase: ignoresCase)) }
    let all = PatternTree.choice(trees)
    program =
      switch extent {
      case .part: try PatternProgram(all)
      case .words: try PatternProgram(.sequence([.place(.afterOther), all, .place(.beforeOther)]))
      case .line: try PatternProgram(.sequence([.place(.lineStart), all, .place(.lineEnd)]))
      }
    firstBytes = Self.firstBytes(of: program)
  }

  /// The first and longest match in a line.
  ///
  /// - Parameters:
  ///   - line: the line, without its newline.
  ///   - start: the byte to search from, 0 … the line's length.
  ///   - search: working room, which several searches may share.
  ///   - charge: told how many bytes and alternatives were looked at; what it throws ends the search.
  /// - Returns: the bytes that match; nil for none.
  func firstMatch(
    in line: UnsafeBufferPointer<UInt8>, from start: Int, _ search: inout PatternSearch,
    _ charge: (Int) throws -> Void
  ) rethrows -> Range<Int>? {
    search.begin(program.code.count)
    var found: Range<Int>?
    var position = start
    var work = 0
    while true {
      if found == nil {
        if search.current.isEmpty, let firstBytes {
          while position < line.count, !firstBytes.contains(line[position]) {
            position += 1
            work += 1
            if work >= 4096 {
              try charge(work / 16)
              work = 0
            }
          }
          if position == line.count { break }
        }
        search.add(0, startingAt: position, at: position, in: line, program)
      }
      if search.current.isEmpty, found != nil { break }
      work += search.current.count * 16 + 16
      if work >= 4096 {
        try charge(work / 16)
        work = 0
      }
      let next = position < line.count ? line[position] : nil
      search.swap()
      for thread in search.previous {
        // Who began later than a match that was found cannot be first.
        if let found, thread.start > found.lowerBound { continue }
        switch program.code[Int(thread.place)] {
        case .byte(let set):
          if let next, program.sets[Int(set)].contains(next) {
            search.add(thread.place + 1, startingAt: thread.start, at: position + 1, in: line, program)
          }
        case .match:
          let range = Int(thread.start)..<position
          if let other = found, other.lowerBound < range.lowerBound { continue }
          found = range
        case .place, .split, .jump: break
        }
      }
      guard next != nil else { break }
      position += 1
    }
    try charge(work / 16 + 1)
    return found
  }

  /// Whether a text without line ends holds a match.
  ///
  /// - Parameter charge: as in ``firstMatch(in:from:_:_:)``.
  func matches(_ text: String, _ charge: (Int) throws -> Void) rethrows -> Bool {
    var text = text
    var room = PatternSearch()
    return try text.withUTF8 { try firstMatch(in: $0, from: 0, &room, charge) != nil }
  }

  /// The bytes that the program can take first.
  private static func firstBytes(of program: PatternProgram) -> ByteSet? {
    var search = PatternSearch()
    search.begin(program.code.count)
    // Neither end of a line, so that places count as if they could hold.
    var set = ByteSet()
    var pending: [Int32] = [0]
    var seen = Set<Int32>()
    while let place = pending.popLast() {
      guard seen.insert(place).inserted else { continue }
      switch program.code[Int(place)] {
      case .byte(let number): set.formUnion(program.sets[Int(number)])
      case .match: return nil
      case .place: pending.append(place + 1)
      case .split(let one, let other): pending += [one, other]
      case .jump(let target): pending.append(target)
      }
    }
    return set
  }
}

/// The alternatives that a search follows at the same time.
struct PatternSearch {
  /// An instruction that is to look at the next byte, and where its match would begin.
  struct Thread {
    var place: Int32
    var start: Int
  }

  private(set) var current: [Thread] = []
  private(set) var previous: [Thread] = []
  /// For each instruction the step in which it was reached last: it is followed once in each, for the earliest start.
  private var reached: [Int] = []
  private var step = 0
  private var pending: [Int32] = []

  /// Makes room for a program.
  fileprivate mutating func begin(_ count: Int) {
    if reached.count < count { reached += repeatElement(0, count: count - reached.count) }
    current.removeAll(keepingCapacity: true)
    step += 1
  }

  /// Goes on to the next byte: what is current becomes previous.
  fileprivate mutating func swap() {
    Swift.swap(&current, &previous)
    current.removeAll(keepingCapacity: true)
    step += 1
  }

  /// Follows an instruction and all that it leads to without a byte.
  fileprivate mutating func add(
    _ place: Int32, startingAt start: Int, at position: Int, in line: UnsafeBufferPointer<UInt8>,
    _ program: PatternProgram
  ) {
    pending.append(place)
    while let place = pending.popLast() {
      guard reached[Int(place)] != step else { continue }
      reached[Int(place)] = step
      switch program.code[Int(place)] {
      case .byte, .match: current.append(Thread(place: place, start: start))
      case .place(let kind): if kind.holds(at: position, in: line) { pending.append(place + 1) }
      case .split(let one, let other):
        pending.append(other)
        pending.append(one)
      case .jump(let target): pending.append(target)
      }
    }
  }
}
