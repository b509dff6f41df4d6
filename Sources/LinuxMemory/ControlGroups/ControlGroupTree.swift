// The hierarchy of control groups: making, removing, and who is where.

/// All control groups (kernel/cgroup/cgroup.c, version 2).
///
/// Invariants: a group lies in the list of its parent; each counts the groups and processes below it; whose parent
/// does not delegate the memory controller has none.
package struct ControlGroupTree: Sendable, Equatable, Codable {
  @InKeyOrder private var groups: [ControlGroupID: ControlGroup] = [
    .root: ControlGroup(name: "", parent: nil, memory: .root, hasMemory: true)
  ]
  private var nextNumber = 1
  /// Whether somebody mounted the file system.
  package internal(set) var isMounted = false

  /// Makes a tree of nothing but the root.
  init() {}

  /// The number that the next group gets.
  var nextID: ControlGroupID { ControlGroupID(number: nextNumber) }

  /// About how many bytes the groups take, those that count what they did included.
  var stateByteCount: Int {
    groups.count * (2 * MemoryLayout<ControlGroup>.stride + GroupCount.allCases.count * 16 + 256)
  }

  /// Whether there is no group but the root.
  package var isTrivial: Bool { groups.count == 1 }

  /// How many groups there are, the root included.
  package var count: Int { groups.count }

  /// A group that there is.
  package internal(set) subscript(id: ControlGroupID) -> ControlGroup {
    get {
      assert(groups[id] != nil, "there is no control group \(id.number)")
      return groups[id] ?? ControlGroup(name: "", parent: nil, memory: .root, hasMemory: false)
    }
    _modify {
      precondition(groups[id] != nil)
      yield &groups[id]!
    }
  }

  /// Whether a group is still there.
  package func contains(_ id: ControlGroupID) -> Bool { groups[id] != nil }

  /// The child of a group with a name.
  package func child(_ name: some StringProtocol, of id: ControlGroupID) -> ControlGroupID? {
    self[id].names[String(name)]
  }

  /// The group at a path below the mount point.
  package func group(at path: some StringProtocol) -> ControlGroupID? {
    var found = ControlGroupID.root
    for part in path.split(separator: "/") {
      guard let next = child(part, of: found) else { return nil }
      found = next
    }
    return found
  }

  /// The path of a group below the mount point; `/` for the root.
  package func path(of id: ControlGroupID) -> String {
    var names: [String] = []
    var next: ControlGroupID? = id
    while let present = next, present != .root {
      names.append(self[present].name)
      next = self[present].parent
    }
    return "/" + names.reversed().joined(separator: "/")
  }

  /// A group and all groups above it, the root last.
  package func ancestry(of id: ControlGroupID) -> some Sequence<ControlGroupID> {
    sequence(first: id) { self[$0].parent }
  }

  /// A group and all below it, each before those below it, siblings by age.
  package func subtree(of id: ControlGroupID) -> [ControlGroupID] {
    var found: [ControlGroupID] = []
    var waiting = [id]
    while let next = waiting.popLast() {
      found.append(next)
      waiting.append(contentsOf: self[next].children.reversed())
    }
    return found
  }

  /// Whether a group or one above it is to freeze.
  package func isFrozen(_ id: ControlGroupID) -> Bool { ancestry(of: id).contains { self[$0].isToFreeze } }

  /// Whether a group may be made below another one (`cgroup_mkdir`).
  ///
  /// - Returns: `EINVAL` for a name with a line feed, `EEXIST`; `EAGAIN` when there are too many groups or
  ///   levels.
  func checkMaking(_ name: String, below parent: ControlGroupID) -> ErrorNumber? {
    guard name.utf8.count <= 255 else { return .ENAMETOOLONG }
    guard child(name, of: parent) == nil else { return .EEXIST }
    guard !name.utf8.contains(10) else { return .EINVAL }
    var level = 1
    for ancestor in ancestry(of: parent) {
      let group = self[ancestor]
      if let limit = group.maximumDescendants, group.descendants >= limit { return .EAGAIN }
      if let limit = group.maximumDepth, level > limit { return .EAGAIN }
      level += 1
    }
    return nil
  }

  /// Makes a group; ``checkMaking(_:below:)`` has been asked.
  ///
  /// - Parameter memory: its own group of the memory controller; nil where the parent delegates none.
  mutating func add(_ name: String, below parent: ControlGroupID, memory: MemoryGroup?) -> ControlGroupID {
    let id = nextID
    nextNumber += 1
    groups[id] = ControlGroup(
      name: name, parent: parent, memory: memory ?? self[parent].memory, hasMemory: memory != nil)
    self[parent].children.append(id)
    self[parent].names[name] = id
    for ancestor in Array(ancestry(of: parent)) { self[ancestor].descendants += 1 }
    return id
  }

  /// Removes a group without processes and without groups below.
  mutating func remove(_ id: ControlGroupID) {
    guard let parent = self[id].parent else { return }
    assert(self[id].populace == 0 && self[id].children.isEmpty, "a control group goes that is in use")
    self[parent].children.removeAll { $0 == id }
    self[parent].names[self[id].name] = nil
    for ancestor in Array(ancestry(of: parent)) { self[ancestor].descendants -= 1 }
    groups[id] = nil
  }

  /// Puts a process into a group.
  mutating func enter(_ process: ProcessID, _ id: ControlGroupID) {
    // Nobody asks who is in the root.
    if id != .root { self[id].processes.append(process) }
    for ancestor in Array(ancestry(of: id)) where ancestor != .root { self[ancestor].populace += 1 }
  }

  /// Takes a process out of its group.
  mutating func leave(_ process: ProcessID, _ id: ControlGroupID) {
    guard id != .root else { return }
    self[id].processes.removeAll { $0 == process }
    for ancestor in Array(ancestry(of: id)) where ancestor != .root { self[ancestor].populace -= 1 }
  }

  /// What the tree contradicts; empty when all is well.
  func invariantViolations(_ memory: MemoryGroups) -> [String] {
    var found: [String] = []
    for (id, group) in groups {
      let path = path(of: id)
      if let parent = group.parent {
        if !contains(parent) || !self[parent].children.contains(id) {
          found.append("\(path) is not in the list of its parent")
        } else if !group.hasMemory, group.memory != self[parent].memory {
          found.append("\(path) charges another group than its parent")
        } else if group.hasMemory != self[parent].delegatesMemory {
          found.append("\(path) and its parent differ about its controller")
        }
      }
      if !memory.contains(group.memory) || !memory[group.memory].isOnline {
        found.append("\(path) charges a group that is gone")
      }
      if id != .root {
        let populace = group.children.reduce(group.processes.count) { $0 + self[$1].populace }
        if populace != group.populace {
          found.append("\(path) counts \(group.populace) processes of \(populace)")
        }
      }
      let descendants = group.children.reduce(0) { $0 + 1 + self[$1].descendants }
      if descendants != group.descendants {
        found.append("\(path) counts \(group.descendants) groups of \(descendants)")
      }
    }
    return found
  }
}
