// What the kernel's own memory amounts to, for /proc/meminfo.

extension Machine {
  /// Pages of per-CPU memory (`pcpu_nr_pages`, Percpu): the populated ones of a unit, for all units.
  public var perCPUPages: Int {
    let footprint = configuration.build.footprint
    return (footprint.perCPUPages + footprint.addedPerCPUPages) * PerCPULayout(configuration).count
  }
}
