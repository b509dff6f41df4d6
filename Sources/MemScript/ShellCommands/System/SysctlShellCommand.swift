// sysctl(8): kernel settings by their dotted names.

import LinuxMemory

extension ShellCommands {
  /// procps-ng's sysctl.
  static let sysctl = ShellCommand(
    name: "sysctl", usage: "[options] [variable[=value] ...]", source: "sysctl(8)",
    summary: "Prints or sets kernel settings, the files of /proc/sys.",
    details:
      "-a prints all, -w means to write, -n prints values only, -N names only, -e passes unknown names over, "
      + "-q sets in silence. A name of a group such as vm prints the whole group.",
    style: .synopsis,
    options: OptionTable(
      flags: "awnNeqAXox",
      long: [("all", "a"), ("write", "w"), ("values", "n"), ("names", "N"), ("ignore", "e"), ("quiet", "q")],
      notModelled: ["b", "p", "f", "r", "binary", "load", "pattern", "system", "dry-run", "V", "version"])
  ).entry { run in
    let options = try run.options()
    if options.has("a") || options.has("A") || options.has("X") {
      sysctlShow("/proc/sys", &run, options)
      return
    }
    guard !options.operands.isEmpty else { throw run.command.usageFailure("no variables specified") }
    for operand in options.operands {
      let parts = operand.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = sysctlTrimmed(parts[0])
      let path = sysctlPath(name)
      if parts.count == 2 {
        sysctlSet(name, path, to: sysctlTrimmed(parts[1]), &run, options)
      } else if options.has("w") {
        run.complain("sysctl: command line(0): invalid syntax, continuing...")
      } else {
        sysctlShow(path, &run, options)
      }
    }
  }

  /// `vm.swappiness` and `vm/swappiness` are `/proc/sys/vm/swappiness`.
  private static func sysctlPath(_ name: String) -> String {
    "/proc/sys/" + (name.contains("/") ? name : String(name.map { $0 == "." ? "/" : $0 }))
  }

  private static func sysctlShow(_ path: String, _ run: inout ShellRun, _ options: ShellOptions) {
    let machine = run.session.machine
    switch run.files.node(at: path, on: machine) {
    case nil:
      if !options.has("e") { run.complain("sysctl: cannot stat \(path): No such file or directory") }
    case .directory?:
      for entry in run.files.entries(of: path, on: machine).sorted() {
        sysctlShow("\(path)/\(entry)", &run, options)
      }
    case .file(let file, let target)?:
      guard let read = file.read, let text = try? read(machine, target) else { return }
      let name = String(path.dropFirst("/proc/sys/".count).map { $0 == "/" ? "." : $0 })
      let value = text.prefix { $0 != "\n" }
      if options.has("N") {
        run.print("\(name)\n")
      } else {
        run.print(options.has("n") ? "\(value)\n" : "\(name) = \(value)\n")
      }
    }
  }

  private static func sysctlSet(
    _ name: String, _ path: String, to value: String, _ run: inout ShellRun, _ options: ShellOptions
  ) {
    do throws(ErrorNumber) {
      guard case .file? = run.files.node(at: path, on: run.session.machine) else { throw .ENOENT }
      // An empty value is a write of nothing, which sysctl reports as a failure.
      guard !value.isEmpty else { throw .EINVAL }
      try run.files.write(value + "\n", to: path, on: &run.session.machine)
      let shown = String(name.map { $0 == "/" ? "." : $0 })
      if !options.has("q") { run.print(options.has("n") ? "\(value)\n" : "\(shown) = \(value)\n") }
    } catch {
      switch error {
      case .ENOENT:
        if !options.has("e") { run.complain("sysctl: cannot stat \(path): No such file or directory") }
      case .EACCES: run.complain("sysctl: permission denied on key \"\(name)\"")
      default: run.complain("sysctl: setting key \"\(name)\": \(error.message)")
      }
    }
  }

  private static func sysctlTrimmed(_ text: Substring) -> String {
    var rest = text
    while rest.last == " " { rest.removeLast() }
    return String(rest.drop { $0 == " " })
  }
}
