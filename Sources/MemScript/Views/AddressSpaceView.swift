// The address space of a process as a value: what is mapped where, and how much of it is in memory.

import LinuxMemory

/// A variable of a script that points into memory.
package struct PointerLabel: Sendable, Equatable, Encodable {
  /// The variable, such as `p` or `list[3]`.
  package var name: String
  /// Where it points.
  package var address: UInt64

  /// Makes a label.
  package init(name: String, address: UInt64) {
    self.name = name
    self.address = address
  }
}

/// What `maps` shows of a process; sizes in bytes.
public struct AddressSpaceView: Sendable, Equatable, Encodable {
  /// One mapping.
  public struct Region: Sendable, Equatable, Encodable {
    /// The first address, and the one behind the last.
    public var start: UInt64, end: UInt64
    /// As in `/proc/PID/maps`: `rw-p`.
    public var permissions: String
    /// A file, `[heap]`, `[stack]`; empty for anonymous memory.
    public var name: String
    /// What of it is in memory, what of that in huge pages, and what is shared with others.
    public var resident: UInt64, huge: UInt64, shared: UInt64
    /// What of it lies in swap.
    public var swapped: UInt64
    /// What of it is locked in memory.
    public var locked: UInt64
    /// The variables that point into it.
    public var variables: [String]

    /// How long it is.
    public var length: UInt64 { end - start }
  }

  /// The process's number and name.
  public var pid: Int32, process: String
  /// Whether it is dead: then this is how it was when it died.
  public var isDead: Bool
  /// All of its mappings, in order of address.
  public var regions: [Region]
  /// The sums: VSS, RSS, swap.
  public var mapped: UInt64, resident: UInt64, swapped: UInt64

  /// Looks at a process. It takes time by the number of its mappings and runs of pages.
  ///
  /// - Parameters:
  ///   - process: the process, or its remains.
  ///   - machine: where it runs or ran.
  ///   - labels: the pointers of a script's variables.
  package init(
    of process: LinuxProcess, on machine: Machine, labels: [PointerLabel] = [], isDead: Bool = false
  ) {
    pid = process.id.rawValue
    self.process = process.name
    self.isDead = isDead
    (mapped, resident) = (process.virtualBytes, process.residentBytes)
    swapped = UInt64(max(process.addressSpace.resident.swapped, 0)) << 12
    let sorted = labels.filter { !$0.name.isEmpty }.sorted { ($0.address, $0.name) < ($1.address, $1.name) }
    var next = 0
    var regions: [Region] = []
    for area in process.addressSpace.areas.list {
      while next < sorted.count, sorted[next].address < area.start { next += 1 }
      var names: [String] = []
      while next < sorted.count, sorted[next].address < area.end {
        names.append(sorted[next].name)
        next += 1
      }
      let usage = machine.usage(of: area, in: process)
      regions.append(
        Region(
          start: area.start, end: area.end,
          permissions: area.permissions.text + (area.isPrivate ? "p" : "s"),
          name: process.addressSpace.name(of: area), resident: usage.resident, huge: usage.anonymousHuge,
          shared: usage.sharedClean + usage.sharedDirty, swapped: usage.swapped,
          locked: usage.locked >> UInt64(MappingUsage.proportionalShift), variables: names))
    }
    self.regions = regions
  }
}
