// How much RAM a machine has of which the page allocator manages a given amount.

extension MachineConfiguration {
  /// The configuration with as much RAM as makes `MemTotal` what it was elsewhere, to the page where that can be.
  ///
  /// - Parameter total: MemTotal in bytes.
  /// - Throws: `ConfigurationError` where no machine can have so much or so little.
  public func withMemory(ofTotal total: UInt64) throws(ConfigurationError) -> MachineConfiguration {
    var found = self
    found.swap = 0
    let limits = Self.ramLimits(architecture)
    // The least machine has no less; what boot sets aside is not so much.
    guard total <= limits.upperBound, total >= limits.lowerBound / 8 else {
      throw ConfigurationError(
        key: "ram", message: "a machine with MemTotal of \(ByteCount.text(total)) cannot be simulated")
    }
    found.ram = max(total, limits.lowerBound)
    // What boot sets aside grows slowly with RAM, so that a few steps lead there.
    for _ in 0..<8 {
      let machine = try Machine(configuration: found)
      let managed = UInt64(machine.pageAllocator.zones.reduce(0) { $0 + $1.managed }) * pageSize
      if managed == total { break }
      let ram = managed < total ? found.ram + (total - managed) : found.ram - min(managed - total, found.ram)
      let next = min(max(ram, limits.lowerBound), limits.upperBound)
      if next == found.ram { break }
      found.ram = next
    }
    return found
  }
}
