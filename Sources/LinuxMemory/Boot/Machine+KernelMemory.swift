// What the kernel's own memory amounts to, for /proc/meminfo.

extension Machine {
  /// Pages of per-CPU memory (`pcpu_nr_pages`, Percpu): the populated ones of a unit, for all units.
  public var perCPUPages: Int {
    let footprint = configuration.kernel.footprint(configuration.architecture)
    return (footprint.perCPUPages + footprint.addedPerCPUPages) * PerCPULayout(configuration).count
  }

  /// The direct map by page size: kilobytes mapped by 4 KiB pages and by huge ones (DirectMap4k and the
  /// next line).
  ///
  /// Huge pages are split where parts of them are protected differently: the kernel's image, code that the
  /// kernel writes at run time, and the ends of memory. Debian's kernel splits 11 or 12 on x86_64, 2 or 3
  /// on i386.
  public var directMap: [(size: String, kilobytes: UInt64)] {
    let profile = configuration.profile
    let huge = UInt64(profile.hugePageSize) >> 10
    let split: UInt64 = configuration.architecture == .x8664 ? 12 : 2
    let low = UInt64(min(kernelPages.lowmemEnd, kernelPages.firmwareStart).rawValue) << 2
    let high = UInt64(kernelPages.lowmemEnd.rawValue) << 2
    // What lies above 4 GiB begins and ends at a huge page as a rule.
    let above = high > 4 << 20 ? high - (4 << 20) : 0
    let hugePages = low / huge + above / huge
    let small = low % huge + above % huge + min(split, hugePages) * huge
    return [
      ("4k", small), ("\(huge >> 10)M", low + above - small),
    ]
  }
}
