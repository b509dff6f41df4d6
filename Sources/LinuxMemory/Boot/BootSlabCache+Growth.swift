// How many objects a booted kernel has, by the size of the machine.

extension BootSlabCache {
  /// The objects at the first shell prompt; between the recorded machines they are interpolated.
  ///
  /// - Parameter recorded: those of a machine with 1 GiB and one CPU.
  func objects(_ recorded: Int, on configuration: MachineConfiguration) -> Int {
    let perCPU = configuration.build.slabs.growthToFourCPUs[name, default: 0] * (configuration.cpus - 1) / 3
    let perBlock = configuration.build.slabs.growthPerMemoryBlock[name, default: 0]
    return recorded + perCPU + perBlock * Swift.max(0, Self.memoryBlocks(configuration) - 8)
  }

  /// The free objects in partial slabs of the node.
  func freeObjects(on configuration: MachineConfiguration) -> Int {
    let recorded = configuration.build.slabs.freeObjects
    guard recorded.name == name else { return 0 }
    return Swift.max(0, recorded.one + (recorded.four - recorded.one) * (configuration.cpus - 1) / 3)
  }

  /// Blocks in which memory can be switched off, of 128 MiB or, from 64 GiB on, 2 GiB
  /// (`probe_memory_block_size`, arch/x86/mm/init_64.c); none on i386.
  private static func memoryBlocks(_ configuration: MachineConfiguration) -> Int {
    guard configuration.profile.hasMemorySections else { return 0 }
    return Int(configuration.ram >> (configuration.ram < 64 << 30 ? 27 : 31))
  }
}
