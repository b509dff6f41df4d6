// A file of the simulated machine: a name, a size, where it has blocks, and the bytes of a small one that are known.

/// A file or block device of the simulated machine: a name and a size.
package struct SimulatedFile: Sendable, Equatable, Codable {
  /// What kind of file it is.
  package enum Kind: Sendable, Codable {
    /// A file in the file system.
    case regular
    /// A disk; its cached pages count as `Buffers`.
    case blockDevice
    /// A file of a tmpfs: it lives in memory, as shared memory.
    case temporary
  }

  /// Its number.
  package let identifier: FileIdentifier
  /// Its absolute path.
  package internal(set) var path: String
  /// What kind of file it is.
  package let kind: Kind
  /// Its size in bytes.
  package internal(set) var size: UInt64
  /// Whether it holds the signature of a swap area (mkswap(8)).
  package internal(set) var isSwap: Bool
  /// Its permission bits, as chmod(1) sets them.
  package internal(set) var mode: UInt16
  /// When it was last written, in microseconds after boot.
  package internal(set) var modificationTime: UInt64

  /// The largest size of a file in bytes: 2^32 − 1 blocks of 4 KiB (`s_maxbytes` of ext4, fs/ext4/super.c), on both
  /// architectures, as 32-bit page numbers reach exactly as far.
  package static let largestSize: UInt64 = ((1 << 32) - 1) * 4096

  /// Pages it takes in the page cache.
  package var pageCount: UInt64 { Self.pages(size) }

  /// How many pages of 4 KiB so many bytes touch.
  static func pages(_ bytes: UInt64) -> UInt64 { bytes / 4096 + (bytes % 4096 == 0 ? 0 : 1) }
}

/// Says of an extent of a file's pages no more than that it exists.
struct FilePart: ExtentValue, Codable {
  func advanced(by distance: UInt64) -> FilePart { self }
}

/// The frames of a run of pages of a file.
struct CachedFrame: ExtentValue, Codable {
  var frame: FrameNumber
  func advanced(by distance: UInt64) -> CachedFrame { CachedFrame(frame: frame + Int(distance)) }
}

/// What the store knows of one file.
struct FileRecord: Sendable, Equatable, Codable {
  var file: SimulatedFile
  /// The pages in memory.
  var cache = ExtentMap<CachedFrame>()
  /// What is read ahead of its readers.
  var readahead = Readahead()
  /// What remains of pages that reclaim took.
  var evicted = ExtentMap<EvictedPage>()
  /// The nodes in which its pages are found, level by level, the lowest first, as far as groups are charged for them;
  /// empty while nobody is.
  var nodes: [ExtentMap<NodeOwner>] = []
  /// The group that is charged for the file's name and inode on a tmpfs; the root for none.
  var maker = MemoryGroup.root
  /// The lowest of them under which there is nothing but what remains of pages that reclaim took.
  var shadowNodes = ExtentMap<NodeOwner>()
  /// The pages in memory that the disk does not have yet.
  var dirty = ExtentMap<FilePart>()
  /// The pages that have blocks on the disk; the others are holes. A device has all of its.
  var blocks = ExtentMap<FilePart>()
  /// Its bytes, where all of them were written by a command as text; nil where nobody knows them.
  var contents: [UInt8]?
  /// Whether it was removed and is only there for those who map it.
  var isUnlinked = false
  /// How many pages of mappings refer to it, over all processes.
  var mappedPages = 0
  /// When the first of the dirty pages was written (the inode's `dirtied_when`); nil while none is dirty.
  var dirtiedAt: UInt64?
}
