// The operands of dd(1).

import LinuxMemory
import ScriptLanguage

/// What one command line of dd says.
struct DdOperands {
  /// A number of blocks, or of bytes where it was written with a `B`.
  struct Amount {
    /// The number as it was written.
    var count: UInt64 = 0
    /// In bytes; nil beyond 2^63 − 1.
    var offset: UInt64? = 0
  }

  let source: ShellWord
  let target: ShellWord
  private(set) var blockSize: UInt64 = 512
  /// How many bytes are wanted; nil for all there are.
  private(set) var wanted: UInt64?
  private(set) var skip = Amount()
  private(set) var seek = Amount()
  private(set) var conversions: Set<String> = []
  private(set) var status = ""

  /// Reads the line.
  ///
  /// - Throws: `ShellFailure` in dd's words, `ScriptError` for what dd has and is not modelled.
  init(_ run: ShellRun) throws {
    var values: [String: ShellWord] = [:]
    for (index, word) in run.words.enumerated() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw run.command.usageFailure("unrecognized operand '\(word)'") }
      let value = ShellWord(text: String(parts[1]), index: index)
      switch parts[0] {
      case "if", "of", "count", "skip", "seek": values[String(parts[0])] = value
      case "iseek": values["skip"] = value
      case "oseek": values["seek"] = value
      case "bs", "ibs", "obs": blockSize = try Self.blockSize(value)
      case "status":
        guard ["none", "noxfer", "progress"].contains(value.text) else {
          throw run.command.usageFailure("invalid status level: '\(value.text)'")
        }
        status = value.text
      case "conv": conversions = try Self.conversions(value, run)
      case "cbs", "iflag", "oflag": throw ScriptError(notModelled: "\(parts[0])=", argument: index)
      default: throw run.command.usageFailure("unrecognized operand '\(word)'")
      }
    }
    // More than there can be is as good as all.
    if let word = values["count"] { wanted = try Self.amount(word, blockSize).offset }
    if let word = values["skip"] { skip = try Self.amount(word, blockSize) }
    if let word = values["seek"] { seek = try Self.amount(word, blockSize) }
    guard let source = values["if"], let target = values["of"] else {
      throw ScriptError("dd needs if= and of=", hint: "standard input and output are not modelled for it")
    }
    self.source = source
    self.target = target
  }

  /// Fails as dd fails that gets no memory for its buffer: one request for more than there is of RAM and swap is
  /// refused, unless overcommit_memory is 1 (mm/util.c, `__vm_enough_memory`).
  func checkBuffer(on machine: Machine) throws {
    guard machine.tunables.overcommitMemory != 1 else { return }
    let room = UInt64(machine.pageAllocator.totalPages + machine.swap.totalSlots) * 4096
    guard blockSize > room else { return }
    let size = ToolSize.human(blockSize, base: 1024, roundsUp: true)
    throw ShellFailure(
      "dd: memory exhausted by input buffer of size \(blockSize) bytes (\(size.number) \(size.prefix)iB)")
  }

  /// How much is read before it is written: a block, but never less than a MiB or a thousandth of memory, which
  /// comes to the same.
  func pieceSize(on machine: Machine) -> UInt64 {
    let part = UInt64(machine.pageAllocator.totalPages) * 4
    return max(blockSize, 1 << 20, part - part % (1 << 20))
  }

  private static func amount(_ word: ShellWord, _ blockSize: UInt64) throws -> Amount {
    var text = word.text
    // A B behind another letter belongs to that: 1KB is 1000.
    let isBytes = text.last == "B" && text.dropLast().last.map { ("0"..."9").contains($0) } == true
    if isBytes { text.removeLast() }
    let number = try number(ToolSize.readForDd(text), word)
    let (bytes, overflow) = number.multipliedReportingOverflow(by: isBytes ? 1 : blockSize)
    return Amount(count: number, offset: overflow || bytes > UInt64(Int64.max) ? nil : bytes)
  }

  private static func blockSize(_ word: ShellWord) throws -> UInt64 {
    let size = try number(ToolSize.readForDd(word.text), word)
    guard size > 0 else { throw ShellFailure("dd: invalid number: '\(word.text)'") }
    // dd adds to it for the alignment of its buffer.
    guard size < UInt64(Int64.max) - 65_536 else { return try number(.tooLarge, word) }
    return size
  }

  private static func number(_ reading: ToolSize.Reading, _ word: ShellWord) throws -> UInt64 {
    switch reading {
    case .bytes(let number): return number
    case .tooLarge: throw ShellFailure("dd: invalid number: '\(word.text)': \(ErrorNumber.EOVERFLOW.message)")
    case .malformed: throw ShellFailure("dd: invalid number: '\(word.text)'")
    }
  }

  private static func conversions(_ word: ShellWord, _ run: ShellRun) throws -> Set<String> {
    let others: Set<String> = [
      "ascii", "ebcdic", "ibm", "block", "unblock", "lcase", "ucase", "sparse", "swab", "sync", "excl",
      "nocreat",
      "noerror",
    ]
    let names = word.text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    for name in names where !["notrunc", "fsync", "fdatasync"].contains(name) {
      if others.contains(name) { throw ScriptError(notModelled: "conv=\(name)", argument: word.index) }
      throw run.command.usageFailure("invalid conversion: '\(word.text)'")
    }
    return Set(names)
  }
}
