// The sizes that follow from the width of a machine word: chunk geometry, bin boundaries, ceilings.

/// The geometry of chunks and bins of one build of glibc, in bytes.
///
/// Source: malloc.c of glibc 2.36 for x86_64 and for i386, whose chunks are aligned to 16 bytes as well.
package struct MallocLayout: Equatable, Sendable {
  /// The number of bins: 1 is the unsorted bin, then come the small and the large ones.
  static let binCount = 128
  /// How many sizes of chunks the thread cache knows.
  static let threadCacheBins = 64
  /// The page size of x86.
  static let pageSize: UInt64 = 4096

  /// The size of a word, and of each field of a chunk's header.
  let wordSize: UInt64
  /// The binary logarithm of `wordSize`.
  let wordShift: UInt64
  /// What user addresses and chunk sizes are multiples of.
  var alignment: UInt64 { 16 }
  /// The smallest chunk.
  let minimumChunk: UInt64
  /// The distance from a chunk to its user address: two words.
  let headerSize: UInt64
  /// The largest value an address can have.
  let addressMask: UInt64
  /// The largest request (`PTRDIFF_MAX`).
  let largestRequest: UInt64
  /// The smallest chunk that belongs into a large bin.
  let smallestLarge: UInt64
  /// How far the index of a small bin lies above size / 16.
  let smallBinBias: Int
  /// Up to which multiple of 64 bytes large bins are 64 bytes wide.
  let narrowBinLast: UInt64
  /// How far the index of such a bin lies above size / 64.
  let narrowBinBias: Int
  /// The bin for everything larger.
  var lastBin: Int { 126 }
  /// The number of fastbins.
  let fastBinCount: Int
  /// The shift from a chunk size to its fastbin.
  let fastBinShift: UInt64
  /// The largest value that M_MXFAST accepts.
  let largestFastRequest: UInt64
  /// How large the dynamic mmap threshold may become.
  let mappingThresholdCeiling: UInt64
  /// The arena's maximal size of a non-main heap, the alignment by which other arenas are found.
  let arenaAlignment: UInt64
  /// Where the array of bins is said to lie, so that links can point to it: in real life in the C library's
  /// data, here as high as that but where no mapping comes, terabytes below the others or above user space.
  let binsAddress: UInt64

  /// glibc on x86_64.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  package static let x86_64 = MallocLayout(
    wordSize: 8, smallestLarge: 1024, smallBinBias: 0,
    narrowBinLast: 48, narrowBinBias: 48,
    fastBinCount: 10, mappingThresholdCeiling: 32 << 20, arenaAlignment: 64 << 20,
    binsAddress: 0x7000_f7fa_2ce0)

  /// glibc on 32-bit x86.
  package static let i386 = MallocLayout(
    wordSize: 4, smallestLarge: 1008, smallBinBias: 1,
    narrowBinLast: 45, narrowBinBias: 49,
    fastBinCount: 11, mappingThresholdCeiling: 512 << 10, arenaAlignment: 1 << 20,
    binsAddress: 0xf7fb_3778)

  private init(
    wordSize: UInt64, smallestLarge: UInt64, smallBinBias: Int, narrowBinLast: UInt64, narrowBinBias: Int,
    fastBinCount: Int, mappingThresholdCeiling: UInt64, arenaAlignment: UInt64, binsAddress: UInt64
  ) {
    self.wordSize = wordSize
    wordShift = wordSize == 8 ? 3 : 2
    headerSize = 2 * wordSize
    minimumChunk = 4 * wordSize
    addressMask = wordSize == 8 ? .max : 0xffff_ffff
    largestRequest = addressMask >> 1
    self.smallestLarge = smallestLarge
    self.smallBinBias = smallBinBias
    self.narrowBinLast = narrowBinLast
    self.narrowBinBias = narrowBinBias
    self.fastBinCount = fastBinCount
    fastBinShift = wordSize == 8 ? 4 : 3
    largestFastRequest = 20 * wordSize
    self.mappingThresholdCeiling = mappingThresholdCeiling
    self.arenaAlignment = arenaAlignment
    self.binsAddress = binsAddress
  }

  /// The size of the chunk that serves a request.
  ///
  /// - Parameter request: Bytes asked for.
  /// - Returns: The chunk size; `nil` for a request above `PTRDIFF_MAX`.
  @inline(__always)
  func chunkSize(forRequest request: UInt64) -> UInt64? {
    guard request <= largestRequest else { return nil }
    let size = (request &+ wordSize &+ (alignment - 1)) & ~(alignment - 1)
    return size < minimumChunk ? minimumChunk : size
  }

  /// Whether chunks of a size live in small bins.
  @inline(__always)
  func isSmall(_ size: UInt64) -> Bool { size < smallestLarge }

  /// The small or large bin for a chunk size.
  @inline(__always)
  func bin(forSize size: UInt64) -> Int {
    isSmall(size) ? Int(truncatingIfNeeded: size >> 4) + smallBinBias : largeBin(forSize: size)
  }

  /// The large bin for a chunk size: bins become wider by a factor of eight, four times.
  @inline(__always)
  private func largeBin(forSize size: UInt64) -> Int {
    let units = Int(truncatingIfNeeded: size >> 6)
    if size >> 6 <= narrowBinLast { return units &+ narrowBinBias }
    if size >> 9 <= 20 { return units &>> 3 &+ 91 }
    if size >> 12 <= 10 { return units &>> 6 &+ 110 }
    if size >> 15 <= 4 { return units &>> 9 &+ 119 }
    return size >> 18 <= 2 ? units &>> 12 &+ 124 : lastBin
  }

  /// The thread cache bin for a chunk size; beyond the last for sizes it does not hold.
  @inline(__always)
  func threadCacheBin(forSize size: UInt64) -> Int {
    Int(truncatingIfNeeded: (size &- minimumChunk &+ (alignment - 1)) >> 4)
  }

  /// The fastbin for a chunk size; outside `0..<fastBinCount` for sizes without one.
  @inline(__always)
  func fastBin(forSize size: UInt64) -> Int {
    Int(truncatingIfNeeded: size >> fastBinShift) - 2
  }

  /// The distance from a chunk address to the next aligned one, 0 for an aligned one.
  @inline(__always)
  func misalignment(ofChunk chunk: UInt64) -> UInt64 { (chunk &+ headerSize) & (alignment - 1) }

  /// A length rounded up to whole pages, wrapping as the C library's arithmetic does.
  @inline(__always)
  func roundUpToPages(_ length: UInt64) -> UInt64 {
    (length &+ (Self.pageSize - 1)) & ~(Self.pageSize - 1) & addressMask
  }
}
