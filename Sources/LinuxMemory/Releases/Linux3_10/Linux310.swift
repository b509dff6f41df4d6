// Linux 3.10, as far as it is modelled.

extension KernelRelease {
  /// Linux 3.10: the arithmetic of its OOM killer, the scores it shows, the words it uses, and which settings it has.
  /// What it takes at boot, how it reclaims and its other files are not modelled apart from 6.1's.
  public static let linux310 = KernelRelease(
    version: "3.10", release: "3.10.0", buildText: "#1 SMP", reportBuildText: "#1", builder: linux61.builder,
    alignsMappingsToHugePages: false, hasGuardPages: false, hasControlGroups: false, oom: .linux310,
    wording: .linux310,
    tunables: Tunable.linux310,
    counters: .linux61, builds: debian12.withoutFlavour)
}

extension OOMRules {
  /// Linux 3.10 (mm/oom_kill.c, fs/proc/base.c of that version).
  ///
  /// It takes 30 thousandths of all memory off for processes with CAP_SYS_ADMIN (root's).
  static let linux310 = OOMRules(
    formula: .clamped, prefersNewest: false, sacrificesChildren: true, countsAllTables: false,
    mayStandWithoutVictim: false)
}

extension ReportWording {
  /// Linux 3.10.
  static let linux310 = ReportWording(
    flags: .number(GFPFlags.bitsOfLinux310), describesMemory: false, namesConstraint: false,
    namesPolicy: false,
    tasks: .tablesByNumber, refusal: .nothing, hasOldManualKill: true,
    cutsGroupStatistics: true, namesUser: false, padsHugePages: true,
    countsTemporaryWriteback: true,
    countsNewerPages: false)
}

extension Tunable {
  /// The files of Linux 3.10: those of 6.1 without the ones that came later, by whose values it behaves all the same,
  /// but for the boost of watermarks, which came later too.
  static let linux310 = linux61.map { tunable in
    guard tunable.isNewerThanLinux310 else { return tunable }
    return tunable.hidden(value: tunable.effect == .boostFactor ? 0 : tunable.booted)
  }

  private var isNewerThanLinux310: Bool {
    [
      "compact_unevictable_allowed", "compaction_proactiveness", "dirtytime_expire_seconds",
      "overcommit_kbytes",
      "percpu_pagelist_high_fraction", "watermark_boost_factor", "watermark_scale_factor",
    ].contains(name)
  }
}
