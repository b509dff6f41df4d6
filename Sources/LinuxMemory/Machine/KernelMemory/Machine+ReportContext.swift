// What the kernel's reports name of the machine.

extension Machine {
  /// What reports name.
  ///
  /// - Parameter asker: in whose call; nil for one that no process makes, which stands in the name of process 1.
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
