// mkdir, rmdir, touch, mv and cp: directories and files of the simulated machine.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU mkdir.
  static let mkdir = ShellCommand(
    name: "mkdir", usage: "[-p] [-v] DIRECTORY...", source: "mkdir(1)", summary: "Makes directories.",
    details: "-p makes those above them too, and does not mind one that is there.", style: .tryHelp,
    options: OptionTable(
      flags: "pv", valued: "m", long: [("parents", "p"), ("verbose", "v"), ("mode", "m")],
      notModelled: ["Z", "context"])
  ).entry { run in
    let options = try run.options()
    guard !options.operands.isEmpty else { throw run.command.usageFailure("missing operand") }
    for operand in options.operands {
      let path = run.absolute(operand.text)
      let cannot = "mkdir: cannot create directory ‘\(operand.text)’"
      switch run.session.place(at: path) {
      case .directory:
        if !options.has("p") { run.complain("\(cannot): \(ErrorNumber.EEXIST.message)") }
      case .file, .stream: run.complain("\(cannot): \(ErrorNumber.EEXIST.message)")
      case .reserved:
        let isThere = run.files.node(at: path, on: run.session.machine) != nil
        if isThere, options.has("p") { continue }
        if !isThere, path.hasPrefix(ControlGroupFiles.mountPoint + "/") {
          for step in run.missingSteps(of: path, all: options.has("p")) {
            if let error = run.makeControlGroup(at: step) {
              run.complain("\(cannot): \(error.message)")
              break
            }
            if options.has("v") { run.print("mkdir: created directory '\(step)'\n") }
          }
          continue
        }
        run.complain("\(cannot): \((isThere ? ErrorNumber.EEXIST : .ENOENT).message)")
      case .vacant:
        if !options.has("p"), !run.isDirectory(run.parent(of: path)) {
          run.complain("\(cannot): \(ErrorNumber.ENOENT.message)")
          continue
        }
        switch run.session.machine.makeDirectory(path) {
        case .success: if options.has("v") { run.print("mkdir: created directory '\(operand.text)'\n") }
        case .failure(let error): run.complain("\(cannot): \(error.message)")
        }
      }
    }
  }

  /// GNU rmdir.
  static let rmdir = ShellCommand(
    name: "rmdir", usage: "DIRECTORY...", source: "rmdir(1)", summary: "Removes empty directories.",
    style: .tryHelp,
    options: OptionTable(flags: "v", notModelled: ["p", "parents", "ignore-fail-on-non-empty"])
  ).entry { run in
    let options = try run.options()
    guard !options.operands.isEmpty else { throw run.command.usageFailure("missing operand") }
    for operand in options.operands {
      let path = run.absolute(operand.text)
      let error: ErrorNumber
      switch run.session.place(at: path) {
      case .file, .stream: error = .ENOTDIR
      case .vacant: error = .ENOENT
      case .reserved:
        if let removal = run.removeControlGroup(at: path) {
          guard case .failure(let found) = removal else { continue }
          error = found
        } else {
          error = run.files.node(at: path, on: run.session.machine) == nil ? .ENOENT : .EPERM
        }
      case .directory:
        if path == "/" || path == "/tmp" || path == "/dev" {
          error = .EBUSY
        } else {
          guard case .failure(let found) = run.session.machine.removeDirectory(path) else { continue }
          error = found
        }
      }
      run.complain("rmdir: failed to remove '\(operand.text)': \(error.message)")
    }
  }

  /// GNU touch.
  static let touch = ShellCommand(
    name: "touch", usage: "[-c] FILE...", source: "touch(1)",
    summary: "Makes empty files, or sets when they were last written to the present.", style: .tryHelp,
    options: OptionTable(
      flags: "camf", long: [("no-create", "c")],
      notModelled: ["d", "r", "t", "h", "date", "reference", "time"])
  ).entry { run in
    let options = try run.options()
    guard !options.operands.isEmpty else { throw run.command.usageFailure("missing file operand") }
    for operand in options.operands {
      let path = run.absolute(operand.text)
      switch run.session.place(at: path) {
      case .file: _ = run.session.machine.touchFile(path)
      case .stream, .directory: break
      case .reserved:
        if run.files.node(at: path, on: run.session.machine) == nil {
          let error = run.files.errorOfMaking(path, on: run.session.machine)
          run.complain("touch: cannot touch '\(operand.text)': \(error.message)")
        }
      case .vacant:
        if options.has("c") { continue }
        guard
          case .failure(let error) = run.session.machine.createFile(
            path, size: 0, by: run.session.shellProcess)
        else { continue }
        run.complain("touch: cannot touch '\(operand.text)': \(error.message)")
      }
    }
  }

  /// GNU mv for files.
  static let mv = ShellCommand(
    name: "mv", usage: "[-fnv] SOURCE... TARGET", source: "mv(1)", summary: "Gives files other names.",
    style: .tryHelp,
    options: OptionTable(
      flags: "fnv", long: [("force", "f"), ("no-clobber", "n"), ("verbose", "v")],
      notModelled: ["i", "u", "b", "t", "T", "interactive", "update", "backup", "target-directory"])
  ).entry { run in
    let options = try run.options()
    for (source, target, name) in try run.pairs(options) {
      if options.has("n"), run.session.machine.files.file(at: target) != nil { continue }
      switch run.session.place(at: run.absolute(source.text)) {
      case .file: break
      case .directory:
        throw run.failure(
          "mv of directories is not modelled", kind: .notModelled("mv of directories"), source)
      default:
        run.complain("mv: cannot stat '\(source.text)': \(ErrorNumber.ENOENT.message)")
        continue
      }
      guard case .vacant = run.session.place(at: target) else {
        if run.session.machine.files.file(at: target) != nil {
          try move(source, target, name, &run, options.has("v"))
        } else {
          run.complain("mv: cannot move '\(source.text)' to '\(name)': \(ErrorNumber.EPERM.message)")
        }
        continue
      }
      try move(source, target, name, &run, options.has("v"))
    }
  }

  private static func move(
    _ source: ShellWord, _ target: String, _ name: String, _ run: inout ShellRun, _ isVerbose: Bool
  ) throws {
    let path = run.absolute(source.text)
    guard path != target else { return run.complain("mv: '\(source.text)' and '\(name)' are the same file") }
    switch run.session.machine.renameFile(path, to: target) {
    case .success: if isVerbose { run.print("renamed '\(source.text)' -> '\(name)'\n") }
    case .failure(let error): run.complain("mv: cannot move '\(source.text)' to '\(name)': \(error.message)")
    }
  }

  /// GNU cp for files.
  static let cp = ShellCommand(
    name: "cp", usage: "[-fnv] SOURCE... TARGET", source: "cp(1)",
    summary: "Copies files, through the page cache.", style: .tryHelp, usageStatus: 1,
    options: OptionTable(
      flags: "fnvp", long: [("force", "f"), ("no-clobber", "n"), ("verbose", "v"), ("preserve", "p")],
      notModelled: ["a", "r", "R", "i", "u", "l", "s", "d", "recursive", "archive", "sparse", "reflink"])
  ).entry { run in
    let options = try run.options()
    for (source, target, name) in try run.pairs(options) {
      let path = run.absolute(source.text)
      let there = run.session.machine.files.file(at: target)
      if options.has("n"), there != nil { continue }
      if path == target {
        run.complain("cp: '\(source.text)' and '\(name)' are the same file")
        continue
      }
      let file = run.session.machine.files.file(at: path)
      if file == nil, run.isDirectory(path) {
        run.complain("cp: -r not specified; omitting directory '\(source.text)'")
        continue
      }
      let text: String?
      if let file, run.session.machine.contents(of: path) == nil {
        text = nil
        _ = file
      } else {
        switch try run.contents(of: source) {
        case .success(let found): text = found
        case .failure(let error):
          run.complain("cp: cannot stat '\(source.text)': \(error.message)")
          continue
        }
      }
      if let failure = try run.session.openOutput(target, appends: false) {
        guard failure != .EOPNOTSUPP else {
          throw run.failure(
            "files at '\(name)' are not modelled", kind: .notModelled("files at '\(name)'"), source)
        }
        run.complain("cp: cannot create regular file '\(name)': \(failure.message)")
        continue
      }
      let failure =
        try text.map { try run.session.writeOutput($0, to: target) } ?? copy(path, target, file, &run)
      if let failure { run.complain("cp: error writing '\(name)': \(failure.message)") }
      if options.has("v") { run.print("'\(source.text)' -> '\(name)'\n") }
    }
  }

  /// Copies a file without contents.
  private static func copy(
    _ path: String, _ target: String, _ file: SimulatedFile?, _ run: inout ShellRun
  ) throws -> ErrorNumber? {
    let copied = try run.session.machine.copyFile(
      path, from: 0, to: target, at: 0, length: file?.size ?? 0, piece: 131_072,
      by: run.session.shellProcess)
    return copied.error
  }
}

