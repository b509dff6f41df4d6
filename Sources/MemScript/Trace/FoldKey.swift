// Which steps are alike: the same thing happened, whatever numbers run in it.

import LinuxMemory

/// What two steps have in common that are told in one line.
struct FoldKey: Equatable {
  /// The kind of step: a layer's number in hundreds, and the step of it.
  let kind: Int
  /// What else must be the same, such as the process.
  let subject: Int

  init(_ kind: Int, _ subject: Int = 0) {
    self.kind = kind
    self.subject = subject
  }
}

extension MachineEvent {
  /// What this step has in common with those that are told with it.
  var foldKey: FoldKey {
    switch self {
    case .glibc(let event): FoldKey(event.kind)
    case .fault(let event): event.foldKey
    case .addressSpace(let event): event.foldKey
    case .pageAllocator(let event): event.foldKey
    case .slab(let event): FoldKey(event.kind)
    case .vmalloc(let event): FoldKey(event.kind)
    case .reclaim(let event): event.foldKey
    case .compaction(let event):
      switch event {
      case .compacted: FoldKey(700)
      case .unsuitable: FoldKey(701)
      }
    case .overcommit: FoldKey(800)
    case .outOfMemory(let event): event.foldKey
    case .process(let event): event.foldKey
    case .pageCache(let event): event.foldKey
    case .controlGroup(let event): event.foldKey
    }
  }

  /// How many pages the step is about, for adding them up.
  var pageCount: Int {
    switch self {
    case .fault(let event): event.servedPages
    case .reclaim(.kswapdStopped(let pages)), .reclaim(.directReclaim(_, let pages)),
      .reclaim(.swappedOut(_, let pages, _)), .reclaim(.swappedIn(_, let pages)),
      .reclaim(.droppedFilePages(let pages)):
      pages
    case .pageCache(let event): event.pages
    case .controlGroup(.limited(_, let times)): times
    case .controlGroup(.reclaimed(_, let pages)): pages
    case .controlGroup(.protectionBroken): 1
    default: 0
    }
  }
}

extension ControlGroupEvent {
  fileprivate var foldKey: FoldKey {
    switch self {
    case .made(let path): FoldKey(1000, path.foldNumber)
    case .removed(let path, _): FoldKey(1001, path.foldNumber)
    case .moved(let process, _): FoldKey(1002, process.number)
    case .limited(let group, _): FoldKey(1003, group.foldNumber)
    case .reclaimed(let group, _): FoldKey(1004, group.foldNumber)
    case .protectionBroken(let group): FoldKey(1005, group.foldNumber)
    case .outOfMemory(let group): FoldKey(1006, group.foldNumber)
    case .throttled(let process, _, _): FoldKey(1007, process.number)
    case .stuck(let process, _): FoldKey(1008, process.number)
    }
  }
}

extension String {
  /// A number for the text, alike for like texts.
  fileprivate var foldNumber: Int { utf8.reduce(0) { $0 &* 31 &+ Int($1) } }
}

extension GlibcEvent {
  fileprivate var kind: Int {
    switch self {
    case .initialized: 100
    case .threadCacheCreated: 101
    case .threadCacheHit: 102
    case .threadCacheBypassed: 103
    case .threadCachePut: 104
    case .stashed: 105
    case .fastBinHit: 106
    case .fastBinPut: 107
    case .smallBinHit: 108
    case .unsortedFit: 109
    case .lastRemainderSplit: 110
    case .sorted: 111
    case .binFit(_, _, _, let left): left == 0 ? 112 : 113
    case .topSplit: 114
    case .heapGrown: 115
    case .breakRefused: 116
    case .regionAdded: 117
    case .topAbandoned: 118
    case .mapped: 119
    case .mappingLimitReached: 120
    case .mappingRefused: 121
    case .zeroed(let bytes, let spared): bytes == 0 ? 122 : spared == 0 ? 123 : 124
    case .nullFreed: 125
    case .merged(let size, let intoTop, let freed): intoTop ? 126 : size == freed ? 127 : 128
    case .consolidated: 129
    case .trimmed: 130
    case .topKept: 131
    case .trimLeavesPadding: 132
    case .trimBlocked: 133
    case .topReleased: 134
    case .pagesDiscarded: 135
    case .nothingTrimmed: 136
    case .unmapped: 137
    case .thresholdRaised: 138
    case .remapped(_, _, let moved): moved ? 139 : 140
    case .mappingKept: 141
    case .remapRefused: 142
    case .resizedInPlace: 143
    case .grownIntoTop: 144
    case .grownIntoNext: 145
    case .restCut: 146
    case .moved: 147
    case .alignmentTrimmed(let before, let behind): before == 0 && behind == 0 ? 148 : 149
    case .alignmentRefused: 150
    case .optionSet(let option, _, _): 160 + Int(truncatingIfNeeded: option.rawValue & 15)
    case .optionIgnored: 151
    case .outOfMemory: 152
    }
  }
}

