// container and cgroups: control groups for people who think in containers, and all of them at a glance.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
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
    guard name.text.utf8.count <= ContainerSetting.longestName else {
      throw run.failure("the name of a container has at most \(ContainerSetting.longestName) bytes", name)
    }
    guard !name.text.isEmpty, !name.text.contains("/"), name.text != ".", name.text != ".." else {
      throw run.failure(
        "'\(name.text)' is no name for a container", name,
        hint: "below another group: `mkdir`, `echo` and `process NAME in \"/sys/fs/cgroup/A/B\"`")
    }
    guard !name.text.hasSuffix(",") else {
      throw run.failure(
        "'\(name.text)' is no name for a container", name, hint: "no comma stands behind the name")
    }
    guard !name.text.contains("=") else {
      throw run.failure("the name of the container comes first", name, hint: "`container web \(name.text)`")
    }
    var settings: [(file: ControlGroupFile, value: String)] = []
    for operand in operands.dropFirst() {
      for text in operand.text.split(separator: ",") { settings.append(try setting(text, operand, run)) }
    }
    let root = ControlGroupFiles.mountPoint
    try run.write("+memory", to: "\(root)/cgroup.subtree_control")
    let path = "\(root)/\(name.text)"
    if run.files.node(at: path, on: run.session.machine) == nil,
      let error = run.makeControlGroup(at: path)
    {
      throw ShellFailure("container: cannot make '\(path)': \(error.message)")
    }
    for setting in settings { try run.write(setting.value, to: "\(path)/\(setting.file.rawValue)") }
  }

  /// A setting with the file that it is written to.
  private static func setting(
    _ text: Substring, _ operand: ShellWord, _ run: ShellRun
  ) throws -> (file: ControlGroupFile, value: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
    guard let setting = ContainerSetting(parts[0]) else {
      let names = ContainerSetting.allCases.map(\.rawValue)
      throw run.failure(
        "a container has no setting '\(parts[0])'", operand,
        hint: Suggestion.closest(to: parts[0], among: [names]).map { "did you mean `\($0)=`?" }
          ?? "the settings are \(names.joined(separator: ", "))")
    }
    guard parts.count == 2, !parts[1].isEmpty else {
      throw run.failure(
        "'\(parts[0])' needs a value", operand,
        hint: "`\(parts[0])=\(setting == .oomGroup ? "1" : "64M")`, without spaces")
    }
    if setting == .oomGroup {
      guard parts[1] == "0" || parts[1] == "1" else {
        throw run.failure("'\(parts[1])' is neither 0 nor 1", operand)
      }
      return (setting.file, parts[1])
    }
    // The kernel takes a suffix alone as 0; who writes one means something else.
    let isNumber = parts[1] == "max" || parts[1].utf8.contains { (0x30...0x39).contains($0) }
    guard isNumber, case .success = LimitText.parse(parts[1], unlimited: "max") else {
      throw run.failure(
        "'\(parts[1])' is no size", operand,
        hint: "a whole number with K, M or G behind it, or max; `$NAME` for a variable")
    }
    return (setting.file, parts[1])
  }

  /// The tree of control groups, as systemd-cgls draws it, with what each is charged.
  static let cgroups = ShellCommand(
    name: "cgroups", usage: "[--json] [PATH]", source: "systemd-cgls(1)",
    summary: "Draws the tree of control groups with their use, limits and processes.",
    details: "The use is what the group and all below are charged. Events are counted as in memory.events.",
    style: .builtin, options: viewOptions, worksAfterPanic: true
  ).entry { run in
    let options = try run.options()
    guard options.operands.count <= 1 else { throw run.command.usageFailure("too many arguments") }
    let group = try options.operands.first.map { try run.controlGroup($0.text) } ?? .root
    let view = run.session.inspectMachine { ControlGroupView(of: $0, from: group) }
    try run.session.budget.check()
    run.show(view, as: options) { view.text($0) }
  }
}

extension ShellRun {
  /// The group that a path names, in the file system or below its mount point.
  ///
  /// - Throws: `ShellFailure` when there is none.
  func controlGroup(_ path: String) throws -> ControlGroupID {
    if let id = ControlGroupFiles.group(at: absolute(path), on: session.machine)
      ?? session.machine.controlGroups.group(at: path)
    {
      return id
    }
    throw ShellFailure("\(command.name): \(path): no control group")
  }

  /// Writes to a file of a control group.
  ///
  /// - Throws: `ShellFailure` with what is wrong.
  fileprivate func write(_ text: String, to path: String) throws {
    if let error = try session.writeOutput(text, to: path) {
      throw ShellFailure("container: \(path): \(error.message)")
    }
  }
}
