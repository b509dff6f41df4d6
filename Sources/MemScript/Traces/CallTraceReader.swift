// Traces with one call in each line: `m 1 100`, `r 1 2 200`, `f 2`.

import LinuxMemory

/// How a line with a certain operation is built.
struct CallTraceForm {
  /// What a word of the line is.
  enum Parameter {
    /// The number of a block that the call makes; not 0, which is NULL.
    case madeBlock
    /// The number of a block.
    case block
    /// The number of another block.
    case otherBlock
    /// A number.
    case first(String)
    /// Another number.
    case second(String)

    /// How messages call it.
    var name: String {
      switch self {
      case .madeBlock, .block: "ID"
      case .otherBlock: "NEWID"
      case .first(let name), .second(let name): name
      }
    }
  }

  let kind: AllocationOperationKind
  let parameters: [Parameter]

  init(_ kind: AllocationOperationKind, _ parameters: Parameter...) {
    self.kind = kind
    self.parameters = parameters
  }

  /// The forms by the letter of their operation.
  static let forms: [UInt8: CallTraceForm] = Dictionary(
    uniqueKeysWithValues: byLetter.map { (UInt8(ascii: $0.0), $0.1) })

  /// The letters in the order in which they are explained.
  static let letters = byLetter.map { String($0.0) }.joined(separator: " ") + " L"

  private static let byLetter: [(Unicode.Scalar, CallTraceForm)] = [
    ("m", .init(.malloc, .madeBlock, .first("SIZE"))),
    ("c", .init(.calloc, .madeBlock, .first("N"), .second("SIZE"))),
    ("r", .init(.realloc, .block, .otherBlock, .first("SIZE"))),
    ("a", .init(.memalign, .madeBlock, .first("ALIGN"), .second("SIZE"))),
    ("v", .init(.valloc, .madeBlock, .first("SIZE"))),
    ("V", .init(.pvalloc, .madeBlock, .first("SIZE"))),
    ("f", .init(.free, .block)),
    ("w", .init(.write, .block, .first("OFF"), .second("LEN"))),
    ("z", .init(.read, .block, .first("OFF"), .second("LEN"))),
    ("o", .init(.mallopt, .first("PARAM"), .second("VALUE"))),
    ("t", .init(.trim, .first("PAD"))),
    ("q", .init(.query)),
    ("S", .init(.statistics)),
    ("I", .init(.document)),
    ("N", .init(.createThread, .first("THREAD"))),
    ("T", .init(.actAsThread, .first("THREAD"))),
    ("E", .init(.endThread, .first("THREAD"))),
    ("s", .init(.moveBreak, .first("N"))),
    ("B", .init(.obstruct, .first("OFF"))),
    ("K", .init(.freeKeeping, .block)),
    ("F", .init(.freeInside, .block, .first("D"))),
    ("A", .init(.reallocInside, .block, .first("D"), .second("SIZE"))),
    ("W", .init(.storeWord, .block, .first("OFF"), .second("VALUE"))),
    ("P", .init(.storePointer, .block, .first("OFF"), .otherBlock, .second("D"))),
    ("X", .init(.storeProtectedPointer, .block, .first("OFF"), .otherBlock, .second("D"))),
  ]
}

/// Reads such traces.
struct CallTraceReader: TraceLineReader {
  let mayBreakOff = false
  private let forms: [CallTraceForm?] = (0..<128).map { CallTraceForm.forms[$0] }
  private let limitForm = CallTraceForm(.limitAddressSpace, .first("KB"))
  /// The threads that were created and have not ended, and the one whose calls follow.
  private var threads: Set<UInt64> = []
  private var presentThread: UInt64 = 0

  mutating func read(
    _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    trace.tellsWrites = true
    line.skipSpaces()
    guard let letter = line.next else { return }
    if letter == UInt8(ascii: "#") { return trace.readDirective(&line) }
    let word = line.word()
    if letter == UInt8(ascii: "L"), word.count == 1 { return try readLimit(&line, word, into: &trace) }
    guard word.count == 1, letter < 128, let form = forms[Int(letter)] else {
      throw TraceProblem(
        message: "unknown operation '\(line.text(word))'", range: word,
        hint: "the operations are \(CallTraceForm.letters)")
    }
    try append(form, kind: form.kind, word, &line, into: &trace)
  }

