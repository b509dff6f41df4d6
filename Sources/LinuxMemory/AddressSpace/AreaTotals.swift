// Sums over the mappings of an address space.

/// How many pages of virtual memory a process has, by kind (`vm_stat_account`, mm/mmap.c).
package struct AreaTotals: Hashable, Sendable, Codable {
  /// All mappings (VmSize).
  package internal(set) var total = 0
  /// Private writable ones other than the stack (VmData).
  package internal(set) var data = 0
  /// The stack (VmStk).
  package internal(set) var stack = 0
  /// Executable ones that cannot be written (VmExe and VmLib together).
  package internal(set) var executable = 0
  /// Locked ones (VmLck).
  package internal(set) var locked = 0
  /// Those charged to the commit account.
  package internal(set) var accounted = 0

  /// Adds or takes away an area.
  ///
  /// - Parameter sign: 1 or -1.
  mutating func count(_ area: VirtualMemoryArea, sign: Int) {
    let pages = area.pageCount * sign
    total += pages
    if area.flags.contains(.growsDown) {
      stack += pages
    } else if Self.isData(area) {
      data += pages
    } else if area.permissions.contains(.execute), !area.permissions.contains(.write) {
      executable += pages
    }
    if area.flags.contains(.locked) { locked += pages }
    if area.flags.contains(.accounted) { accounted += pages }
  }

  /// Whether an area counts against RLIMIT_DATA (`is_data_mapping`).
  static func isData(_ area: VirtualMemoryArea) -> Bool {
    area.permissions.contains(.write) && area.isPrivate && !area.flags.contains(.growsDown)
  }
}
