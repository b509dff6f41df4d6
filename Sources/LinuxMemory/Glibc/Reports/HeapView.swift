// The heap of a process as a reader sees it: neighbours that are alike folded into runs.

/// Chunks of one size and state that lie side by side.
public struct HeapRun: Equatable, Sendable {
  /// The first of them.
  public var first: HeapChunk
  /// How many there are.
  public var count: Int

  /// Makes a run.
  public init(first: HeapChunk, count: Int = 1) {
    self.first = first
    self.count = count
  }

  /// Where the last of them ends.
  public var end: UInt64 { first.address &+ byteCount }
  /// The bytes of all of them, headers included.
  public var byteCount: UInt64 { first.size &* UInt64(count) }
}

/// A chunk with a mapping of its own.
package struct MappedChunk: Equatable, Sendable {
  /// Where its header begins, past the mapping's start when an alignment was asked for.
  package var address: UInt64
  /// Where the mapping begins.
  package var start: UInt64
  /// How long the mapping is, in bytes.
  package var length: UInt64

  /// The chunk itself, which ends where the mapping does.
  package var chunk: HeapChunk {
    HeapChunk(address: address, size: start &+ length &- address, state: .inUse)
  }
}

extension MallocState {
  /// The chunks of all arenas, of each in order of address, the main one's first.
  ///
  /// - Parameters:
  ///   - limit: How many equal neighbours one run may have.
  ///   - mayGoOn: Told how many chunks were looked at; once it says no, the walk ends.
  /// - Returns: The runs, and the address of a header that makes no sense, at which the walk of its stretch
  ///   of memory ended; `nil` if there is none.
  package func heapRuns(
    limit: Int = .max, mayGoOn: (Int) -> Bool = { _ in true }
  ) -> (runs: [HeapRun], brokenHeader: UInt64?) {
    var runs: [HeapRun] = []
    let broken = walkChunks(mayGoOn: mayGoOn) { chunk in
      if let last = runs.last, last.count < limit, last.end == chunk.address,
        last.first.size == chunk.size, last.first.state == chunk.state, last.first.arena == chunk.arena
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(HeapRun(first: chunk, count: 1))
      }
      return true
    }
    return (runs, broken)
  }

  /// The chunk of the arena that an address lies in, with its neighbours.
  ///
  /// - Parameters:
  ///   - address: Any address.
  ///   - neighbours: How many chunks to give on either side.
  ///   - mayGoOn: Told how many chunks were looked at; once it says no, the walk ends.
  /// - Returns: The chunks in order of address, and which of them it is; `nil` outside of the arena.
  package func chunks(
    around address: UInt64, neighbours: Int, mayGoOn: (Int) -> Bool = { _ in true }
  ) -> (chunks: [HeapChunk], index: Int)? {
    var chunks: [HeapChunk] = []
    var found: Int?
    walkChunks(mayGoOn: mayGoOn) { chunk in
      if found == nil, chunks.count > neighbours { chunks.removeFirst() }
      chunks.append(chunk)
      if address >= chunk.address, address - chunk.address < chunk.size { found = chunks.count - 1 }
      return found.map { chunks.count <= $0 + neighbours } ?? true
    }
    return found.map { (chunks, $0) }
  }

  /// The chunks with a mapping of their own, in order of address.
  package var mappedChunkList: [MappedChunk] {
    mappedChunks.entries.map {
      MappedChunk(address: $0.chunk, start: $0.start, length: $0.length)
    }
  }

  /// Whether there is any heap yet.
  package var hasHeap: Bool { !mainArena.stretches.isEmpty || arenas.count > 1 }

  /// How many arenas there are, the main one included.
  package var arenaCount: Int { arenas.count }

  /// Which threads use each arena, by the C library's numbers of them.
  package var arenaUsers: [Int: [Int]] {
    var users: [Int: [Int]] = [:]
    for (number, thread) in livingThreads {
      if let arena = thread.arena { users[arena, default: []].append(number) }
    }
    return users
  }

  /// The heaps of an arena: where each begins, the bytes in use and those that can be accessed; none for the main one.
  package func heaps(ofArena number: Int) -> [(start: UInt64, size: UInt64, accessible: UInt64)] {
    arenas.indices.contains(number)
      ? arena(number).heaps.map { (start: $0.start, size: $0.size, accessible: $0.accessibleSize) } : []
  }

  /// What a program gets for a chunk: its address, and how many bytes it may use of it.
  package func block(of chunk: HeapChunk) -> (address: UInt64, usableSize: UInt64) {
    (userAddress(chunk.address), chunk.size &- layout.wordSize)
  }

  /// A chunk's size word, whose low bits are flags: 1 previous in use, 2 mapped, 4 another arena's.
  package func sizeWord(ofChunk address: UInt64) -> UInt64 { word(at: address &+ layout.wordSize) }
}
