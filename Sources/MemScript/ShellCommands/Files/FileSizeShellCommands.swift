// truncate, fallocate, rm, chmod and sync: files and their sizes.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU truncate.
  static let truncate = ShellCommand(
    name: "truncate", usage: "-s SIZE FILE...", source: "truncate(1)",
    summary: "Makes files of a size, or changes their size.",
    details: "What is added is a hole: it has no blocks on the disk but reads like any other page. SIZE is a "
      + "number with K, M, G, T (powers of 1024) or KB, MB ... (of 1000); +SIZE and -SIZE change it by so much, "
      + "<SIZE, >SIZE, /SIZE and %SIZE make it at most, at least, a multiple below or above. A file ends at "
      + "16 TiB - 4 KiB, as on ext4. -c makes no files.",
    style: .tryHelp,
    options: OptionTable(
      flags: "c", valued: "s", long: [("size", "s"), ("no-create", "c")],
      notModelled: ["o", "r", "io-blocks", "reference"])
  ).entry { run in
    let options = try run.options()
    guard let size = options.value("s") else {
      throw run.command.usageFailure("you must specify either '--size' or '--reference'")
    }
    guard !options.operands.isEmpty else { throw run.command.usageFailure("missing file operand") }
    let change = try SizeChange(size.text)
    for operand in options.operands {
      if case .stream = run.place(operand) {
        let bytes = change.applied(to: 0) ?? 0
        run.complain(
          "truncate: failed to truncate '\(operand.text)' at \(bytes) bytes: \(ErrorNumber.EINVAL.message)")
        continue
      }
      guard let file = try run.openForWriting(operand, creates: !options.has("c")) else { continue }
      guard let bytes = change.applied(to: file.size) else {
        run.complain("truncate: overflow extending size of file '\(operand.text)'")
        continue
      }
      if case .failure(let error) = run.session.machine.truncateFile(file.path, to: bytes) {
        run.complain("truncate: failed to truncate '\(operand.text)' at \(bytes) bytes: \(error.message)")
      }
    }
  }

  /// util-linux's fallocate.
  static let fallocate = ShellCommand(
    name: "fallocate", usage: "[-n] [-o OFFSET] -l LENGTH FILE", source: "fallocate(1)",
    summary: "Reserves blocks on the disk for a file, which grows if it is shorter.",
    details: "No page comes into memory. -n keeps the file's size. Sizes are written as for truncate, "
      + "or as 0x1000 or 1.5M. The file system has 16 TiB in all.",
    style: .tryHelp,
    options: OptionTable(
      flags: "n", valued: "lo", long: [("length", "l"), ("offset", "o"), ("keep-size", "n")],
      notModelled: [
        "c", "d", "i", "p", "v", "x", "z", "collapse-range", "dig-holes", "insert-range", "punch-hole",
        "posix", "verbose", "zero-range", "V", "version",
      ])
  ).entry { run in
    let options = try run.options()
    guard let operand = options.operands.first else {
      throw ShellFailure("fallocate: no filename specified")
    }
    guard options.operands.count == 1 else {
      throw ShellFailure("fallocate: unexpected number of arguments")
    }
    guard let length = options.value("l") else {
      throw ShellFailure("fallocate: no length argument specified")
    }
    guard case .bytes(let bytes) = ToolSize.readForUtilLinux(length.text), bytes > 0 else {
      throw ShellFailure("fallocate: invalid length value specified")
    }
    var offset: UInt64 = 0
    if let word = options.value("o") {
      guard case .bytes(let bytes) = ToolSize.readForUtilLinux(word.text) else {
        throw ShellFailure("fallocate: invalid offset value specified")
      }
      offset = bytes
    }
    if run.place(operand) == .vacant, options.has("n") {
      throw ShellFailure("fallocate: cannot open \(operand.text): \(ErrorNumber.ENOENT.message)")
    }
    if case .stream = run.place(operand) {
      throw ShellFailure("fallocate: fallocate failed: \(ErrorNumber.ENODEV.message)")
    }
    guard let file = try run.openForWriting(operand, creates: true) else { return }
    if case .failure(let error) = run.session.machine.allocateFile(
      file.path, from: offset, length: bytes, keepsSize: options.has("n"))
    {
      throw ShellFailure("fallocate: fallocate failed: \(error.message)")
    }
  }

  /// GNU rm.
  static let rm = ShellCommand(
    name: "rm", usage: "[-fr] FILE...", source: "rm(1)",
    summary: "Removes simulated files; their pages leave memory.",
    details: "-r removes directories with what is in them.",
    style: .tryHelp,
    options: OptionTable(
      flags: "frR", long: [("force", "f"), ("recursive", "r")],
      notModelled: ["d", "i", "I", "v", "dir", "interactive", "verbose"])
  ).entry { run in
    let options = try run.options()
    guard !options.operands.isEmpty || options.has("f") else {
      throw run.command.usageFailure("missing operand")
    }
    for operand in options.operands {
      let error: ErrorNumber?
      switch run.place(operand) {
      case .file(let file):
        if file.kind == .blockDevice {
          throw ScriptError(notModelled: "removing the disk", argument: operand.index)
        }
        if case .failure(let failure) = run.session.machine.removeFile(file.path) {
          error = failure
        } else {
          error = nil
        }
      case .directory where [".", ".."].contains(operand.text.split(separator: "/").last ?? ""):
        run.complain("rm: refusing to remove '.' or '..' directory: skipping '\(operand.text)'")
        error = nil
      case .directory:
        let isRecursive = options.has("r") || options.has("R")
        error = isRecursive ? try removeTree(run.absolute(operand.text), operand, &run) : .EISDIR
      case .stream: throw ScriptError(notModelled: "removing devices", argument: operand.index)
      case .vacant: error = options.has("f") ? nil : .ENOENT
      case .reserved:
        switch run.files.node(at: run.absolute(operand.text), on: run.session.machine) {
        case .file?: error = .EPERM
        case .directory?: error = .EISDIR
        case nil: error = options.has("f") ? nil : .ENOENT
        }
      }
      if let error { run.complain("rm: cannot remove '\(operand.text)': \(error.message)") }
    }
  }

  /// Removes a directory with all that is in it.
  private static func removeTree(_ path: String, _ operand: ShellWord, _ run: inout ShellRun) throws
    -> ErrorNumber?
  {
    if path == "/" { throw run.failure("it is dangerous to operate recursively on '/'", operand) }
    for name in run.session.machine.files.names(in: path).sorted() {
      try run.session.budget.charge(8)
      let inner = path + "/" + name
      if run.session.machine.files.file(at: inner) != nil {
        if case .failure(let error) = run.session.machine.removeFile(inner) { return error }
      } else if let error = try removeTree(inner, operand, &run) {
        return error
      }
    }
    // A directory that every system has stays, and one that was there for its files alone is gone with them.
    _ = run.session.machine.removeDirectory(path)
    return nil
  }

  /// GNU chmod.
  static let chmod = ShellCommand(
    name: "chmod", usage: "MODE FILE...", source: "chmod(1)",
    summary: "Sets the permission bits of simulated files.",
    details: "MODE is octal, such as 600, what swapon wants of a swap file.", style: .tryHelp,
    options: OptionTable(flags: "", notModelled: ["c", "f", "v", "R", "recursive", "reference"])
  ).entry { run in
    let operands = try run.options().operands
    guard let word = operands.first else { throw run.command.usageFailure("missing operand") }
    guard operands.count > 1 else {
      throw run.command.usageFailure("missing operand after '\(word.text)'")
    }
    guard let mode = UInt16(word.text, radix: 8), mode <= 0o7777 else {
      if word.text.contains(where: { "+-=".contains($0) }) {
        throw ScriptError(notModelled: "a symbolic mode", argument: word.index, hint: "600 is octal")
      }
      throw run.command.usageFailure("invalid mode: '\(word.text)'")
    }
    for operand in operands.dropFirst() {
      guard case .file(let file) = run.place(operand) else {
        run.complain("chmod: cannot access '\(operand.text)': No such file or directory")
        continue
      }
      _ = run.session.machine.changeMode(file.path, to: mode)
    }
  }

  /// GNU sync.
  static let sync = ShellCommand(
    name: "sync", usage: "[FILE...]", source: "sync(1)",
    summary: "Writes dirty pages of files to the disk.",
    details: "The simulated disk takes no time: the pages are clean at once, and Writeback is always 0.",
    style: .tryHelp,
    options: OptionTable(
      flags: "df", long: [("data", "d"), ("file-system", "f")])
  ).entry { run in
    let options = try run.options()
    if options.operands.isEmpty || options.has("f") { run.session.machine.synchronize() }
    for operand in options.operands {
      switch run.place(operand) {
      case .file(let file): run.session.machine.synchronize(file.path)
      case .directory, .stream: break
      case .vacant, .reserved:
        run.complain("sync: error opening '\(operand.text)': No such file or directory")
      }
    }
  }
}

