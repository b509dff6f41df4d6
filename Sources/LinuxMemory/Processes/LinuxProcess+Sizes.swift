// The sizes of a process in bytes, as ps and pmap tell them.

extension LinuxProcess {
  /// Everything that it may touch: the virtual set size in bytes (VSS, VmSize).
  public var virtualBytes: UInt64 { UInt64(addressSpace.areas.totals.total) << pageShift }

  /// What it holds in memory: the resident set size in bytes (RSS, VmRSS).
  public var residentBytes: UInt64 { UInt64(addressSpace.resident.total) << pageShift }

  /// The mapping that an address lies in, or nil.
  public func mapping(containing address: UInt64) -> VirtualMemoryArea? {
    let index = addressSpace.areas.index(endingAfter: address)
    guard addressSpace.areas.list.indices.contains(index) else { return nil }
    let area = addressSpace.areas.list[index]
    return area.start <= address ? area : nil
  }
}
