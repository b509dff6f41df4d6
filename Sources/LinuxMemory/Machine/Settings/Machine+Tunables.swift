// What a write to /proc/sys/vm does beyond storing the number.

extension Machine {
  /// Writes a setting of `/proc/sys/vm` and does what follows from it.
  ///
  /// - Parameters:
  ///   - name: its name in `/proc/sys/vm`.
  ///   - text: what is written.
  ///   - process: who writes; named by the line that dropping caches leaves.
  /// - Returns: `ENOENT` for an unknown name, `EINVAL` for a text the kernel refuses.
  public mutating func writeTunable(
    _ name: String, text: String, by process: ProcessID
  ) -> Result<Void, ErrorNumber> {
    guard let tunable = tunables.tunable(name) else { return .failure(.ENOENT) }
    return tunables.write(tunable, text: text).map { value in
      switch tunable.effect {
      case .none: break
      case .minFreeKilobytes, .watermarks:
        ledger.setWatermarks(
          minFreeKilobytes: tunables.minFreeKilobytes, scaleFactor: tunables.watermarkScaleFactor)
        reclaim.kswapdFailures = 0
      case .lowmemReserve:
        ledger.setLowmemReserve(ratio: tunables.lowmemReserveRatio)
      case .boostFactor:
        ledger.setWatermarkBoostFactor(value)
      case .overcommitMode:
        if value == 2 { commit.synchronize() }
      case .compaction:
        compactMemory()
      case .droppedCaches:
        if value & 1 != 0 { dropPageCache() }
        // Dentries and inodes, which shrink_slab would free, are not modelled.
        if value & 2 != 0 {
          reclaim.counters.slabDrops += 1
          dropShadowNodes()
          shrinkHugeZeroPage()
        }
        if value & 4 == 0, !oomKiller.isSilentAboutDrops {
          let writer = processes[process]?.name ?? "sh"
          log.append("\(writer) (\(process)): drop_caches: \(value)", at: clock, level: .information)
        }
        oomKiller.isSilentAboutDrops = oomKiller.isSilentAboutDrops || value & 4 != 0
      }
    }
  }

  /// Frees the huge page of zeros unless a process that has mapped it is alive, as its shrinker does when slab
  /// caches are shrunk (`shrink_huge_zero_page_scan`, mm/huge_memory.c).
  private mutating func shrinkHugeZeroPage() {
    guard let frame = hugeZeroPage, !processes.live.contains(where: { $0.addressSpace.usesHugeZeroPage })
    else { return }
    hugeZeroPage = nil
    ledger.give(frame, order: configuration.profile.pageblockOrder, of: .kernel)
  }
}
