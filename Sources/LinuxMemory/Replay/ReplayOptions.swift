// What a replay assumes and what it measures.

/// How a replay is to be carried out.
package struct ReplayOptions: Equatable, Sendable {
  /// How much of a block the program writes as soon as it has it.
  package enum BlockTouching: String, CaseIterable, Sendable {
    /// Every byte.
    case all
    /// The first byte.
    case first
    /// Nothing.
    case none
  }

  /// How much of each new or resized block is written. Allocation logs do not tell what a program wrote;
  /// traces that do are to be replayed with ``BlockTouching/none``.
  package var touching = BlockTouching.none
  /// Where the stacks lie that the program gives its threads; nil where the C library maps them.
  package var ownStacks: UInt64?
  /// Whether pthread_create asks malloc for nothing, as what it asked for is replayed by itself.
  package var hasLoggedVectors = false
  /// How many processors the C library is told of; nil for those of the machine.
  package var processorCount: Int?
  /// Whether ``ReplayUsage`` is kept up to date, which costs a few nanoseconds for each call.
  package var measures = true

  /// The defaults: nothing is written but what the trace says, everything is measured.
  package init() {}
}

/// What a replay has used of its machine so far; sizes are in bytes.
package struct ReplayUsage: Equatable, Sendable {
  /// An amount and the most that it has been.
  package struct Level: Equatable, Sendable {
    /// The amount now.
    package internal(set) var now: UInt64 = 0
    /// The most so far.
    package internal(set) var peak: UInt64 = 0

    @inline(__always)
    mutating func set(_ amount: UInt64) {
      now = amount
      peak = max(peak, amount)
    }
  }

  /// The heap below the break.
  package internal(set) var heap = Level()
  /// Mappings that the allocator made, those that extend the arena included.
  package internal(set) var mapped = Level()
  /// Heaps of other arenas than the main one, as far as they can be accessed.
  package internal(set) var arenaHeaps = Level()
  /// The mappings of threads' stacks, guard pages and kept stacks included; they are no part of the footprint.
  package internal(set) var stacks = Level()
  /// How many arenas there are, the main one included.
  package internal(set) var arenas = 1
  /// Heap, arenas' heaps and mappings together.
  package internal(set) var footprint = Level()
  /// What the program asked for and has not freed.
  package internal(set) var live = Level()
  /// The usable sizes of the same blocks.
  package internal(set) var usable = Level()
  /// ``live`` at the moment when ``footprint`` was largest.
  package internal(set) var liveAtPeakFootprint: UInt64 = 0
  /// Pages in memory beyond what the program had before its first call, in bytes.
  package internal(set) var resident = Level()
  /// Page faults served without a device since the first call.
  package internal(set) var minorFaults: UInt64 = 0
  /// The system calls.
  package internal(set) var systemCalls = SystemCallCounts()
  /// Requests that returned NULL.
  package internal(set) var failures = 0

  /// The part of the footprint, 0 to 1, that no live byte lies in: 1 - live / footprint, where footprint is heap
  /// and mappings together; at its peak.
  package var fragmentationAtPeak: Double { Self.share(liveAtPeakFootprint, footprint.peak) }
  /// The same at the end.
  package var fragmentation: Double { Self.share(live.now, footprint.now) }

  private static func share(_ live: UInt64, _ footprint: UInt64) -> Double {
    footprint == 0 ? 0 : max(0, 1 - Double(live) / Double(footprint))
  }
}
