// What the kernel does in the background: told once for a statement, whichever call it came between.

import LinuxMemory

extension TraceStory {
  /// The story with what kswapd did in one place: the one where it did most.
  var withBackgroundOnce: TraceStory {
    guard groups.count > 1 else { return self }
    var story = self
    for key in Set(groups.flatMap { $0.entries.filter(\.isBackground).map(\.key.kind) }) {
      let places = groups.indices.flatMap { group in
        groups[group].entries.indices.filter { groups[group].entries[$0].key.kind == key }.map { (group, $0) }
      }
      guard let busiest = places.max(by: { entry($0).count < entry($1).count }), places.count > 1 else {
        continue
      }
      for place in places where place != busiest {
        story.groups[busiest.0].entries[busiest.1].add(entry(place))
      }
      for group in story.groups.indices where group != busiest.0 {
        story.groups[group].entries.removeAll { $0.key.kind == key }
      }
    }
    return story
  }

  private func entry(_ place: (Int, Int)) -> Entry { groups[place.0].entries[place.1] }
}

extension TraceStory.Entry {
  fileprivate var isBackground: Bool {
    switch first {
    case .reclaim(.kswapdWoke), .reclaim(.kswapdStopped): true
    default: false
    }
  }

  /// Counts another entry's steps as this one's.
  fileprivate mutating func add(_ other: TraceStory.Entry) {
    count &+= other.count
    pages &+= other.pages
  }
}
