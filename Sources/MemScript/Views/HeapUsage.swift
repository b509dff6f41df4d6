// What glibc's allocator of one process holds, in four sums.

import LinuxMemory

/// The sums of a process's heap, in bytes, headers included.
public struct HeapUsage: Sendable, Equatable, Encodable {
  /// All that lies between the heap's beginning and the end of top.
  public var heap: UInt64 = 0
  /// What the program has.
  public var inUse: UInt64 = 0
  /// What it gave back, in the tcache and fastbins too, and top.
  public var free: UInt64 = 0
  /// Chunks with a mapping of their own.
  public var mapped: UInt64 = 0

  /// More chunks than these are not walked through.
  private static let mostChunks = 1 << 21

  /// Adds a process's heap up.
  ///
  /// - Returns: nil for a process without an allocator, and for a heap of millions of chunks.
  public init?(of process: LinuxProcess) {
    guard let allocator = process.malloc else { return nil }
    var left = Self.mostChunks
    allocator.walkChunks(
      mayGoOn: { count in
        left -= count
        return left > 0
      },
      { chunk in
        heap &+= chunk.size
        if chunk.state.isLive { inUse &+= chunk.size } else { free &+= chunk.size }
        return true
      })
    guard left > 0 else { return nil }
    for chunk in allocator.mappedChunkList { mapped &+= chunk.length }
  }
}
