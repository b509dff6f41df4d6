// Linux 6.1 as Debian 12 configures it.

extension KernelRelease {
  /// Linux 6.1.
  public static let linux61 = KernelRelease(
    version: "6.1", release: "6.1.0-50", buildText: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-07-02)",
    reportBuildText: "#1  Debian 6.1.176-1",
    builder: "(debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, "
      + "GNU ld (GNU Binutils for Debian) 2.40)",
    alignsMappingsToHugePages: false, hasGuardPages: false, hasControlGroups: true, oom: .linux61,
    wording: .linux61,
    tunables: Tunable.linux61,
    counters: .linux61, builds: debian12)

  /// The packages linux-image-6.1.0-50-amd64 and -686.
  static let debian12 = KernelBuilds(
    x8664: KernelBuild(
      flavour: "-amd64", footprint: .debianAMD64, slabs: .debianAMD64, virtualAreas: .debianAMD64,
      warnings: Linux61Warnings.debianAMD64, calibrated: .debianAMD64),
    i386: KernelBuild(
      flavour: "-686", footprint: .debian686, slabs: .debian686, virtualAreas: .debian686,
      warnings: Linux61Warnings.debian686, calibrated: .debian686))
}

extension OOMRules {
  /// Linux 6.1.
  static let linux61 = OOMRules(
    formula: .signed, prefersNewest: true, sacrificesChildren: false, countsAllTables: true,
    mayStandWithoutVictim: true)
}

extension ReportWording {
  /// Linux 6.1.
  static let linux61 = ReportWording(
    flags: .combinationsFirst, describesMemory: true, namesConstraint: true, namesPolicy: true, tasks: .pages,
    refusal: .asker, hasOldManualKill: false,
    cutsGroupStatistics: true, namesUser: false, padsHugePages: true, countsTemporaryWriteback: true,
    countsNewerPages: false)
}

extension CalibratedNumbers {
  /// Kernels of 1, 2 and 4 GiB with one and four CPUs. A huge page is written in bursts of 512 pages.
  static let debianAMD64 = CalibratedNumbers(
    takenBeforeReserves: (base: 15_100, perBatch: 8, perCPU: 650), swapResidue: (small: 88, huge: 262),
    splitDirectMapPages: (withHighMemory: 12, without: 12), kswapdTurns: 6)

  /// The same for the 32-bit kernel.
  static let debian686 = CalibratedNumbers(
    takenBeforeReserves: (base: 4300, perBatch: 18, perCPU: 1200), swapResidue: (small: 88, huge: 38),
    splitDirectMapPages: (withHighMemory: 2, without: 3), kswapdTurns: 6)
}
