// The heap of a process as a value: its stretches by state, what variables point to, and what none does.

import LinuxMemory

/// What `heap` draws; sizes in bytes, headers included.
public struct HeapPicture: Sendable, Equatable, Encodable {
  /// What a stretch of the heap is.
  public enum State: String, Sendable, Encodable, CaseIterable {
    /// The program has it.
    case inUse = "in_use"
    /// Freed, in the thread's cache.
    case threadCache = "tcache"
    /// Freed, in a fastbin or a bin.
    case free
    /// The end that was never given out, or was merged into it.
    case top
    /// The allocator's own.
    case own
  }

  /// Neighbouring chunks in one state.
  public struct Stretch: Sendable, Equatable, Encodable {
    /// The first address, and the one behind the last.
    public var start: UInt64, end: UInt64
    /// What glibc has done with it.
    public var state: State
    /// How many chunks.
    public var chunks: Int
  }

  /// A chunk that a variable points into.
  public struct Labelled: Sendable, Equatable, Encodable {
    /// The variable.
    public var variable: String
    /// Where it points, and where the block begins that it points into.
    public var address: UInt64, block: UInt64
    /// The chunk's size.
    public var size: UInt64
    /// What glibc has done with it.
    public var state: State
    /// Whether the chunk has a mapping of its own.
    public var isMapped: Bool
  }

  /// Blocks in use that no variable points into.
  public struct Leak: Sendable, Equatable, Encodable {
    /// How many, and their bytes.
    public var blocks: Int, bytes: UInt64
    /// The addresses of the first of them.
    public var first: [UInt64]
  }

  /// The process's number and name.
  public var pid: Int32, process: String
  /// Whether it is dead: then this is how it was when it died.
  public var isDead: Bool
  /// The heap's stretches in order of address.
  public var stretches: [Stretch]
  /// The ranges of the heap's pages that are in memory.
  public var resident: [Stretch.Span]
  /// Chunks with mappings of their own.
  public var mapped: [Stretch.Span]
  /// What variables point to, in the order of the variables.
  public var variables: [Labelled]
  /// What no variable points to; nil where the variables are too many to tell.
  public var leaked: Leak?

  /// How many stretches are told one by one; beyond that, neighbours become one by what most of them is.
  private static let firstLeaks = 4

  /// Looks at a heap.
  ///
  /// - Parameters:
  ///   - process: the process, or its remains.
  ///   - allocator: its allocator.
  ///   - runs: the allocator's chunks, see `heapRuns`.
  ///   - pointers: what the script's variables hold.
  package init(
    of process: LinuxProcess, _ allocator: MallocState, _ runs: [HeapRun], pointers: ScriptPointers,
    isDead: Bool = false
  ) {
    pid = process.id.rawValue
    self.process = process.name
    self.isDead = isDead
    stretches = Self.stretches(of: runs)
    resident = Self.residentSpans(of: process, stretches)
    let mappedChunks = allocator.mappedChunkList
    mapped = mappedChunks.map { Stretch.Span(start: $0.start, end: $0.start &+ $0.length) }
    (variables, leaked) = Self.label(runs, mappedChunks, allocator, pointers)
  }

  private static func stretches(of runs: [HeapRun]) -> [Stretch] {
    var stretches: [Stretch] = []
    for run in runs {
      let state = State(run.first.state)
      if let last = stretches.last, last.end == run.first.address, last.state == state {
        stretches[stretches.count - 1].end = run.end
        stretches[stretches.count - 1].chunks += run.count
      } else {
        stretches.append(
          Stretch(
            start: run.first.address, end: max(run.end, run.first.address), state: state, chunks: run.count))
      }
    }
    return stretches
  }

  private static func residentSpans(of process: LinuxProcess, _ stretches: [Stretch]) -> [Stretch.Span] {
    pieces(of: stretches).flatMap { piece -> [Stretch.Span] in
      guard let start = piece.first?.start, let end = piece.last?.end, start < end else { return [] }
      return process.residentRanges(in: start..<end).map {
        Stretch.Span(start: $0.lowerBound, end: $0.upperBound)
      }
    }
  }

