// The page cache as trace lines.

import LinuxMemory

extension PageCacheEvent {
  /// The line of one event.
  ///
  /// - Parameters:
  ///   - pages: how many pages, those of others that are told with it included.
  ///   - isSum: whether it stands for others, too: then it names no file.
  func traceLine(pages: Int, isSum: Bool) -> TraceLine {
    func words(_ what: String, _ path: String) -> TraceLine {
      TraceLine("cache", "\(pagesText(pages)) of \(isSum ? "files" : path) \(what)")
    }
    switch self {
    case .filled(let path, _): return words("read from the disk into the page cache", path)
    case .found(let path, _): return words("found in the page cache: nothing to read", path)
    case .dirtied(let path, _):
      return words("written in the page cache: dirty until they go to the disk", path)
    case .writtenBack: return TraceLine("cache", "\(pagesText(pages)) written to the disk: clean now")
    }
  }
}
