// The huge page of zeros goes when nobody needs it.

extension Machine {
  /// Frees the huge page of zeros unless a process that has mapped it is alive, as its shrinker does when slab
  /// caches are shrunk (`shrink_huge_zero_page_scan`, mm/huge_memory.c).
  mutating func shrinkHugeZeroPage() {
    guard let frame = hugeZeroPage, !processes.live.contains(where: { $0.addressSpace.usesHugeZeroPage })
    else { return }
    hugeZeroPage = nil
    ledger.give(frame, order: configuration.profile.pageblockOrder, of: .kernel)
  }
}
