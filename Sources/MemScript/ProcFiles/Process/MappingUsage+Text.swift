// The lines of /proc/PID/smaps that tell how much memory lies behind mappings.

import KernelText
import LinuxMemory

extension MappingUsage {
  /// Adds the lines from `Rss` to `Locked` (fs/proc/task_mmu.c).
  ///
  /// `Referenced` is left out: which pages were touched since reclaim last looked is not modelled.
  ///
  /// - Parameter isRollup: whether Pss is broken down by kind, as `/proc/PID/smaps_rollup` does.
  func add(to lines: inout KibibyteTable, isRollup: Bool) {
    add("Rss", resident, &lines)
    addProportional("Pss", proportional, &lines)
    addProportional("Pss_Dirty", proportionalDirty, &lines)
    if isRollup {
      addProportional("Pss_Anon", proportionalAnonymous, &lines)
      addProportional("Pss_File", proportionalFile, &lines)
      addProportional("Pss_Shmem", proportionalShared, &lines)
    }
    add("Shared_Clean", sharedClean, &lines)
    add("Shared_Dirty", sharedDirty, &lines)
    add("Private_Clean", privateClean, &lines)
    add("Private_Dirty", privateDirty, &lines)
    add("Anonymous", anonymous, &lines)
    add("LazyFree", lazilyFree, &lines)
    add("AnonHugePages", anonymousHuge, &lines)
    // Neither shmem nor files have huge pages here, and there are no hugetlb pages.
    for name in ["ShmemPmdMapped", "FilePmdMapped", "Shared_Hugetlb", "Private_Hugetlb"] {
      add(name, 0, &lines)
    }
    add("Swap", swapped, &lines)
    addProportional("SwapPss", swappedProportional, &lines)
    addProportional("Locked", locked, &lines)
  }

  private func add(_ name: String, _ bytes: UInt64, _ lines: inout KibibyteTable) {
    lines.add(name, kibibytes: Int(clamping: bytes >> 10))
  }

  private func addProportional(_ name: String, _ amount: UInt64, _ lines: inout KibibyteTable) {
    add(name, amount >> UInt64(MappingUsage.proportionalShift), &lines)
  }
}
