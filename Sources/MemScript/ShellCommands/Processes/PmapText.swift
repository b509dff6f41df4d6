// The tables of pmap(1), as procps-ng 4.0 prints them.

/// How pmap(1) prints the mappings of a process.
struct PmapText {
  /// One mapping.
  struct Row: Equatable {
    /// Its first address.
    var address: UInt64
    /// Its size, what is present and what of that is dirty, in KiB.
    var size: Int, resident: Int, dirty: Int
    /// `rwxp` as in `/proc/PID/maps`.
    var permissions: String
    /// The name in `/proc/PID/maps`, empty for none.
    var name: String
  }

  /// Whether resident and dirty memory are shown (`-x`).
  var isExtended = false
  /// Whether the header and the total are left out (`-q`).
  var isQuiet = false
  /// Whether a file is named by its whole path (`-p`).
  var showsPath = false
  /// 16 on a 64-bit machine, 8 on a 32-bit one.
  var addressDigits = 16

  /// The whole output for one process.
  ///
  /// - Parameters:
  ///   - process: its number.
  ///   - commandLine: its arguments.
  ///   - rows: its mappings in the order of their addresses.
  func text(process: String, commandLine: String, rows: [Row]) -> String {
    var text = "\(process):   \(commandLine)\n"
    if isExtended && !isQuiet {
      text += "Address".alignedLeft(addressDigits) + "  Kbytes     RSS   Dirty Mode  Mapping\n"
    }
    for row in rows { text += line(row) }
    if !isQuiet { text += total(rows) }
    return text
  }

  private func line(_ row: Row) -> String {
    let address = row.address.hexadecimal(addressDigits)
    let tail = "\(mode(row.permissions)) \(mapping(row.name))\n"
    guard isExtended else { return "\(address) \(row.size.decimal(6))K \(tail)" }
    return "\(address) \(row.size.decimal(7)) \(row.resident.decimal(7)) \(row.dirty.decimal(7)) \(tail)"
  }

  private func total(_ rows: [Row]) -> String {
    let size = rows.reduce(0) { $0 + $1.size }
    guard isExtended else { return " total \(size.decimal(addressDigits))K\n" }
    let resident = rows.reduce(0) { $0 + $1.resident }
    let dirty = rows.reduce(0) { $0 + $1.dirty }
    return String(repeating: "-", count: addressDigits) + " ------- ------- ------- \n"
      + "total kB".alignedLeft(addressDigits)
      + " \(size.decimal(7)) \(resident.decimal(7)) \(dirty.decimal(7))\n"
  }

  /// `r w x s R`: the last two for shared mappings and those without a reservation, which is not told.
  private func mode(_ permissions: String) -> String {
    let isShared = permissions.hasSuffix("s")
    return permissions.prefix(3) + (isShared ? "s-" : "--")
  }

  private func mapping(_ name: String) -> String {
    if name == "[stack]" { return "  [ stack ]" }
    if name.isEmpty || name.hasPrefix("[") { return "  [ anon ]" }
    return showsPath ? name : SimulatedPath.lastPart(name)
  }
}
