// ls: the names in directories of /proc and /sys.

extension ShellCommands {
  /// GNU ls, as it prints to a file: one name in a line.
  static let ls = ShellCommand(
    name: "ls", usage: "[-1d] [FILE]...", source: "ls(1)",
    summary: "Lists directories of /proc and /sys, one name in a line.",
    style: .tryHelp, usageStatus: 2,
    options: OptionTable(
      flags: "1d", long: [("directory", "d")],
      notModelled: ["a", "A", "l", "h", "r", "R", "S", "t", "C", "F", "all", "recursive", "color"])
  ).entry { run in
    let options = try run.options()
    let operands = options.operands.isEmpty ? ["."] : options.operands.map(\.text)
    var files: [String] = []
    var directories: [(name: String, path: String)] = []
    for operand in operands {
      let path = run.absolute(operand)
      switch run.files.node(at: path, on: run.session.machine) {
      case .file?: files.append(operand)
      case .directory?:
        if options.has("d") { files.append(operand) } else { directories.append((operand, path)) }
      case nil: run.complain("ls: cannot access '\(operand)': No such file or directory", status: 2)
      }
    }
    run.print(files.sorted().map { $0 + "\n" }.joined())
    for (index, directory) in directories.sorted(by: { $0.name < $1.name }).enumerated() {
      if operands.count > 1 {
        run.print((index > 0 || !files.isEmpty ? "\n" : "") + directory.name + ":\n")
      }
      // GNU ls sorts by name alone.
      let names = run.files.entries(of: directory.path, on: run.session.machine).sorted()
      run.print(names.map { $0 + "\n" }.joined())
    }
  }
}
