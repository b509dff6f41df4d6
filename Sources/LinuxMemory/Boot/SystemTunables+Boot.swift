// What the reserves of a booted kernel are computed from.

extension SystemTunables {
  /// What was free when the kernel set the reserves, in KiB: all memory but what boot had taken by then.
  static func freeKilobytesAtBoot(_ configuration: MachineConfiguration, _ pages: PageAllocator) -> UInt64 {
    let batch = pages.zones.reduce(0) { $1.kind.isLowmem ? max($0, $1.perCPUBatch) : $0 }
    let recorded = configuration.build.calibrated.takenBeforeReserves
    var taken = recorded.base + recorded.perBatch * batch + recorded.perCPU * (configuration.cpus - 1)
    if configuration.profile.hasAtomicPools {
      taken += 3 * 4 * BootTakings.atomicPoolPages(totalPages: pages.totalPages)
    } else {
      if pages.zones.contains(where: { $0.kind == .highMem && $0.isPopulated }) {
        taken += 4 * BootTakings.bouncePages
      }
    }
    return UInt64(max(pages.totalPages * 4 - taken, 0))
  }
}
