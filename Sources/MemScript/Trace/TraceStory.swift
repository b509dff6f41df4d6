// What happened in a statement: its calls, and the steps of the layers in each, those that are alike told once.

import LinuxMemory

/// The steps of one statement.
struct TraceStory {
  /// Steps that are alike, as one entry.
  struct Entry {
    let key: FoldKey
    /// The first of them and the last.
    let first: MachineEvent
    var last: MachineEvent
    /// How many there were.
    var count = 1
    /// How many pages they were about together.
    var pages: Int
    /// Whether it happened for the allocator's own structures, before the first block.
    var isSetUp = false

    init(_ event: MachineEvent) {
      key = event.foldKey
      (first, last) = (event, event)
      pages = event.pageCount
    }

    mutating func absorb(_ event: MachineEvent) {
      last = event
      count &+= 1
      pages &+= event.pageCount
    }
  }

  /// Calls of one kind by one process, with what happened in them.
  struct Group {
    let call: TraceCall
    /// How many calls.
    var count = 1
    /// How many bytes the first one asked for; nil for what asks for none.
    let request: UInt64?
    /// In the order in which each first happened.
    var entries: [Entry] = []
    /// How many steps found no room.
    var untold = 0
    /// Where the next step is looked for first: behind the last one.
    var cursor = 0

    init(_ call: TraceCall, request: UInt64?) {
      self.call = call
      self.request = request
    }

    /// Adds a step.
    ///
    /// - Parameter limit: how many entries there may be.
    mutating func add(_ event: MachineEvent, isFolding: Bool, limit: Int) {
      if case .glibc(.threadCacheCreated) = event { noteSetUp() }
      let key = event.foldKey
      if isFolding {
        for distance in 0..<entries.count {
          let index = (cursor + distance) % entries.count
          guard entries[index].key == key, !entries[index].isSetUp else { continue }
          entries[index].absorb(event)
          cursor = index + 1
          return
        }
      }
      guard entries.count < limit else {
        untold &+= 1
        return
      }
      entries.append(Entry(event))
      cursor = entries.count
    }

    /// All that happened so far in a first call was for the thread cache.
    private mutating func noteSetUp() {
      guard count == 1 else { return }
      for index in entries.indices { entries[index].isSetUp = true }
    }
  }

  var groups: [Group] = []

  /// Whether a layer did something, or would have if there had been anything to do.
  var hasActs: Bool { groups.contains { !$0.entries.isEmpty || $0.call.kind == .touching } }
}
