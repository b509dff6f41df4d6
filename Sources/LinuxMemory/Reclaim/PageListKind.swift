// Reclaim's lists by kind, and what stands on them.

/// One of the lists that reclaim keeps (the kernel's `enum lru_list`).
package enum PageListKind: Int, CaseIterable, Sendable, Codable {
  /// Anonymous pages that were not touched again.
  case inactiveAnonymous
  /// Anonymous pages in use.
  case activeAnonymous
  /// File pages that were read once.
  case inactiveFile
  /// File pages in use.
  case activeFile
  /// Locked pages, which reclaim leaves alone.
  case unevictable
}

/// Whose pages an extent of a list covers.
package enum PageOwner: Hashable, Sendable, Codable {
  /// Pages of a process, counted in virtual pages.
  case process(ProcessID)
  /// Cached pages of a file, counted in pages from its beginning.
  case file(FileIdentifier)
  /// Pages that lie in a swap area too and that no page table refers to, counted in slots.
  case swapCache(area: Int)
}

/// What reclaim knows of a page's use since it last looked (the accessed bit, PG_referenced and PG_workingset).
package enum PageAge: UInt8, Sendable, Codable {
  /// New: an anonymous page that a fault has just touched, a file page that was read once.
  case fresh
  /// An anonymous page that reclaim saw once and kept, or a file page that was only written.
  case kept
  /// A kept anonymous page that was touched again.
  case touched
  /// A page that was active and is not any more.
  case demoted

  /// Whether reclaim leaves an anonymous page in memory when it looks at it.
  var isInUse: Bool { self == .fresh || self == .touched }
}

/// A run of pages on one list that stand behind each other.
package struct PageListExtent: Sendable, Equatable {
  /// Whose they are.
  package let owner: PageOwner
  /// The pages: virtual page numbers of a process, or page offsets in a file.
  package let pages: Range<UInt64>
  /// What reclaim knows of their use.
  package let age: PageAge
}