extension FaultEvent {
  fileprivate var foldKey: FoldKey {
    switch self {
    case .demandZero(let process, _, _): FoldKey(200, process.number)
    case .zeroPage(let process, _, _): FoldKey(201, process.number)
    case .copied(let process, _, _): FoldKey(202, process.number)
    case .reused(let process, _, _): FoldKey(203, process.number)
    case .swappedIn(let process, _, _): FoldKey(204, process.number)
    case .sharedPage(let process, _, _): FoldKey(205, process.number)
    case .hugePage(let process, _, _): FoldKey(206, process.number)
    case .refused(let process, _, let signal, let permissions):
      FoldKey(permissions == nil ? 207 : 208 + Int(signal & 31), process.number)
    }
  }

  fileprivate var servedPages: Int {
    switch self {
    case .demandZero(_, _, let pages), .zeroPage(_, _, let pages), .copied(_, _, let pages),
      .reused(_, _, let pages),
      .swappedIn(_, _, let pages), .sharedPage(_, _, let pages), .hugePage(_, _, let pages):
      pages
    case .refused: 0
    }
  }
}

extension AddressSpaceEvent {
  fileprivate var foldKey: FoldKey {
    switch self {
    case .breakMoved(let process, let from, let to): FoldKey(to >= from ? 300 : 301, process.number)
    case .mapped(let process, _, _): FoldKey(302, process.number)
    case .unmapped(let process, _, _, _, _): FoldKey(303, process.number)
    case .remapped(let process, let old, _, let address, _):
      FoldKey(old == address ? 304 : 305, process.number)
    case .protectionChanged(let process, _, _, let permissions):
      FoldKey(310 + Int(permissions.rawValue & 15), process.number)
    case .lockChanged(let process, _, _, let isLocked): FoldKey(isLocked ? 306 : 307, process.number)
    case .discarded(let process, _, _, _, _): FoldKey(308, process.number)
    case .stackGrew(let process, _, _): FoldKey(309, process.number)
    case .refused(let process, _, let error): FoldKey(330, process.number &* 4096 &+ Int(error.rawValue))
    }
  }
}

extension PageAllocatorEvent {
  fileprivate var foldKey: FoldKey {
    switch self {
    case .split: FoldKey(400)
    case .merged: FoldKey(401)
    case .stolen(_, _, let from, let by): FoldKey(402, Int(from.rawValue) * 16 + Int(by.rawValue))
    case .refused(let order, _, _): FoldKey(403, order)
    case .allocated(_, let order): FoldKey(404, order)
    case .freed(_, let order): FoldKey(405, order)
    }
  }
}

extension SlabEvent {
  fileprivate var kind: Int {
    switch self {
    case .served: 500
    case .servedLarge: 501
    case .slabAdded: 502
    case .slabReturned: 503
    case .freed: 504
    case .freedLarge: 505
    case .failed: 506
    case .misuse: 507
    }
  }
}

extension VmallocEvent {
  fileprivate var kind: Int {
    switch self {
    case .mapped: 520
    case .mappedDevice: 521
    case .unmapped: 522
    case .failed: 523
    case .misuse: 524
    }
  }
}

extension ReclaimEvent {
  fileprivate var foldKey: FoldKey {
    switch self {
    case .kswapdWoke: FoldKey(600)
    case .kswapdStopped: FoldKey(601)
    case .directReclaim: FoldKey(602)
    case .swappedOut(let process, _, _): FoldKey(603, process.number)
    case .swappedIn(let process, _): FoldKey(604, process.number)
    case .droppedFilePages: FoldKey(605)
    case .swapOn: FoldKey(606)
    case .swapOff: FoldKey(607)
    }
  }
}

extension OOMEvent {
  fileprivate var foldKey: FoldKey {
    switch self {
    case .invoked(let process): FoldKey(900, process.number)
    case .ranked: FoldKey(901)
    case .killed(let process, _, _): FoldKey(902, process.number)
    case .panicked: FoldKey(903)
    }
  }
}

extension ProcessEvent {
  fileprivate var foldKey: FoldKey {
    switch self {
    case .spawned(let process, _, _): FoldKey(910, process.number)
    case .forked(let process, _, _): FoldKey(911, process.number)
    case .exited(let process, _, _): FoldKey(912, process.number)
    case .killed(let process, _, _): FoldKey(913, process.number)
    case .hugePageCollectorBegan: FoldKey(914)
    case .hugePageCollectorLetGo: FoldKey(915)
    case .threadStarted(let process, _, _): FoldKey(916, process.number)
    case .threadEnded(let process, _, _): FoldKey(917, process.number)
    }
  }
}

extension PageCacheEvent {
  fileprivate var foldKey: FoldKey {
    switch self {
    case .filled: FoldKey(610)
    case .found: FoldKey(611)
    case .dirtied: FoldKey(612)
    case .writtenBack: FoldKey(613)
    }
  }

  fileprivate var pages: Int {
    switch self {
    case .filled(_, let pages), .found(_, let pages), .dirtied(_, let pages), .writtenBack(let pages): pages
    }
  }
}

extension ProcessID {
  fileprivate var number: Int { Int(rawValue) }
}
