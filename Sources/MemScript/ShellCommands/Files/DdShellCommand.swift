// dd: copying between simulated files and devices.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU dd.
  static let dd = ShellCommand(
    name: "dd", usage: "if=FILE of=FILE [bs=BYTES] [count=N] [skip=N] [seek=N] [conv=CONV] [status=LEVEL]",
    source: "dd(1)", summary: "Copies blocks: reads a file through the page cache, or writes one.",
    details:
      "FILE is a simulated file, /dev/vda, /dev/zero, /dev/urandom or /dev/null. No time passes, so the "
      + "last line ends as dd ends it then: 0 s, Infinity B/s. conv takes notrunc, fsync and fdatasync; status "
      + "none, noxfer or progress, which has nothing to show.",
    style: .tryHelp
  ).entry { run in
    var copy = try BlockCopy(&run)
    defer { copy.report(&run) }
    try copy.perform(&run)
  }
}

/// One run of dd(1).
private struct BlockCopy {
  /// Where bytes come from or go to.
  private enum End: Equatable {
    case stream(SimulatedStream)
    case file(path: String)
  }

  private var source: End
  private var target: End
  private var sourceName = ""
  private var targetName = ""
  private var blockSize: UInt64 = 512
  private var count: UInt64?
  private var skip: UInt64 = 0
  private var seek: UInt64 = 0
  private var conversions: Set<String> = []
  private var status = ""
  /// What was copied, in bytes.
  private var bytesIn: UInt64 = 0
  private var bytesOut: UInt64 = 0
  private var isOpen = false

