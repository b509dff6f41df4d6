// maps, buddy, lru: pictures of the machine.

import LinuxMemory
import ScriptLanguage

extension ShellRun {
  /// Prints a view as a picture, or as a line of JSON when `--json` asks for it.
  mutating func show(_ view: some Encodable, as options: ShellOptions, _ text: (ViewStyle) -> String) {
    if session.recordSink != nil, !isRead {
      session.tell(.view(name: command.name, JSONValue(encoding: view), statement: session.statementCount))
    } else if options.has("j") {
      self.print(JSONValue(encoding: view).text + "\n")
    } else {
      // A picture that somebody reads further is plain.
      var style = session.viewStyle
      if isRead { style.isColored = false }
      self.print(text(style))
    }
  }

  /// The process that an operand names, dead or alive, else the current one.
  func lookedAt(_ options: ShellOptions) throws -> LookedAtProcess {
    guard options.operands.count <= 1 else {
      throw command.usageFailure("extra operand '\(options.operands[1].text)'")
    }
    let word = options.operands.first?.text
    guard let found = session.lookedAt(word) else {
      throw ShellFailure(
        "\(command.name): \(word.map { "no process '\($0)' lives, or is remembered" } ?? "the process is dead")"
      )
    }
    return found
  }

  /// Throws for a word that is no option.
  func refuseOperands(of options: ShellOptions) throws {
    guard let word = options.operands.first else { return }
    throw command.usageFailure("extra operand '\(word.text)'")
  }
}

extension ShellCommands {
  /// The options that every view has.
  static let viewOptions = OptionTable(flags: "j", long: [("json", "j")])

  /// The picture of an address space; Linux has no such command.
  static let maps = ShellCommand(
    name: "maps", usage: "[--json] [PID|NAME]", source: "proc(5)",
    summary: "Draws the address space of a process: its mappings, and what of them is in memory.",
    details:
      "The highest address stands on top. Bars show the shares that are in memory, in huge pages, shared and in "
      + "swap; variables of the script stand in the mapping that they point into. A process that a signal ended "
      + "is shown as it was then. /proc/PID/maps and smaps have the same numbers.",
    style: .tryHelp, options: viewOptions, worksAfterPanic: true
  ).entry { run in
    let options = try run.options()
    let found = try run.lookedAt(options)
    let machine = run.session.machine
    try run.session.budget.charge(found.process.addressSpace.areas.list.count * 16)
    let view = AddressSpaceView(
      of: found.process, on: machine, labels: run.session.scriptPointers.all, isDead: found.isDead)
    try run.session.budget.check()
    run.show(view, as: options) { view.text($0) }
  }

  /// The picture of the buddy allocator; Linux has no such command.
  static let buddy = ShellCommand(
    name: "buddy", usage: "[--json]", source: "mm/page_alloc.c",
    summary:
      "Draws the free blocks of the page allocator: zones against their marks, by order and migrate type.",
    details: "/proc/buddyinfo, /proc/pagetypeinfo and /proc/zoneinfo have the same numbers.",
    style: .tryHelp, options: viewOptions, worksAfterPanic: true
  ).entry { run in
    let options = try run.options()
    try run.refuseOperands(of: options)
    let view = BuddyView(of: run.session.machine)
    run.show(view, as: options) { view.text($0) }
  }

  /// The picture of memory over time; Linux has no such command.
  static let timeline = ShellCommand(
    name: "timeline", usage: "[--json]", source: "",
    summary: "Draws VSS, RSS, free memory, page cache, swap and faults over the statements so far.",
    details:
      "Letters mark the largest steps, and the statements that caused them stand below. A script that asks for "
      + "it is recorded from its beginning.",
    style: .tryHelp, options: viewOptions, worksAfterPanic: true
  ).entry { run in
    let options = try run.options()
    try run.refuseOperands(of: options)
    let view = run.session.timelineView
    run.show(view, as: options) { view.text($0) }
  }

  /// The picture of reclaim's lists; Linux has no such command.
  static let lru = ShellCommand(
    name: "lru", usage: "[--json]", source: "mm/vmscan.c",
    summary: "Draws the lists that reclaim works on: active and inactive, and whose pages stand on them.",
    details: "/proc/meminfo and /proc/vmstat have the same numbers.",
    style: .tryHelp, options: viewOptions, worksAfterPanic: true
  ).entry { run in
    let options = try run.options()
    try run.refuseOperands(of: options)
    let machine = run.session.machine
    try run.session.budget.charge((machine.processes.count + machine.files.files.count) * 8)
    let view = ReclaimListsView(of: machine)
    run.show(view, as: options) { view.text($0) }
  }
}
