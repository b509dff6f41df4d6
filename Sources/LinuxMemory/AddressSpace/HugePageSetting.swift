// When transparent huge pages are given.

/// When the kernel gives transparent huge pages (`/sys/kernel/mm/transparent_hugepage/enabled`).
public enum HugePageSetting: String, CaseIterable, Sendable, Codable {
  /// Wherever a mapping has room.
  case always
  /// Where `madvise(MADV_HUGEPAGE)` asked for them.
  case madvise
  /// Nowhere.
  case never
}
