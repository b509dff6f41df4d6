// Linux 6.18, as far as it differs from 6.1 here.

extension KernelRelease {
  /// Linux 6.18: it places mappings by other rules than 6.1 and says more when memory ends. What it takes at boot, its
  /// settings and counters, and how it reclaims are not modelled apart from 6.1's.
  public static let linux618 = KernelRelease(
    version: "6.18", release: "6.18.44", buildText: "#1 SMP PREEMPT_DYNAMIC",
    reportBuildText: "#1 PREEMPT(lazy) ",
    builder: linux61.builder, alignsMappingsToHugePages: true, hasGuardPages: true, hasControlGroups: true,
    oom: .linux61,
    wording: .linux618,
    tunables: Tunable.linux61, counters: .linux61, builds: debian12.withoutFlavour)
}

extension ReportWording {
  /// Linux 6.18: the lines of 6.8, 6.12 and later kernels in one.
  static let linux618 = ReportWording(
    flags: .singlesByBit, describesMemory: true, namesConstraint: true, namesPolicy: true,
    tasks: .pagesByKind,
    refusal: .askerAndBytes, hasOldManualKill: false,
    cutsGroupStatistics: false, namesUser: true, padsHugePages: false, countsTemporaryWriteback: false,
    countsNewerPages: true)
}