  mutating func finish(_ trace: inout AllocationTrace) {}

  private mutating func append(
    _ form: CallTraceForm, kind: AllocationOperationKind, _ operation: Range<Int>,
    _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    var block = BlockSlot.null
    var other = BlockSlot.null
    var first: UInt64 = 0
    var second: UInt64 = 0
    for parameter in form.parameters {
      let word = line.word()
      let number = try number(word, parameter, of: form, operation, line)
      switch parameter {
      case .madeBlock:
        if number == 0 { throw TraceProblem(message: "0 is NULL, not a block's ID", range: word) }
        block = trace.slot(forID: number)
      case .block: block = trace.slot(forID: number)
      case .otherBlock: other = trace.slot(forID: number)
      case .first:
        first = number
        try note(kind, thread: number, word)
      case .second: second = number
      }
    }
    let rest = line.word()
    guard rest.isEmpty || line.bytes[rest.lowerBound] == UInt8(ascii: "#") else {
      throw TraceProblem(
        message: "'\(line.text(rest))' is one word too many", range: rest,
        hint: Self.usage(of: form, line.text(operation)))
    }
    trace.append(AllocationOperation(kind, block, other: other, first, second), line: line.number)
  }

  /// Follows which threads there are, for operations that are about one.
  private mutating func note(
    _ kind: AllocationOperationKind, thread: UInt64, _ word: Range<Int>
  ) throws(TraceProblem) {
    switch kind {
    case .createThread:
      guard thread > 0, thread <= UInt64(Int32.max) else {
        throw TraceProblem(
          message: "a thread has a number from 1 to \(Int32.max); 0 is the main one", range: word)
      }
      guard threads.insert(thread).inserted else {
        throw TraceProblem(message: "there is a thread \(thread) already", range: word)
      }
    case .actAsThread:
      guard thread == 0 || threads.contains(thread) else { throw Self.missing(thread, word) }
      presentThread = thread
    case .endThread:
      guard thread != presentThread else {
        throw TraceProblem(
          message: "a thread does not wait for itself", range: word,
          hint: "`T 0` before it lets the main thread do it")
      }
      guard threads.remove(thread) != nil else { throw Self.missing(thread, word) }
    default: break
    }
  }

  private static func missing(_ thread: UInt64, _ word: Range<Int>) -> TraceProblem {
    thread == 0
      ? TraceProblem(message: "the main thread does not end before the program", range: word)
      : TraceProblem(
        message: "there is no thread \(Int64(bitPattern: thread))", range: word,
        hint: "`N \(Int64(bitPattern: thread))` creates it")
  }

  private func number(
    _ word: Range<Int>, _ parameter: CallTraceForm.Parameter, of form: CallTraceForm,
    _ operation: Range<Int>, _ line: TraceLineCursor
  ) throws(TraceProblem) -> UInt64 {
    if word.isEmpty {
      throw TraceProblem(
        message: "\(parameter.name) is missing", range: operation,
        hint: Self.usage(of: form, line.text(operation)))
    }
    guard let number = line.number(in: word) else {
      throw TraceProblem(
        message: "'\(line.text(word))' is not a number of 64 bits", range: word,
        hint: Self.usage(of: form, line.text(operation)))
    }
    switch parameter {
    case .madeBlock, .block, .otherBlock:
      if line.bytes[word.lowerBound] == UInt8(ascii: "-") {
        throw TraceProblem(message: "an ID is a positive number, or 0 for NULL", range: word)
      }
    case .first, .second: break
    }
    return number
  }

  private static func usage(of form: CallTraceForm, _ operation: String) -> String {
    "the line is: " + ([operation] + form.parameters.map(\.name)).joined(separator: " ")
  }

  /// `L as KB` and `L data KB`.
  private mutating func readLimit(
    _ line: inout TraceLineCursor, _ operation: Range<Int>, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    let word = line.word()
    let name = line.text(word)
    guard name == "as" || name == "data" else {
      throw TraceProblem(
        message: "'\(name)' is not a limit", range: word.isEmpty ? operation : word,
        hint: "the line is: L as KB, or L data KB")
    }
    try append(
      limitForm, kind: name == "as" ? .limitAddressSpace : .limitData, operation.lowerBound..<word.upperBound,
      &line, into: &trace)
  }
}
