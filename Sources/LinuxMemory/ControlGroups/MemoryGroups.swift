// The memory controller: who has been charged how much, up to the root.

/// All groups of the memory controller, and the charges in advance.
///
/// Charges go up the tree: a group's counter has what it and all below were charged. Nothing is charged in the root's
/// own name.
///
/// Invariant: a group's usage is what it and the groups below hold of frames, object pages and stock.
package struct MemoryGroups: Sendable, Equatable, Codable {
  /// The groups by number; nil where one went. The root is the first.
  package private(set) var controls: [MemoryControl?] = [MemoryControl(parent: nil, home: .root, level: 0)]
  private var freeNumbers: [Int] = []
  /// How many groups were removed and are still there.
  private(set) var offlineCount = 0
  /// What a group is charged for an object of a cache, by the cache's name, as far as it was asked for; the kernel's own
  /// caches stay as they were booted.
  var objectSizes: [String: Int] = [:]
  /// The charges in advance.
  var stock = ChargeStock()
  /// Whether protection that no child claims is shared among all (`memory_recursiveprot`).
  package internal(set) var sharesProtection = false
  /// Whether events count only where they happen (`memory_localevents`).
  package internal(set) var countsLocally = false

  /// The most groups there can be (`MEM_CGROUP_ID_MAX`).
  package static let limit = 65_535

  /// Whether there is no group but the root.
  @inline(__always)
  package var isTrivial: Bool { controls.count == 1 }

  /// All groups, the root first, then by number.
  package var all: [MemoryGroup] {
    controls.indices.lazy.filter { controls[$0] != nil }.map { MemoryGroup($0) }
  }

  /// How many groups there are, the root and those that were removed included.
  package var count: Int { controls.count - freeNumbers.count }

  /// A group that there is.
  package internal(set) subscript(group: MemoryGroup) -> MemoryControl {
    get {
      guard controls.indices.contains(group.number), let control = controls[group.number] else {
        assertionFailure("there is no group \(group.number)")
        return MemoryControl(parent: nil, home: .root, level: 0)
      }
      return control
    }
    _modify {
      // A group that is charged for something cannot go.
      precondition(controls[group.number] != nil)
      yield &controls[group.number]!
    }
  }

  /// Whether there is a group with a number.
  package func contains(_ group: MemoryGroup) -> Bool {
    controls.indices.contains(group.number) && controls[group.number] != nil
  }

  /// Makes a group.
  ///
  /// - Parameters:
  ///   - parent: the group above.
  ///   - home: the group of processes that it belongs to.
  /// - Returns: nil when there are too many.
  mutating func add(below parent: MemoryGroup, home: ControlGroupID) -> MemoryGroup? {
    guard count <= Self.limit else { return nil }
    let control = MemoryControl(parent: parent, home: home, level: self[parent].level + 1)
    let group: MemoryGroup
    if let number = freeNumbers.popLast() {
      group = MemoryGroup(number)
      controls[number] = control
    } else {
      group = MemoryGroup(controls.count)
      controls.append(control)
    }
    self[parent].children.append(group)
    return group
  }

  /// Closes a group: nobody can enter it any more.
  mutating func close(_ group: MemoryGroup) {
    self[group].isOnline = false
    offlineCount += 1
  }

  /// Forgets a group that was removed and is charged for nothing.
  mutating func remove(_ group: MemoryGroup) {
    guard let parent = self[group].parent else { return }
    self[parent].counts.add(self[group].counts)
    self[parent].children.removeAll { $0 == group }
    controls[group.number] = nil
    offlineCount -= 1
    freeNumbers.append(group.number)
  }

  /// A group and all groups above it, the root last.
  package func ancestry(of group: MemoryGroup) -> some Sequence<MemoryGroup> {
    sequence(first: group) { [controls] in controls[$0.number]?.parent }
  }

  /// Whether a group is another one or lies below it.
  package func isGroup(_ group: MemoryGroup, in ancestor: MemoryGroup) -> Bool {
    var next: MemoryGroup? = group
    while let present = next {
      if present == ancestor { return true }
      next = self[present].parent
    }
    return false
  }

  /// A group and all below it, each before those below it, siblings by age (`mem_cgroup_iter`).
  package func subtree(of group: MemoryGroup) -> [MemoryGroup] {
    var found: [MemoryGroup] = []
    var waiting = [group]
    while let next = waiting.popLast() {
      found.append(next)
      waiting.append(contentsOf: self[next].children.reversed())
    }
    return found
  }

  /// Counts an event for a group, and for all above it but the root (`memcg_memory_event`).
  mutating func count(_ event: MemoryGroupEvent, in group: MemoryGroup, times: Int = 1) {
    self[group].localEvents[event] += times
    self[group].events[event] += times
    guard !countsLocally else { return }
    var next = self[group].parent
    while let present = next, present != .root {
      self[present].events[event] += times
      next = self[present].parent
    }
  }

  /// The lowest group above and including this one that is removed and empty; for letting go of it.
  func isEmpty(_ group: MemoryGroup) -> Bool {
    let control = self[group]
    return control.memory.usage == 0 && control.swap.usage == 0 && control.children.isEmpty
      && stock.group != group && stock.objectGroup != group
  }
}
