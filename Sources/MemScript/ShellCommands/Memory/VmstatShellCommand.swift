// vmstat(8): memory, swapping and counters.

import ScriptLanguage

extension ShellCommands {
  /// procps-ng's vmstat.
  static let vmstat = ShellCommand(
    name: "vmstat", usage: "[options]", source: "vmstat(8)",
    summary: "Prints memory and the rate of swapping since boot.",
    details:
      "-s lists counters, -m the slab caches, -a shows inactive and active memory, -w is wide, -S k|K|m|M "
      + "chooses the unit. A dash stands in the columns of what is not modelled: block devices other than swap, "
      + "interrupts and processor time.",
    style: .synopsis,
    options: OptionTable(
      flags: "aswmn", valued: "S",
      long: [
        ("active", "a"), ("stats", "s"), ("wide", "w"), ("slabs", "m"), ("one-header", "n"), ("unit", "S"),
      ],
      notModelled: [
        "d", "D", "p", "t", "f", "y", "disk", "disk-sum", "partition", "timestamp", "forks", "no-first", "V",
        "version",
      ])
  ).entry { run in
    let options = try run.options()
    if let operand = options.operands.first {
      guard Int(operand.text) != nil else {
        throw ShellFailure("vmstat: failed to parse argument: '\(operand.text)'")
      }
      throw ScriptError("repeating vmstat is not modelled", argument: operand.index)
    }
    let machine = run.session.machine
    var table = VmstatText(showsActive: options.has("a"), isWide: options.has("w"))
    if let unit = options.value("S") {
      let sizes = ["k": 1000, "K": 1024, "m": 1_000_000, "M": 1_048_576]
      guard let size = sizes[unit.text] else {
        throw ShellFailure("vmstat: -S requires k, K, m or M (default is KiB)")
      }
      table.unit = size
    }
    if options.has("m") {
      run.print(VmstatText.slabTable(machine.slabInformation))
    } else {
      let numbers = VmstatText.Numbers(of: machine)
      run.print(options.has("s") ? table.list(numbers) : table.table(numbers))
    }
  }
}

extension VmstatText {
  /// The table of `-m`, sorted by name.
  static func slabTable(_ caches: [SlabInformationLine]) -> String {
    "Cache                       Num  Total   Size  Pages\n"
      + caches.sorted { $0.name < $1.name }.map { cache in
        let name = String(cache.name.prefix(24)).alignedLeft(24)
        return "\(name) \(cache.activeObjects.decimal(6)) \(cache.objects.decimal(6)) "
          + "\(cache.objectSize.decimal(6)) \(cache.objectsPerSlab.decimal(6))\n"
      }.joined()
  }
}
