// What the kernel's reports name of the machine.

extension Machine {
  /// What reports name; calls of the kernel's own functions are made for process 1.
  ///
  /// - Parameter asker: in whose call; nil for process 1.
  func reportContext(for asker: ProcessID? = nil) -> ReportContext {
    let process = asker ?? ProcessID(1)
    return ReportContext(
      time: clock, process: process, command: processes[process]?.name ?? "init",
      banner: configuration.kernel.bannerText(configuration.architecture),
      addressDigits: configuration.profile.addressDigits,
      hasPageTableIsolation: configuration.profile.hasPageTableIsolation,
      warnings: configuration.build.warnings)
  }
}
