// ls: the names in directories, and with -l the sizes of simulated files.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU ls, as it prints to a file: one name in a line.
  static let ls = ShellCommand(
    name: "ls", usage: "[-1dhl] [FILE]...", source: "ls(1)",
    summary: "Lists directories, one name in a line.",
    details: "-l shows types, permissions and sizes, -h in units; files of /proc and /sys have size 0.",
    style: .tryHelp, usageStatus: 2,
    options: OptionTable(
      flags: "1dhl", long: [("directory", "d"), ("human-readable", "h")],
      notModelled: ["a", "A", "r", "R", "s", "S", "t", "C", "F", "all", "recursive", "color", "size"])
  ).entry { run in
    let options = try run.options()
    let operands = options.operands.isEmpty ? [ShellWord(text: ".", index: 0)] : options.operands
    var files: [String] = []
    var directories: [(name: String, path: String)] = []
    for operand in operands {
      let path = run.absolute(operand.text)
      switch ListedNode(path, run) {
      case .file: files.append(operand.text)
      case .directory:
        if options.has("d") { files.append(operand.text) } else { directories.append((operand.text, path)) }
      case nil: run.complain("ls: cannot access '\(operand.text)': No such file or directory", status: 2)
      }
    }
    if options.has("l") {
      let isHuman = options.has("h")
      run.print(LongListingRow.text(try files.sorted().map { try run.row(run.absolute($0), $0, isHuman) }))
    } else {
      run.print(files.sorted().map { $0 + "\n" }.joined())
    }
    for (index, directory) in directories.sorted(by: { $0.name < $1.name }).enumerated() {
      if operands.count > 1 {
        run.print((index > 0 || !files.isEmpty ? "\n" : "") + directory.name + ":\n")
      }
      let names = run.entries(of: directory.path)
      guard options.has("l") else {
        run.print(names.map { $0 + "\n" }.joined())
        continue
      }
      let head = directory.path == "/" ? "/" : directory.path + "/"
      let rows = try names.map { try run.row(head + $0, $0, options.has("h")) }
      run.print("total \(rows.reduce(0) { $0 + $1.kibibytes })\n" + LongListingRow.text(rows))
    }
  }
}

/// What ls makes of a path.
private enum ListedNode {
  case file, directory

  /// Finds it; nil when there is nothing.
  init?(_ path: String, _ run: ShellRun) {
    switch run.session.place(at: path) {
    case .file, .stream: self = .file
    case .directory: self = .directory
    case .vacant, .reserved:
      switch run.files.node(at: path, on: run.session.machine) {
      case .file?: self = .file
      case .directory?: self = .directory
      case nil: return nil
      }
    }
  }
}

extension ShellRun {
  /// The names in a directory. GNU ls sorts by name alone.
  fileprivate func entries(of directory: String) -> [String] {
    let names =
      files.entries(of: directory, on: session.machine)
      + SimulatedPlace.entries(of: directory, on: session.machine)
    return Set(names).sorted()
  }

  /// The long line of a path.
  fileprivate func row(_ path: String, _ name: String, _ isHuman: Bool) throws -> LongListingRow {
    switch session.place(at: path) {
    case .file(let file):
      let pages = session.machine.files.blockPages(of: file.identifier)
      return LongListingRow(file, name: name, blockPages: pages, isHuman: isHuman)
    case .stream(let stream): return LongListingRow(stream, name: name)
    case .directory: return LongListingRow(directory: name, isVirtual: path == "/proc" || path == "/sys")
    case .vacant, .reserved:
      if ControlGroupFiles.hold(path, on: session.machine) {
        guard let file = ControlGroupFile(rawValue: name) else {
          return LongListingRow(directory: name, isVirtual: true, isWritable: true)
        }
        return LongListingRow(virtual: name, isReadable: file.isReadable, isWritable: file.isWritable)
      }
      if case .file(let file, _)? = files.node(at: path, on: session.machine) {
        return LongListingRow(virtual: name, isReadable: file.read != nil, isWritable: file.write != nil)
      }
      return LongListingRow(directory: name, isVirtual: true)
    }
  }
}
