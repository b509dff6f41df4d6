// free(1): the machine's memory in a table.

import KernelText

extension ShellCommands {
  /// procps-ng's free.
  static let free = ShellCommand(
    name: "free", usage: "[options]", source: "free(1)",
    summary: "Prints how much memory the machine has, uses and could give.",
    details:
      "-b -k -m -g, --kilo --mega --giga --tera --peta, --tebi --pebi and -h choose the unit, --si powers "
      + "of 1000, -w splits buffers and cache, -l adds low and high memory, -t a total, -v committed memory. "
      + "'used' is total less available, as procps-ng 4.0 counts. With an operand, free is C's function.",
    style: .synopsis,
    options: OptionTable(
      flags: "bkmghlvtw",
      long: [
        ("bytes", "b"), ("kibi", "k"), ("mebi", "m"), ("gibi", "g"), ("tebi", "T"), ("pebi", "P"),
        ("kilo", "K"), ("mega", "M"), ("giga", "G"), ("tera", "E"), ("peta", "F"), ("human", "h"),
        ("si", "i"), ("lohi", "l"), ("committed", "v"), ("total", "t"), ("wide", "w"),
      ], notModelled: ["s", "c", "seconds", "count", "V", "version"])
  ).entry { run in
    let options = try run.options()
    guard options.operands.isEmpty else { throw run.command.usageFailure() }
    let units: [(letter: Character, exponent: Int, isDecimal: Bool)] = [
      ("k", 1, false), ("m", 2, false), ("g", 3, false), ("T", 4, false), ("P", 5, false),
      ("K", 1, true), ("M", 2, true), ("G", 3, true), ("E", 4, true), ("F", 5, true),
    ]
    let wanted = units.filter { options.has($0.letter) }
    guard wanted.count + (options.has("b") ? 1 : 0) <= 1 else {
      throw ShellFailure("free: Multiple unit options don't make sense.")
    }
    var table = FreeText()
    if options.has("b") { table.unit = .bytes }
    if let unit = wanted.first {
      table.unit = .scaled(exponent: unit.exponent)
      table.usesDecimalUnits = unit.isDecimal
    }
    if options.has("h") { table.unit = .human }
    if options.has("i") { table.usesDecimalUnits = true }
    table.isWide = options.has("w")
    table.showsLowAndHigh = options.has("l")
    table.showsTotal = options.has("t")
    table.showsCommitted = options.has("v")
    run.print(table.text(MemoryInformation(of: run.session.machine)))
  }
}
