// The files of the simulated machine and which of their pages are in memory.

/// A file of the simulated machine: a name and a size, no contents.
public struct SimulatedFile: Sendable, Equatable {
  /// Its number.
  public let identifier: FileIdentifier
  /// Its absolute path.
  public let path: String
  /// Its size in bytes.
  public let size: UInt64
  /// Whether it holds the signature of a swap area (mkswap(8)).
  public let isSwap: Bool

  /// Pages it takes in the page cache.
  public var pageCount: UInt64 { size / 4096 + (size % 4096 == 0 ? 0 : 1) }
}

/// The files, and the page cache over them (mm/filemap.c).
public struct FileStore: Sendable, Equatable {
  /// The frames of a run of pages of a file.
  struct CachedFrame: ExtentValue {
    var frame: FrameNumber
    func advanced(by distance: UInt64) -> CachedFrame { CachedFrame(frame: frame + Int(distance)) }
  }

  /// The files in the order of their numbers.
  public private(set) var files: [SimulatedFile] = []
  private var caches: [ExtentMap<CachedFrame>] = []
  /// How many pages of files are in memory.
  public private(set) var cachedPages = 0

  /// Makes a machine without files.
  public init() {}

  /// The file at a path, or `nil`.
  public func file(at path: String) -> SimulatedFile? { files.first { $0.path == path } }

  /// Makes a file.
  ///
  /// - Parameters:
  ///   - path: its absolute path.
  ///   - size: its size in bytes.
  ///   - isSwap: whether it holds the signature of a swap area.
  /// - Returns: the file; `EEXIST` when there is one at the path, `EFBIG` above 2^63 − 1 bytes.
  public mutating func create(
    _ path: String, size: UInt64, isSwap: Bool = false
  ) -> Result<SimulatedFile, Errno> {
    guard file(at: path) == nil else { return .failure(.EEXIST) }
    guard size <= UInt64(Int64.max) else { return .failure(.EFBIG) }
    let file = SimulatedFile(identifier: FileIdentifier(files.count), path: path, size: size, isSwap: isSwap)
    files.append(file)
    caches.append(ExtentMap())
    return .success(file)
  }

  /// How many pages of a file are in memory.
  public func cachedPages(of file: FileIdentifier) -> Int {
    guard caches.indices.contains(file.rawValue) else { return 0 }
    return caches[file.rawValue].extents(in: 0..<UInt64.max).reduce(0) { $0 + Int($1.count) }
  }

  /// The parts of a range of pages that are not in memory, in ascending order.
  func missing(in pages: Range<UInt64>, of file: FileIdentifier) -> [Range<UInt64>] {
    guard caches.indices.contains(file.rawValue) else { return [] }
    var missing: [Range<UInt64>] = []
    var next = pages.lowerBound
    caches[file.rawValue].forEach(in: pages) { extent in
      if extent.start > next { missing.append(next..<extent.start) }
      next = extent.end
    }
    if next < pages.upperBound { missing.append(next..<pages.upperBound) }
    return missing
  }

  /// Puts frames behind pages of a file that are not in memory.
  mutating func insert(_ run: FrameRange, at page: UInt64, of file: FileIdentifier) {
    guard caches.indices.contains(file.rawValue) else { return }
    caches[file.rawValue].set(page..<page + UInt64(run.count), to: CachedFrame(frame: run.start))
    cachedPages += run.count
  }

  /// Takes pages of a file out of memory.
  ///
  /// - Returns: their frames, which the caller frees.
  mutating func evict(_ pages: Range<UInt64>, of file: FileIdentifier) -> [FrameRange] {
    guard caches.indices.contains(file.rawValue) else { return [] }
    let frames = frames(in: pages, of: file)
    caches[file.rawValue].remove(pages)
    cachedPages -= frames.reduce(0) { $0 + $1.count }
    return frames
  }

  /// The frames behind pages of a file.
  func frames(in pages: Range<UInt64>, of file: FileIdentifier) -> [FrameRange] {
    guard caches.indices.contains(file.rawValue) else { return [] }
    return caches[file.rawValue].extents(in: pages).map {
      FrameRange(start: $0.value.frame, count: Int($0.count))
    }
  }

  /// Visits what is in memory: file, first page and its frames.
  func forEachCachedRun(_ body: (FileIdentifier, UInt64, FrameRange) -> Void) {
    for (number, cache) in caches.enumerated() {
      for extent in cache.all {
        body(
          FileIdentifier(number), extent.start,
          FrameRange(start: extent.value.frame, count: Int(extent.count)))
      }
    }
  }

  /// Puts other frames behind pages of a file that are in memory.
  mutating func relocate(_ page: UInt64, of file: FileIdentifier, to run: FrameRange) {
    guard caches.indices.contains(file.rawValue) else { return }
    caches[file.rawValue].set(page..<page + UInt64(run.count), to: CachedFrame(frame: run.start))
  }
}
