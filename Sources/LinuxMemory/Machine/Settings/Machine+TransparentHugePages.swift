// Switching transparent huge pages while the machine runs.

extension Machine {
  /// Sets when transparent huge pages are given, as a write to
  /// `/sys/kernel/mm/transparent_hugepage/enabled` does.
  ///
  /// With them on, the kernel keeps more memory free, so that page blocks stay whole; a larger value that somebody
  /// wrote to `min_free_kbytes` stays (`set_recommended_min_free_kbytes`, mm/khugepaged.c).
  public mutating func setTransparentHugePages(_ choice: MachineConfiguration.TransparentHugePages) {
    transparentHugePages = choice
    let present = tunables.minFreeKilobytes
    if choice == .never {
      resetMinFreeKilobytes()
    } else if pageAllocator.recommendedMinFreeKilobytes > present {
      let recommended = pageAllocator.recommendedMinFreeKilobytes
      if tunables.writtenMinFreeKilobytes != nil {
        log.append(
          "khugepaged: raising min_free_kbytes from \(present) to \(recommended) to help transparent hugepage "
            + "allocations", at: clock, level: .information)
      }
      tunables.minFreeKilobytes = recommended
    }
    ledger.setWatermarks(
      minFreeKilobytes: tunables.minFreeKilobytes, scaleFactor: tunables.watermarkScaleFactor)
  }

  /// Goes back to the kernel's own value, unless somebody wrote a larger one (`calculate_min_free_kbytes`,
  /// mm/page_alloc.c).
  private mutating func resetMinFreeKilobytes() {
    let calculated = pageAllocator.calculatedMinFreeKilobytes
    if let written = tunables.writtenMinFreeKilobytes, written >= calculated {
      log.append(
        "min_free_kbytes is not updated to \(calculated) because user defined value \(written) is preferred",
        at: clock)
    } else {
      tunables.minFreeKilobytes = calculated
    }
  }
}
