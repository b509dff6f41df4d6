// container and cgroups: control groups for people who think in containers, and all of them at a glance.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// The settings of a container with the files that they are written to.
  private static let containerSettings = [
    "memory": "memory.max", "swap": "memory.swap.max", "high": "memory.high", "low": "memory.low",
    "min": "memory.min", "oom_group": "memory.oom.group",
  ]

  /// `container web memory=256M, swap=0 { … }`: a control group with limits, and a process in it.
  static let container = ShellCommand(
    name: "container",
    usage: "NAME [memory=SIZE] [swap=SIZE] [high=SIZE] [low=SIZE] [min=SIZE] [oom_group=1]",
    source: "cgroups(7)", summary: "Makes a control group with limits.",
    details:
      "Short for mkdir /sys/fs/cgroup/NAME and echo to its files; commas may stand between the settings. A block behind "
      + "it is `process NAME in \"/sys/fs/cgroup/NAME\"`.",
    style: .builtin, options: OptionTable(flags: "")
  ).entry { run in
    let operands = try run.options().operands
    guard let name = operands.first else { throw run.command.usageFailure("a name is missing") }
    guard run.session.machine.hasControlGroups else {
      throw run.failure("this kernel has no control groups", kind: .notModelled("control groups"), name)
    }
    guard !name.text.isEmpty, !name.text.contains("/"), name.text != ".", name.text != ".." else {
      throw run.failure("'\(name.text)' is no name for a container", name)
    }
    var settings: [(file: String, value: String)] = []
    for operand in operands.dropFirst() {
      let text = operand.text.hasSuffix(",") ? String(operand.text.dropLast()) : operand.text
      if text.isEmpty { continue }
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let file = containerSettings[String(parts[0])] else {
        throw run.failure(
          "a container has no setting '\(text)'", operand,
          hint: Suggestion.closest(to: String(parts[0]), among: [containerSettings.keys.sorted()]).map {
            "did you mean `\($0)=`?"
          } ?? "the settings are \(containerSettings.keys.sorted().joined(separator: ", "))")
      }
      settings.append((file, String(parts[1])))
    }
    let root = ControlGroupFiles.mountPoint
    try run.write("+memory", to: "\(root)/cgroup.subtree_control")
    let path = "\(root)/\(name.text)"
    if run.files.node(at: path, on: run.session.machine) == nil,
      let error = run.makeControlGroup(at: path)
    {
      throw ShellFailure("container: cannot make '\(path)': \(error.message)")
    }
    for setting in settings { try run.write(setting.value, to: "\(path)/\(setting.file)") }
  }

  /// The tree of control groups, as systemd-cgls draws it, with what each is charged.
  static let cgroups = ShellCommand(
    name: "cgroups", usage: "[PATH]", source: "systemd-cgls(1)",
    summary: "Draws the tree of control groups with their use, limits and processes.",
    details: "The use is what the group and all below are charged. Events are counted as in memory.events.",
    style: .builtin, options: OptionTable(flags: "")
  ).entry { run in
    let operands = try run.options().operands
    guard operands.count <= 1 else { throw run.command.usageFailure("too many arguments") }
    let path = run.absolute(operands.first?.text ?? ControlGroupFiles.mountPoint)
    guard let group = ControlGroupFiles.group(at: path, on: run.session.machine) else {
      throw ShellFailure("cgroups: \(operands.first?.text ?? path): no control group")
    }
    run.print(ControlGroupTreeText(of: run.session.machine).text(from: group))
  }
}

extension ShellRun {
  /// Writes to a file of a control group.
  ///
  /// - Throws: `ShellFailure` with what is wrong.
  fileprivate func write(_ text: String, to path: String) throws {
    if let error = try session.writeOutput(text, to: path) {
      throw ShellFailure("container: \(path): \(error.message)")
    }
  }
}
