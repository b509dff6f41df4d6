// slabtop(1): the slab caches, largest first.

extension ShellCommands {
  /// procps-ng's slabtop, once.
  static let slabtop = ShellCommand(
    name: "slabtop", usage: "[options]", source: "slabtop(1)",
    summary: "Prints the slab caches in a table.",
    details:
      "It prints once, with and without -o. -s sorts: a active objects, b objects per slab, c cache size, l "
      + "slabs, v active slabs, n name, o objects (the default), p pages per slab, s object size, u use.",
    style: .synopsis,
    options: OptionTable(
      flags: "o", valued: "s", long: [("once", "o"), ("sort", "s")],
      notModelled: ["d", "delay", "V", "version"])
  ).entry { run in
    let options = try run.options()
    guard options.operands.isEmpty else { throw run.command.usageFailure() }
    var table = SlabtopText()
    // As in slabtop, an unknown letter means the default.
    if let letter = options.value("s")?.text.first, let order = SlabtopText.Order(rawValue: letter) {
      table.order = order
    }
    run.print(table.text(run.session.machine.slabInformation))
  }
}
