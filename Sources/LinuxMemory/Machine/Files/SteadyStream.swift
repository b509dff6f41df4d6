// Whether files that stream through memory have come to a steady state, which can be passed in whole periods.

/// A sequential pass over a part of a file that is not in memory.
struct FilePass {
  /// What is done with the pages.
  enum Kind { case reads, writes }

  var file: FileIdentifier
  var kind: Kind
  /// What lies ahead: from the next page to the end of the part.
  var ahead: Range<UInt64>
}

/// Watches a stream of file pages that is longer than memory.
///
/// Once memory is full of pages of the stream, each round of reclaim takes the oldest of them and the stream goes on
/// with new ones: the machine comes back to the same state, but for the numbers of the pages. From then on, any
/// number of such periods can be passed at once.
struct SteadyStream {
  /// What must be alike at both ends of a period.
  private struct Signature: Equatable {
    var freePages: [Int]
    var perCPUPages: Int
    var listed: [Int]
    var dirtyPages: Int
    var freeSlots: Int
    var kswapdFailures: Int

    init(_ machine: Machine) {
      freePages = machine.pageAllocator.zones.map(\.freePages)
      perCPUPages = machine.pageAllocator.perCPUPageCount
      listed = PageListKind.allCases.map { machine.pageLists.count($0) }
      dirtyPages = machine.files.dirtyPages
      freeSlots = machine.swap.freeSlots
      kswapdFailures = machine.reclaim.kswapdFailures
    }
  }

  /// The state at the beginning of what may become a period.
  private struct Anchor {
    var signature: Signature
    var passes: [FilePass]
    var counters: ReclaimCounters
    var evictionAge: UInt64
    var zones: [ZoneCounts]
  }

  private var anchor: Anchor?

  /// Parts with less ahead than so many times the machine's memory are not worth the attempt.
  private static let worthwhile: UInt64 = 4

  /// Looks whether the machine is where it was some time ago.
  ///
  /// - Parameter passes: the files that are read and written side by side.
  /// - Returns: what happened since; nil when there is no period yet.
  mutating func period(on machine: Machine, _ passes: [FilePass]) -> StreamPeriod? {
    let memory = UInt64(machine.pageAllocator.totalPages)
    guard machine.ledger.groups.isTrivial,
      passes.allSatisfy({ UInt64($0.ahead.count) > Self.worthwhile * memory })
    else {
      anchor = nil
      return nil
    }
    if let anchor, let pages = Self.distance(from: anchor.passes, to: passes), pages <= 4 * memory {
      // A turnover of the list at least, so that all that is on it are pages of the stream.
      let listed = UInt64(machine.pageLists.count(.inactiveFile))
      guard pages >= listed, Signature(machine) == anchor.signature else { return nil }
      return StreamPeriod(
        pages: pages, counters: anchor.counters, evictionAge: anchor.evictionAge,
        zones: anchor.zones)
    }
    anchor = Anchor(
      signature: Signature(machine), passes: passes, counters: machine.reclaim.counters,
      evictionAge: machine.reclaim[.root].evictionAge,
      zones: machine.pageAllocator.zones.map {
        ZoneCounts(pages: $0.allocatedPages, requests: $0.servedRequests)
      })
    return nil
  }

  /// Begins anew: the pages have moved on.
  mutating func reset() { anchor = nil }

  /// By how many pages all passes have moved on in the same parts; nil when they have not.
  private static func distance(from old: [FilePass], to new: [FilePass]) -> UInt64? {
    guard let first = new.first, old.count == new.count else { return nil }
    let pages = first.ahead.lowerBound - min(first.ahead.lowerBound, old[0].ahead.lowerBound)
    let isAlike = zip(old, new).allSatisfy {
      $0.file == $1.file && $0.kind == $1.kind && $0.ahead.upperBound == $1.ahead.upperBound
        && $0.ahead.lowerBound + pages == $1.ahead.lowerBound
    }
    return isAlike && pages > 0 ? pages : nil
  }
}

/// A period of a steady stream: how long it is, and what was counted when it began.
struct StreamPeriod {
  /// How many pages each pass moves on.
  let pages: UInt64
  let counters: ReclaimCounters
  let evictionAge: UInt64
  let zones: [ZoneCounts]
}

/// What a zone has given out since boot.
struct ZoneCounts {
  var pages: Int
  var requests: Int
}