/// The size that truncate(1) is to give a file.
private struct SizeChange {
  private var sign: Character?
  private var bytes: UInt64

  /// Reads `600M`, `+1G`, `-4K`, `<1M`, `>1M`, `/4K` or `%4K`.
  ///
  /// - Throws: `ShellFailure` in truncate's words.
  init(_ text: String) throws {
    let sign = text.first.flatMap { "+-<>/%".contains($0) ? $0 : nil }
    let number = sign == nil ? text : String(text.dropFirst())
    let isSigned = sign != nil && number.first.map { "+-".contains($0) } == true
    switch isSigned ? .malformed : ToolSize.read(number) {
    case .bytes(let bytes): self.bytes = bytes
    case .tooLarge:
      throw ShellFailure("truncate: Invalid number: '\(text)': \(ErrorNumber.EOVERFLOW.message)")
    case .malformed: throw ShellFailure("truncate: Invalid number: '\(text)'")
    }
    self.sign = sign
    if bytes == 0, sign == "/" || sign == "%" { throw ShellFailure("truncate: division by zero") }
  }

  /// The new size; nil for one beyond 2^63 − 1.
  func applied(to size: UInt64) -> UInt64? {
    var result = (partialValue: bytes, overflow: false)
    switch sign {
    case "+": result = size.addingReportingOverflow(bytes)
    case "-": result.partialValue = size - min(size, bytes)
    case "<": result.partialValue = min(size, bytes)
    case ">": result.partialValue = max(size, bytes)
    case "/": result.partialValue = size - size % bytes
    case "%":
      let above = size % bytes == 0 ? 0 : bytes - size % bytes
      result = size.addingReportingOverflow(above)
    default: break
    }
    return result.overflow || result.partialValue > UInt64(Int64.max) ? nil : result.partialValue
  }
}
