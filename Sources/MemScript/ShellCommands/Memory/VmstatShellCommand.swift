// vmstat(8): memory, swapping and counters.

import KernelText
import ScriptLanguage

extension ShellCommands {
  /// procps-ng's vmstat.
  static let vmstat = ShellCommand(
    name: "vmstat", usage: "[options] [delay [count]]", source: "vmstat(8)",
    summary: "Prints memory and the rate of swapping since boot.",
    details:
      "With a delay it prints a line for each interval of simulated time, count of them, without one two. "
      + "-s lists counters, -m the slab caches, -a shows inactive and active memory, -w is wide, -S k|K|m|M "
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
    let delay = try number(options.operands.first)
    let count = try number(options.operands.dropFirst().first) ?? (delay == nil ? 1 : 2)
    if options.operands.count > 2 { throw run.command.usageFailure() }
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
    } else if options.has("s") {
      run.print(table.list(VmstatText.Numbers(of: machine)))
    } else {
      try repeatTable(&run, &table, delay: UInt64(delay ?? 1), count: count)
    }
  }

  private static func number(_ word: ShellWord?) throws -> Int? {
    guard let word else { return nil }
    guard let number = Int(word.text), number > 0, number < 1 << 31 else {
      throw ShellFailure("vmstat: failed to parse argument: '\(word.text)'")
    }
    return number
  }

  /// Prints the averages since boot, and then those of each interval.
  private static func repeatTable(
    _ run: inout ShellRun, _ table: inout VmstatText, delay: UInt64, count: Int
  ) throws {
    var last = VmstatText.Numbers(of: run.session.machine)
    run.print(table.table(last))
    table.hidesHeader = true
    for _ in 1..<max(count, 1) {
      try run.session.budget.charge(64)
      run.session.machine.sleep(microseconds: delay * 1_000_000)
      let now = VmstatText.Numbers(of: run.session.machine)
      var interval = now
      interval.swappedIn -= last.swappedIn
      interval.swappedOut -= last.swappedOut
      interval.seconds = Int(clamping: delay)
      run.print(table.table(interval))
      last = now
    }
  }
}

extension VmstatText {
  /// The table of `-m`, sorted by name.
  static func slabTable(_ caches: [SlabInformation.Cache]) -> String {
    "Cache                       Num  Total   Size  Pages\n"
      + caches.sorted { $0.name < $1.name }.map { cache in
        let name = String(cache.name.prefix(24)).alignedLeft(24)
        return "\(name) \(cache.activeObjects.decimal(6)) \(cache.objects.decimal(6)) "
          + "\(cache.objectSize.decimal(6)) \(cache.objectsPerSlab.decimal(6))\n"
      }.joined()
  }
}