  /// The stretches that lie near each other: the heap, regions that replaced a refused break, the heaps of arenas.
  static func pieces(of stretches: [Stretch]) -> [ArraySlice<Stretch>] {
    var pieces: [ArraySlice<Stretch>] = []
    var first = stretches.startIndex
    for index in stretches.indices.dropFirst() {
      let gap = stretches[index].start &- stretches[index - 1].end
      guard stretches[index].start < stretches[index - 1].end || gap > 1 << 20 else { continue }
      pieces.append(stretches[first..<index])
      first = index
    }
    return stretches.isEmpty ? [] : pieces + [stretches[first...]]
  }

  /// The chunks that pointers lead to, and the sum of those in use to which none does.
  private static func label(
    _ runs: [HeapRun], _ mapped: [MappedChunk], _ allocator: MallocState, _ pointers: ScriptPointers
  ) -> ([Labelled], Leak?) {
    var labelled: [(order: Int, Labelled)] = []
    var leak = Leak(blocks: 0, bytes: 0, first: [])
    let sorted = pointers.all.enumerated().sorted { $0.element.address < $1.element.address }
    var next = 0
    func visit(_ chunk: HeapChunk, count: Int, isMapped: Bool) {
      let size = max(chunk.size, 1)
      let end = chunk.address &+ size &* UInt64(count)
      while next < sorted.count, sorted[next].element.address < chunk.address { next += 1 }
      var reached: Set<UInt64> = []
      var index = next
      while index < sorted.count, sorted[index].element.address < end {
        let pointer = sorted[index].element
        let number = (pointer.address - chunk.address) / size
        var one = chunk
        one.address = chunk.address &+ number &* size
        let block = allocator.block(of: one)
        // A pointer to the header is none into the block.
        if pointer.address >= block.address || number == 0 && isMapped {
          reached.insert(number)
          if !pointer.name.isEmpty {
            labelled.append(
              (
                sorted[index].offset,
                Labelled(
                  variable: pointer.name, address: pointer.address, block: block.address, size: chunk.size,
                  state: State(chunk.state), isMapped: isMapped)
              ))
          }
        }
        index += 1
      }
      guard chunk.state == .inUse, reached.count < count else { return }
      leak.blocks += count - reached.count
      leak.bytes &+= UInt64(count - reached.count) &* chunk.size
      var number: UInt64 = 0
      while leak.first.count < firstLeaks, number < UInt64(count) {
        var one = chunk
        one.address = chunk.address &+ number &* size
        if !reached.contains(number) { leak.first.append(allocator.block(of: one).address) }
        number += 1
      }
    }
    let ascending = runs.sorted { $0.first.address < $1.first.address }
    for run in ascending { visit(run.first, count: run.count, isMapped: false) }
    next = 0
    for chunk in mapped { visit(chunk.chunk, count: 1, isMapped: true) }
    return (labelled.sorted { $0.order < $1.order }.map(\.1), pointers.isComplete ? leak : nil)
  }
}

extension HeapPicture.Stretch {
  /// A range of addresses.
  public struct Span: Sendable, Equatable, Encodable {
    /// The first address, and the one behind the last.
    public var start: UInt64, end: UInt64
  }
}

extension HeapPicture.State {
  init(_ state: HeapChunkState) {
    switch state {
    case .inUse: self = .inUse
    case .threadCache: self = .threadCache
    case .fastBin, .unsorted, .smallBin, .largeBin: self = .free
    case .top: self = .top
    case .threadCacheStructure, .threadVector, .fencepost: self = .own
    }
  }
}

/// The pointers that a script's variables hold.
package struct ScriptPointers: Sendable, Equatable {
  /// Each with the variable it is in, in the order of the names; what has no name is in a function's own variable.
  package var all: [PointerLabel]
  /// Whether these are all.
  package var isComplete: Bool

  /// Makes a list.
  package init(_ all: [PointerLabel] = [], isComplete: Bool = true) {
    self.all = all
    self.isComplete = isComplete
  }
}
