// swapon and swapoff: swap areas on and off.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// util-linux's swapon.
  static let swapon = ShellCommand(
    name: "swapon", usage: "[options] [PATH ...]", source: "swapon(8)",
    summary: "Switches swap areas on, or lists them.",
    details:
      "-a switches on the machine's own swap area, -p sets a priority of 0 to 32767, -s and --show list what "
      + "is on. The machine's size of swap is given with machine swap=SIZE.",
    style: .tryHelp, usageStatus: 1,
    options: OptionTable(
      flags: "asv", valued: "p",
      long: [
        ("all", "a"), ("summary", "s"), ("priority", "p"), ("show", "w"), ("noheadings", "n"), ("bytes", "b"),
        ("verbose", "v"),
      ],
      notModelled: [
        "d", "e", "f", "o", "L", "U", "T", "discard", "ifexists", "fixpgsz", "options", "label", "raw", "V",
        "version",
      ])
  ).entry { run in
    let options = try run.options()
    if options.has("s") {
      run.print(try run.read("/proc/swaps"))
      return
    }
    if options.has("w") || (options.operands.isEmpty && !options.has("a")) {
      let areas = SwaponText.rows(of: run.session.machine)
      run.print(SwaponText.table(areas, inBytes: options.has("b"), hidesHeadings: options.has("n")))
      return
    }
    var priority: Int?
    if let word = options.value("p") {
      guard let number = Int(word.text) else {
        throw ShellFailure("swapon: failed to parse priority: '\(word.text)'")
      }
      priority = number
    }
    var paths = options.operands.map(\.text)
    if options.has("a") { paths = run.session.machine.idleSwapPaths + paths }
    for path in paths {
      run.status = max(run.status, run.switchOn(path, priority: priority))
    }
  }

  /// util-linux's swapoff.
  static let swapoff = ShellCommand(
    name: "swapoff", usage: "[-a] [PATH ...]", source: "swapoff(8)",
    summary: "Switches swap areas off; what is in them comes back into memory.",
    details:
      "-a, or no argument at all, switches all off. When the pages do not fit into memory, the kernel kills "
      + "the caller, and the area stays on.",
    style: .tryHelp, usageStatus: 16,
    options: OptionTable(
      flags: "av", long: [("all", "a"), ("verbose", "v")], notModelled: ["L", "U", "V", "version"])
  ).entry { run in
    let options = try run.options()
    var paths = options.operands.map(\.text)
    if options.has("a") || paths.isEmpty {
      paths = run.session.machine.swap.active.map(\.path) + paths
    }
    for path in paths {
      if case .failure(var error) = try run.session.machine.swapOff(
        run.absolute(path), by: run.session.shellProcess)
      {
        // What exists but holds no pages, such as /dev/null, is no area.
        if error == .ENOENT, run.exists(path) { error = .EINVAL }
        run.complain("swapoff: \(path): swapoff failed: \(error.message)", status: 4)
      }
    }
  }
}

extension ShellRun {
  /// Whether a path names anything.
  fileprivate func exists(_ path: String) -> Bool {
    switch session.place(at: absolute(path)) {
    case .file, .stream, .directory: true
    case .vacant, .reserved: files.node(at: absolute(path), on: session.machine) != nil
    }
  }

  /// Switches one area on.
  ///
  /// - Returns: the exit status.
  fileprivate mutating func switchOn(_ path: String, priority: Int?) -> Int32 {
    if case .file(let file) = session.place(at: absolute(path)) {
      warnOfPermissions(of: file, tool: "swapon: ", advice: { "\($0) suggested." })
      if file.kind == .regular, session.machine.files.blockPages(of: file.identifier) < file.pageCount {
        complain("swapon: \(path): skipping - it appears to have holes.", status: 255)
        return status
      }
    }
    switch session.machine.swapOn(absolute(path), priority: priority) {
    case .success: return 0
    case .failure(.ENOENT):
      complain("swapon: cannot open \(path): No such file or directory", status: 255)
    case .failure(.EINVAL):
      complain("swapon: \(path): read swap header failed", status: 255)
    case .failure(let error):
      complain("swapon: \(path): swapon failed: \(error.message)", status: 255)
    }
    return status
  }
}

extension Machine {
  /// The files and devices with the signature of swap that are not in use.
  fileprivate var idleSwapPaths: [String] {
    files.files.filter { file in file.isSwap && !swap.active.contains { $0.path == file.path } }.map(\.path)
  }
}
