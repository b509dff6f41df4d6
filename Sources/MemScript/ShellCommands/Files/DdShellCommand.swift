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
      + "last line ends as dd ends it then: 0 s, Infinity B/s. A number that ends in B counts bytes, not blocks. "
      + "conv takes notrunc, fsync and fdatasync; status none, noxfer or progress, which has nothing to show.",
    style: .tryHelp
  ).entry { run in
    let operands = try DdOperands(run)
    try operands.checkBuffer(on: run.session.machine)
    var copy = try BlockCopy(operands, &run)
    do {
      try copy.perform(&run)
    } catch let failure as ShellFailure {
      run.complain(String(failure.text.dropLast()))
    }
    // Who was killed meanwhile, or asked for what is not modelled, has nothing to report.
    copy.report(&run)
  }
}

/// One run of dd(1).
private struct BlockCopy {
  /// Where bytes come from or go to.
  private enum End: Equatable {
    case stream(SimulatedStream)
    case file(SimulatedFile)
  }

  private let operands: DdOperands
  private let source: End
  private var target: End = .stream(.null)
  /// What was copied, in bytes.
  private var bytesIn: UInt64 = 0
  private var bytesOut: UInt64 = 0
  /// Whether the last record was cut off, and so is no record.
  private var failed = false

  /// Opens both files.
  init(_ operands: DdOperands, _ run: inout ShellRun) throws {
    self.operands = operands
    source = try Self.openSource(operands.source, run)
    target = try openTarget(operands.target, &run)
    if case .stream(let stream) = source, stream != .null, case .stream = target, operands.wanted == nil {
      throw ScriptError(
        "dd would never end", argument: operands.source.index, hint: "say how many blocks with count=")
    }
  }

  private static func openSource(_ word: ShellWord, _ run: ShellRun) throws -> End {
    switch run.place(word) {
    case .file(let file): return .file(file)
    case .stream(let stream): return .stream(stream)
    case .directory: throw ShellFailure("dd: error reading '\(word.text)': Is a directory")
    case .vacant: throw ShellFailure("dd: failed to open '\(word.text)': No such file or directory")
    case .reserved: throw ScriptError(notModelled: "dd of '\(word.text)'", argument: word.index)
    }
  }

  /// Opens the file to write, makes it, and gives it the size where writing begins.
  private func openTarget(_ word: ShellWord, _ run: inout ShellRun) throws -> End {
    let path = run.absolute(word.text)
    let place = run.place(word)
    guard let size = operands.seek.offset else {
      throw ShellFailure(
        "dd: offset too large: cannot truncate to a length of seek=\(operands.seek.count) "
          + "(\(operands.blockSize)-byte) blocks")
    }
    switch place {
    case .stream(let stream): return .stream(stream)
    case .directory: throw ShellFailure("dd: failed to open '\(word.text)': Is a directory")
    case .reserved: throw ScriptError(notModelled: "dd to '\(word.text)'", argument: word.index)
    case .vacant:
      if case .failure(let error) = run.session.machine.createFile(
        path, size: 0, by: run.session.shellProcess)
      {
        throw ShellFailure("dd: failed to open '\(word.text)': \(error.message)")
      }
    case .file: break
    }
    guard let file = run.session.machine.files.file(at: path) else { return .stream(.null) }
    guard file.kind != .blockDevice, !operands.conversions.contains("notrunc") else { return .file(file) }
    if case .failure(let error) = run.session.machine.truncateFile(path, to: size) {
      guard size > 0 else { throw ShellFailure("dd: failed to open '\(word.text)': \(error.message)") }
      run.complain(
        "dd: failed to truncate to \(size) bytes in output file '\(word.text)': \(error.message)")
    }
    return .file(file)
  }

  /// Copies.
  mutating func perform(_ run: inout ShellRun) throws {
    guard let start = try skippedBytes(&run), let first = operands.seek.offset else { return }
    if case .file(let file) = target, first > file.largestOffset {
      throw ShellFailure("dd: \(operands.target.text): cannot seek: \(ErrorNumber.EINVAL.message)")
    }
    let left = operands.wanted ?? .max
    var error: ErrorNumber?
    switch (source, target) {
    case (.stream(.null), _): break
    case (.stream, .stream):
      bytesIn = left
      bytesOut = left
    case (.stream, .file(let file)):
      (bytesOut, error) = try write(left, to: file, at: first, &run)
      // The record that found no room was read, and nothing behind it.
      let (next, _) = (bytesOut / operands.blockSize + 1).multipliedReportingOverflow(by: operands.blockSize)
      bytesIn = error == nil ? bytesOut : min(left, next)
    case (.file(let file), .stream):
      let result = try run.session.machine.readFile(
        file.path, from: start, length: left, by: run.session.shellProcess)
      if case .success(let count) = result { bytesIn = count }
      bytesOut = bytesIn
    case (.file(let file), .file(let other)):
      let copy = try run.session.machine.copyFile(
        file.path, from: start, to: other.path, at: first, length: left,
        piece: operands.pieceSize(on: run.session.machine), by: run.session.shellProcess)
      (bytesIn, bytesOut, error) = (copy.bytesRead, copy.bytesWritten, copy.error)
      if error != nil {
        bytesIn = min(bytesIn, (bytesOut / operands.blockSize + 1) * operands.blockSize)
      }
    }
    if case .file(let file) = target, !operands.conversions.isDisjoint(with: ["fsync", "fdatasync"]) {
      run.session.machine.synchronize(file.path)
    }
    guard let error else { return }
    failed = true
    throw ShellFailure("dd: error writing '\(operands.target.text)': \(error.message)")
  }

  /// Where reading begins; nil where that is behind the end, which dd says and does not mind.
  private func skippedBytes(_ run: inout ShellRun) throws -> UInt64? {
    let name = operands.source.text
    guard let start = operands.skip.offset else {
      throw ShellFailure("dd: \(name): cannot skip: \(ErrorNumber.EOVERFLOW.message)")
    }
    guard case .file(let file) = source else { return start }
    guard start <= file.largestOffset else {
      throw ShellFailure("dd: \(name): cannot skip: \(ErrorNumber.EINVAL.message)")
    }
    guard start <= file.size else {
      run.printError("dd: \(name): cannot skip to specified offset\n")
      return nil
    }
    return start
  }

  /// Writes until all is written or an error comes.
  private func write(
    _ bytes: UInt64, to file: SimulatedFile, at offset: UInt64, _ run: inout ShellRun
  ) throws -> (UInt64, ErrorNumber?) {
    var written: UInt64 = 0
    while written < bytes {
      switch try run.session.machine.writeFile(
        file.path, from: offset + written, length: bytes - written, by: run.session.shellProcess)
      {
      case .success(let count): written += count
      case .failure(let error): return (written, error)
      }
    }
    return (written, nil)
  }

  /// Prints the counts of records and bytes to standard error.
  func report(_ run: inout ShellRun) {
    guard operands.status != "none" else { return }
    let size = operands.blockSize
    // What a limit cut off is no record.
    let partial = bytesOut % size == 0 || failed ? 0 : 1
    var text = "\(bytesIn / size)+\(bytesIn % size == 0 ? 0 : 1) records in\n"
    text += "\(bytesOut / size)+\(partial) records out\n"
    if operands.status != "noxfer" { text += Self.summary(bytesOut) }
    run.printError(text)
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

extension SimulatedFile {
  /// Where lseek(2) can go at most.
  fileprivate var largestOffset: UInt64 { kind == .blockDevice ? size : Self.largestSize }
}
