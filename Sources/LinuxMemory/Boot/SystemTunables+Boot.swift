// What the reserves of a booted kernel are computed from.

extension SystemTunables {
  /// What was free when the kernel set the reserves, in KiB: all memory but what boot had taken by then.
  ///
  /// Calibrated on booted kernels of 1, 2 and 4 GiB with one and four CPUs.
  static func freeKilobytesAtBoot(_ configuration: MachineConfiguration, _ pages: PageAllocator) -> UInt64 {
    let batch = pages.zones.reduce(0) { $1.kind.isLowmem ? max($0, $1.perCPUBatch) : $0 }
    var taken: Int
    if configuration.architecture == .x8664 {
      taken = 15_100 + 8 * batch + 650 * (configuration.cpus - 1)
      taken += 3 * 4 * BootTakings.atomicPoolPages(totalPages: pages.totalPages)
    } else {
      taken = 4300 + 18 * batch + 1200 * (configuration.cpus - 1)
      if pages.zones.contains(where: { $0.kind == .highMem && $0.isPopulated }) {
        taken += 4 * BootTakings.bouncePages
      }
    }
    return UInt64(max(pages.totalPages * 4 - taken, 0))
  }
}
