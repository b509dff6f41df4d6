// What must hold for files and the page cache at every moment.

extension FileStore {
  /// The rules that the files break; empty when all is well.
  ///
  /// Every file is found by its path; dirty pages are in memory and within the file; counters are sums over files.
  func invariantViolations() -> [String] {
    var found: [String] = []
    var cached = 0
    var device = 0
    var temporary = 0
    var dirty = 0
    var blocks: UInt64 = 0
    for case let record? in records {
      if !record.isUnlinked, file(at: record.file.path) != record.file {
        found.append("the directories do not lead to \(record.file.path)")
      }
      let pages = record.cache.all.reduce(0) { $0 + Int($1.count) }
      cached += pages
      if record.file.kind == .blockDevice { device += pages }
      if record.file.kind == .temporary { temporary += pages }
      for extent in record.dirty.all {
        dirty += Int(extent.count)
        if record.cache.firstGap(in: extent.range) != nil {
          found.append("\(record.file.path) has dirty pages that are not in memory")
        }
      }
      if record.file.kind == .regular { blocks += record.blocks.all.reduce(0) { $0 + $1.count } }
      for problem in record.cache.invariantViolations() + record.dirty.invariantViolations() {
        found.append("\(record.file.path): \(problem)")
      }
    }
    if cached != cachedPages { found.append("\(cached) pages of files in memory, \(cachedPages) counted") }
    if device != devicePages { found.append("\(device) pages of devices in memory, \(devicePages) counted") }
    if temporary != temporaryPages {
      found.append("\(temporary) pages of tmpfs in memory, \(temporaryPages) counted")
    }
    if dirty != dirtyPages { found.append("\(dirty) dirty pages, \(dirtyPages) counted") }
    if blocks != usedBlocks { found.append("\(blocks) blocks on the disk, \(usedBlocks) counted") }
    return found
  }
}