  /// Reads the operands and opens both files.
  init(_ run: inout ShellRun) throws {
    source = .stream(.null)
    target = .stream(.null)
    var names: [String: ShellWord] = [:]
    for (index, word) in run.words.enumerated() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw run.command.usageFailure("unrecognized operand '\(word)'") }
      try take(String(parts[0]), ShellWord(text: String(parts[1]), index: index), &names, run)
    }
    guard let input = names["if"], let output = names["of"] else {
      throw ScriptError("dd needs if= and of=", hint: "standard input and output are not modelled for it")
    }
    sourceName = input.text
    targetName = output.text
    source = try Self.openSource(input, run)
    target = try openTarget(output, &run)
    isOpen = true
    if case .stream(let stream) = source, stream != .null, count == nil, !isBoundedTarget(run) {
      throw ScriptError(
        "dd would never end", argument: input.index, hint: "say how many blocks with count=")
    }
  }

  private mutating func take(
    _ name: String, _ value: ShellWord, _ names: inout [String: ShellWord], _ run: ShellRun
  ) throws {
    switch name {
    case "if", "of": names[name] = value
    case "bs", "ibs", "obs":
      blockSize = try Self.number(value, run)
      guard blockSize > 0 else { throw ShellFailure("dd: invalid number: '\(value.text)'") }
    case "count": count = try Self.number(value, run)
    case "skip", "iseek": skip = try Self.number(value, run)
    case "seek", "oseek": seek = try Self.number(value, run)
    case "status":
      guard ["none", "noxfer", "progress"].contains(value.text) else {
        throw run.command.usageFailure("invalid status level: '\(value.text)'")
      }
      status = value.text
    case "conv":
      for word in value.text.split(separator: ",") {
        guard ["notrunc", "fsync", "fdatasync"].contains(word) else {
          throw ScriptError("conv=\(word) is not modelled", argument: value.index)
        }
        conversions.insert(String(word))
      }
    case "cbs", "iflag", "oflag": throw ScriptError("\(name)= is not modelled", argument: value.index)
    default: throw run.command.usageFailure("unrecognized operand '\(name)=\(value.text)'")
    }
  }

  private static func number(_ word: ShellWord, _ run: ShellRun) throws -> UInt64 {
    guard let number = ToolSize.parseForDd(word.text), number <= UInt64(Int64.max) else {
      throw ShellFailure("dd: invalid number: '\(word.text)'")
    }
    return number
  }

  private static func openSource(_ word: ShellWord, _ run: ShellRun) throws -> End {
    switch run.place(word) {
    case .file(let file): return .file(path: file.path)
    case .stream(let stream): return .stream(stream)
    case .directory: throw ShellFailure("dd: error reading '\(word.text)': Is a directory")
    case .vacant: throw ShellFailure("dd: failed to open '\(word.text)': No such file or directory")
    case .reserved: throw ScriptError("dd of '\(word.text)' is not modelled", argument: word.index)
    }
  }

  /// Opens the file to write, makes it or cuts it off where writing begins.
  private func openTarget(_ word: ShellWord, _ run: inout ShellRun) throws -> End {
    let path = run.absolute(word.text)
    switch run.place(word) {
    case .stream(let stream): return .stream(stream)
    case .directory: throw ShellFailure("dd: failed to open '\(word.text)': Is a directory")
    case .reserved: throw ScriptError("dd to '\(word.text)' is not modelled", argument: word.index)
    case .vacant: _ = run.createEmpty(path)
    case .file(let file):
      guard file.kind == .regular, !conversions.contains("notrunc") else { break }
      let size = min(seek.multipliedReportingOverflow(by: blockSize).partialValue, file.size)
      if case .failure(let error) = run.session.machine.truncateFile(path, to: size) {
        throw ShellFailure("dd: failed to open '\(word.text)': \(error.message)")
      }
    }
    return .file(path: path)
  }

  /// Whether writing ends by itself, at the end of a disk.
  private func isBoundedTarget(_ run: ShellRun) -> Bool {
    guard case .file(let path) = target else { return false }
    return run.session.machine.files.file(at: path)?.kind == .blockDevice
  }

  /// Copies.
  mutating func perform(_ run: inout ShellRun) throws {
    let (start, overflow) = skip.multipliedReportingOverflow(by: blockSize)
    let (first, overflowToo) = seek.multipliedReportingOverflow(by: blockSize)
    guard !overflow, !overflowToo else { throw ShellFailure("dd: offset too large") }
    let (wanted, isEndless) = (count ?? .max).multipliedReportingOverflow(by: blockSize)
    var left = isEndless || count == nil ? UInt64.max : wanted
    while left > 0 {
      // As much at a time as dd's buffer holds, but never less than a MiB: the outcome is the same.
      let piece = min(left, max(blockSize, 1 << 20))
      let given = try read(piece, at: start &+ bytesIn, &run)
      if given == 0 { break }
      bytesIn += given
      guard try write(given, at: first &+ bytesOut, &run) else { break }
      left -= given
    }
    if !conversions.isDisjoint(with: ["fsync", "fdatasync"]), case .file(let path) = target {
      run.session.machine.synchronize(path)
    }
  }

  private func read(_ bytes: UInt64, at offset: UInt64, _ run: inout ShellRun) throws -> UInt64 {
    switch source {
    case .stream(.null): return 0
    case .stream: return bytes
    case .file(let path):
      switch try run.session.machine.readFile(
        path, from: offset, length: bytes, by: run.session.currentProcess)
      {
      case .success(let count): return count
      case .failure(let error): throw ShellFailure("dd: error reading '\(sourceName)': \(error.message)")
      }
    }
  }

  private mutating func write(_ bytes: UInt64, at offset: UInt64, _ run: inout ShellRun) throws -> Bool {
    guard case .file(let path) = target else {
      bytesOut += bytes
      return true
    }
    let result = try run.session.machine.writeFile(
      path, from: offset, length: bytes, by: run.session.currentProcess)
    var error: Errno?
    switch result {
    case .success(let count):
      bytesOut += count
      if count < bytes { error = .ENOSPC }
    case .failure(let failure): error = failure
    }
    // The record that found no room was read, and nothing behind it.
    if error == .ENOSPC { bytesIn = min(bytesIn, (bytesOut / blockSize + 1) * blockSize) }
    if let error { run.complain("dd: error writing '\(targetName)': \(error.message)") }
    return error == nil
  }

  /// Prints the counts of records and bytes to standard error.
  func report(_ run: inout ShellRun) {
    guard isOpen, status != "none" else { return }
    var text = ""
    // A full disk cuts the record that was being written.
    for (bytes, name) in [(bytesIn, "in"), (bytesOut, "out")] {
      text += "\(bytes / blockSize)+\(bytes % blockSize == 0 ? 0 : 1) records \(name)\n"
    }
    if status != "noxfer" { text += Self.summary(bytesOut) }
    run.session.output(.standardError, text)
  }

  private static func summary(_ bytes: UInt64) -> String {
    let decimal = ToolSize.human(bytes, base: 1000, roundsUp: false)
    let binary = ToolSize.human(bytes, base: 1024, roundsUp: false)
    var sizes = ""
    if !decimal.prefix.isEmpty { sizes = "\(decimal.number) \(decimal.prefix)B" }
    if !binary.prefix.isEmpty { sizes += ", \(binary.number) \(binary.prefix)iB" }
    let inBrackets = sizes.isEmpty ? "" : " (\(sizes))"
    return "\(bytes) byte\(bytes == 1 ? "" : "s")\(inBrackets) copied, 0 s, Infinity B/s\n"
  }
}