extension ShellRun {
  /// Whether a path is a directory.
  func isDirectory(_ path: String) -> Bool {
    if case .directory = session.place(at: path) { return true }
    if case .directory? = files.node(at: path, on: session.machine) { return true }
    return false
  }

  /// The directories that have to be made for a path, the highest first; only the path itself unless all may be made.
  fileprivate func missingSteps(of path: String, all: Bool) -> [String] {
    var steps = [path]
    while all, let first = steps.first, !isDirectory(parent(of: first)) {
      steps.insert(parent(of: first), at: 0)
    }
    return steps
  }

  /// The directory that a path lies in.
  func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// Each source of mv or cp with its target: a path, and the name that messages give it.
  fileprivate func pairs(_ options: ShellOptions) throws -> [(
    source: ShellWord, target: String, name: String
  )] {
    guard let target = options.operands.last else { throw command.usageFailure("missing file operand") }
    let sources = options.operands.dropLast()
    guard !sources.isEmpty else {
      throw command.usageFailure("missing destination file operand after '\(target.text)'")
    }
    let path = absolute(target.text)
    guard isDirectory(path) else {
      guard sources.count == 1 else {
        throw ShellFailure("\(command.name): target '\(target.text)' is not a directory")
      }
      return [(sources[0], path, target.text)]
    }
    return sources.map { source in
      let name = SimulatedPath.lastPart(source.text)
      return (
        source, (path == "/" ? "" : path) + "/" + name,
        target.text + (target.text.hasSuffix("/") ? "" : "/") + name
      )
    }
  }
}
