// The files of the simulated machine and which of their pages are in memory.

/// The files, and the page cache over them (mm/filemap.c).
package struct FileStore: Sendable, Equatable, Codable {
  /// The files by number; nil where one was removed.
  var records: [FileRecord?] = []
  /// How many pages of files are in memory, devices included.
  package private(set) var cachedPages = 0
  /// How many pages of block devices are in memory (`Buffers`).
  package private(set) var devicePages = 0
  /// How many pages of files of tmpfs are in memory, which are among the others.
  package private(set) var temporaryPages = 0
  /// How many pages of mappings refer to files.
  private(set) var mappedPages = 0
  /// The mounted tmpfs.
  package internal(set) var mounts: [TemporaryMount] = []
  /// How many blocks of 4 KiB the files take on the file system.
  package internal(set) var usedBlocks: UInt64 = 0
  /// How many pages in memory the disk does not have yet (`Dirty`).
  package internal(set) var dirtyPages = 0
  /// How many nodes of each group, by its number, hold nothing but what remains of pages.
  private(set) var shadowNodeCounts: [Int] = []
  /// How many pages of files lie in high memory.
  private(set) var highMemoryPages = 0
  /// The files by path.
  private(set) var directories = DirectoryTree()
  /// The first frame of high memory; the largest number where there is none.
  private let highMemory: FrameNumber

  /// How many blocks of 4 KiB the file system has in all: 2^32, as many as ext4 numbers without its 64-bit feature.
  package static let capacity: UInt64 = 1 << 32

  /// How many blocks are left.
  package var freeBlocks: UInt64 { Self.capacity - min(usedBlocks, Self.capacity) }

  /// Makes a machine without files.
  ///
  /// - Parameter highMemory: the first frame of high memory, if there is any.
  init(highMemory: FrameNumber? = nil) { self.highMemory = highMemory ?? FrameNumber(.max) }

  /// The files in the order of their numbers.
  package var files: [SimulatedFile] { records.compactMap { $0?.file } }

  /// The file at a path, or `nil`.
  package func file(at path: String) -> SimulatedFile? {
    guard let file = directories.file(at: path).flatMap({ record($0)?.file }) else { return nil }
    // A path that ends with a slash leads to no file.
    return file.path == path ? file : nil
  }

  /// How many numbers have been given to files, removed ones included.
  package var numberCount: Int { records.count }

  /// Whether there are files in a directory, given by its absolute path, or in those below it.
  package func isDirectory(_ path: String) -> Bool { directories.isDirectory(path) }

  /// The names that files give a directory: their own, and those of the directories below; in no order.
  package func names(in directory: String) -> [String] { directories.names(in: directory) }

  /// Makes a file whose pages all have blocks on the disk.
  ///
  /// - Parameters:
  ///   - path: its absolute path.
  ///   - size: its size in bytes.
  ///   - isSwap: whether it holds the signature of a swap area.
  ///   - kind: what kind of file; nil for that of the file system at the path.
  ///   - mode: its permission bits.
  ///   - time: when, in microseconds after boot.
  /// - Returns: the file; `ENAMETOOLONG` for a path of 4096 bytes or a name of 256, `EEXIST` when there is one at the
  ///   path, `EISDIR` for a directory that was made, `ENOTDIR` when it leads through a file, `EFBIG` above ``SimulatedFile/largestSize``,
  ///   `ENOSPC` when the file system has too few blocks left.
  package mutating func create(
    _ path: String, size: UInt64, isSwap: Bool = false, kind: SimulatedFile.Kind? = nil,
    mode: UInt16 = 0o644, time: UInt64 = 0
  ) -> Result<SimulatedFile, ErrorNumber> {
    guard Self.isShort(path) else { return .failure(.ENAMETOOLONG) }
    guard !directories.isMadeDirectory(path) else { return .failure(.EISDIR) }
    guard file(at: path) == nil else { return .failure(.EEXIST) }
    guard !directories.leadsThroughFile(path) else { return .failure(.ENOTDIR) }
    let kind = kind ?? (isTemporary(path) ? .temporary : .regular)
    if kind != .blockDevice, size > SimulatedFile.largestSize { return .failure(.EFBIG) }
    if kind == .regular {
      guard SimulatedFile.pages(size) <= freeBlocks else { return .failure(.ENOSPC) }
    }
    let file = SimulatedFile(
      identifier: FileIdentifier(records.count), path: path, kind: kind, size: size, isSwap: isSwap,
      mode: mode, modificationTime: time)
    records.append(FileRecord(file: file, contents: size == 0 ? [] : nil))
    directories.insert(file.identifier, at: path)
    addBlocks(0..<file.pageCount, of: file.identifier)
    return .success(file)
  }

  /// Forgets a file, which must have no page in memory.
  mutating func remove(_ file: FileIdentifier) {
    guard let path = record(file)?.file.path else { return }
    assert(record(file)?.cache.isEmpty == true, "a file goes and leaves pages in memory")
    removeBlocks(0..<UInt64.max, of: file)
    if record(file)?.isUnlinked == false { directories.remove(path) }
    records[file.rawValue] = nil
  }

  /// Takes a file's name away; its pages and blocks stay until ``remove(_:)``.
  mutating func unlink(_ file: FileIdentifier) {
    guard let path = record(file)?.file.path, record(file)?.isUnlinked == false else { return }
    directories.remove(path)
    records[file.rawValue]?.isUnlinked = true
  }

  /// Changes what is known of a file.
  mutating func modify(_ file: FileIdentifier, _ change: (inout SimulatedFile) -> Void) {
    guard var changed = record(file)?.file else { return }
    change(&changed)
    records[file.rawValue]?.file = changed
  }

  /// Counts pages of mappings that came, or with a negative number those that went.
  mutating func countMapped(_ pages: Int, of file: FileIdentifier) {
    guard record(file) != nil else { return }
    records[file.rawValue]?.mappedPages += pages
    mappedPages += pages
  }

  /// Notes the bytes of a file, nil where they are not known.
  mutating func setContents(_ contents: [UInt8]?, of file: FileIdentifier) {
    guard record(file) != nil else { return }
    records[file.rawValue]?.contents = contents
  }

  /// Gives a file another path, at which there is nothing.
  mutating func rename(_ file: FileIdentifier, to path: String) {
    guard let old = record(file)?.file.path else { return }
    directories.remove(old)
    directories.insert(file, at: path)
    records[file.rawValue]?.file.path = path
  }

  /// Makes an empty directory.
  ///
  /// - Returns: `EEXIST` when something is there, `ENOTDIR` when the path leads through a file, `ENAMETOOLONG`.
  mutating func makeDirectory(_ path: String) -> Result<Void, ErrorNumber> {
    guard Self.isShort(path) else { return .failure(.ENAMETOOLONG) }
    guard directories.file(at: path) == nil, !directories.isDirectory(path) else { return .failure(.EEXIST) }
    guard !directories.leadsThroughFile(path) else { return .failure(.ENOTDIR) }
    directories.makeDirectory(path)
    return .success(())
  }

  /// Removes an empty directory.
  ///
  /// - Returns: `ENOENT` for no such directory, `ENOTDIR` for a file, `ENOTEMPTY` when there is something in it.
  mutating func removeDirectory(_ path: String) -> Result<Void, ErrorNumber> {
    if directories.file(at: path) != nil { return .failure(.ENOTDIR) }
    guard directories.isDirectory(path) else { return .failure(.ENOENT) }
    guard directories.names(in: path).isEmpty else { return .failure(.ENOTEMPTY) }
    directories.removeDirectory(path)
    return .success(())
  }

  private static func isShort(_ path: String) -> Bool {
    path.utf8.count < 4096 && path.utf8.split(separator: UInt8(ascii: "/")).allSatisfy { $0.count < 256 }
  }

  /// What is known of a file, or nil when it was removed.
  func record(_ file: FileIdentifier) -> FileRecord? {
    records.indices.contains(file.rawValue) ? records[file.rawValue] : nil
  }

  /// How many pages of a file are in memory.
  package func cachedPages(of file: FileIdentifier) -> Int {
    record(file)?.cache.all.reduce(0) { $0 + Int($1.count) } ?? 0
  }

  /// How many pages of a file have blocks on the disk.
  package func blockPages(of file: FileIdentifier) -> UInt64 {
    guard let record = record(file) else { return 0 }
    // What a tmpfs holds is its cache.
    if record.file.kind == .temporary { return UInt64(cachedPages(of: file)) }
    return record.blocks.all.reduce(0) { $0 + $1.count }
  }

  /// The first part of a range of pages that is not in memory, or nil.
  func firstMissing(in pages: Range<UInt64>, of file: FileIdentifier) -> Range<UInt64>? {
    record(file)?.cache.firstGap(in: pages)
  }

  /// Changes what is read ahead of the readers of a file.
  mutating func modifyReadahead<Result>(
    of file: FileIdentifier, _ change: (inout Readahead) -> Result
  ) -> Result? {
    guard record(file) != nil, var readahead = records[file.rawValue]?.readahead else { return nil }
    defer { records[file.rawValue]?.readahead = readahead }
    return change(&readahead)
  }

  /// The frames behind pages of a file.
  func frames(in pages: Range<UInt64>, of file: FileIdentifier) -> [FrameRange] {
    record(file)?.cache.extents(in: pages).map {
      FrameRange(start: $0.value.frame, count: Int($0.count))
    } ?? []
  }

  /// Visits what is in memory: file, first page and its frames.
  func forEachCachedRun(_ body: (FileIdentifier, UInt64, FrameRange) -> Void) {
    for case let record? in records {
      for extent in record.cache.all {
        body(
          record.file.identifier, extent.start,
          FrameRange(start: extent.value.frame, count: Int(extent.count)))
      }
    }
  }

  /// Puts frames behind pages of a file that are not in memory.
  mutating func insert(_ run: FrameRange, at page: UInt64, of file: FileIdentifier) {
    guard let kind = record(file)?.file.kind else { return }
    records[file.rawValue]?.cache.set(page..<page + UInt64(run.count), to: CachedFrame(frame: run.start))
    count(run.count, kind)
    highMemoryPages += highPages(of: run)
  }

  /// Takes pages of a file out of memory, written to the disk or not.
  ///
  /// - Returns: their frames, which the caller frees.
  mutating func evict(_ pages: Range<UInt64>, of file: FileIdentifier) -> [FrameRange] {
    guard let kind = record(file)?.file.kind else { return [] }
    let frames = frames(in: pages, of: file)
    _ = clean(pages, of: file)
    records[file.rawValue]?.cache.remove(pages)
    count(-frames.reduce(0) { $0 + $1.count }, kind)
    highMemoryPages -= frames.reduce(0) { $0 + highPages(of: $1) }
    return frames
  }

  /// Puts other frames behind pages of a file that are in memory.
  mutating func relocate(_ page: UInt64, of file: FileIdentifier, to run: FrameRange) {
    guard record(file) != nil else { return }
    let pages = page..<page + UInt64(run.count)
    highMemoryPages += highPages(of: run) - frames(in: pages, of: file).reduce(0) { $0 + highPages(of: $1) }
    records[file.rawValue]?.cache.set(pages, to: CachedFrame(frame: run.start))
  }

  /// Counts nodes that came to hold nothing but what remains of pages, or no longer do.
  mutating func countShadowNodes(_ count: Int, of owner: NodeOwner) {
    while shadowNodeCounts.count <= Int(owner.number) { shadowNodeCounts.append(0) }
    shadowNodeCounts[Int(owner.number)] += count
  }

  private func highPages(of run: FrameRange) -> Int {
    max(0, run.end.rawValue - max(run.start, highMemory).rawValue)
  }

  private mutating func count(_ pages: Int, _ kind: SimulatedFile.Kind) {
    cachedPages += pages
    if kind == .blockDevice { devicePages += pages }
    if kind == .temporary { temporaryPages += pages }
  }
}
