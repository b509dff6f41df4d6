// /proc/PID/smaps and smaps_rollup of a process.

import KernelText
import LinuxMemory

/// The files that tell how much memory lies behind a process's mappings.
enum SmapsFiles {
  /// `/proc/PID/smaps`: each mapping with its amounts.
  static func smaps(_ process: LinuxProcess, on machine: Machine) -> String {
    guard process.isAlive else { return "" }
    let profile = machine.configuration.profile
    return machine.work.map(process.addressSpace.areas.list, units: 32) { area in
      var mapping = ProcessMappings.Mapping(process.mapsLine(of: area))
      mapping.flags = MappingFlagsText.flags(area, tracksSoftDirty: profile.wordSize == 8)
      mapping.amounts.add("Size", kibibytes: area.pageCount * 4)
      mapping.amounts.add("KernelPageSize", kibibytes: 4)
      mapping.amounts.add("MMUPageSize", kibibytes: 4)
      machine.usage(of: area, in: process).add(to: &mapping.amounts, isRollup: false)
      mapping.amounts.add("THPeligible", count: isEligibleForHugePages(area, process, machine) ? 1 : 0)
      return mapping.text(pointerBytes: profile.wordSize)
    }.joined()
  }

  /// `/proc/PID/smaps_rollup`: the sum over all mappings.
  static func rollup(_ process: LinuxProcess, on machine: Machine) -> String {
    let areas = process.addressSpace.areas.list
    guard process.isAlive, let first = areas.first, let last = areas.last else { return "" }
    var sum = MappingUsage()
    for area in areas where machine.work.spend(8) { sum += machine.usage(of: area, in: process) }
    var rollup = ProcessMappings.Mapping(
      MapsLine(
        start: first.start, end: last.end, permissions: "---p", offset: 0, deviceMajor: 0, deviceMinor: 0,
        inode: 0, name: "[rollup]"))
    sum.add(to: &rollup.amounts, isRollup: true)
    return rollup.text(pointerBytes: machine.configuration.profile.wordSize)
  }

  private static func isEligibleForHugePages(
    _ area: VirtualMemoryArea, _ process: LinuxProcess, _ machine: Machine
  ) -> Bool {
    guard area.backing == .anonymous, !area.flags.contains(.noHugePages),
      !process.addressSpace.isHugePagesDisabled
    else { return false }
    let size = UInt64(machine.configuration.profile.hugePageSize)
    // The kernel looks at the last huge page before the end, which lies at the top of the address space for a
    // mapping that ends below the size of one.
    let last = (area.end &- size) & ~(size - 1)
    guard last >= area.start, last &+ size <= area.end else { return false }
    switch machine.transparentHugePages {
    case .always: return true
    case .madvise: return area.flags.contains(.hugePages)
    case .never: return false
    }
  }
}
