// What the page cache reports.

/// A step of the page cache; all counts in pages.
public enum PageCacheEvent: Sendable, Equatable {
  /// Pages of a file were read from the disk into memory.
  case filled(path: String, pages: Int)
  /// Pages of a file were in memory already.
  case found(path: String, pages: Int)
  /// Pages of a file were written in memory: they are dirty until they go to the disk.
  case dirtied(path: String, pages: Int)
  /// Dirty pages were written to the disk and are clean now.
  case writtenBack(pages: Int)
}
