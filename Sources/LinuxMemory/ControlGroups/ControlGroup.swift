// One directory of the cgroup file system.

/// The number of a control group, which no other gets (the kernel's `css_id` of the group itself).
package struct ControlGroupID: Hashable, Sendable, Codable {
  package let number: Int

  /// The group that is always there.
  package static let root = ControlGroupID(number: 0)
}

/// A group of processes (`struct cgroup`).
package struct ControlGroup: Sendable, Equatable, Codable {
  /// The name of its directory; empty for the root.
  package let name: String
  /// The group above; nil for the root.
  package let parent: ControlGroupID?
  /// The groups below, the oldest first.
  package internal(set) var children: [ControlGroupID] = []
  /// The same by name.
  @InKeyOrder var names: [String: ControlGroupID] = [:]
  /// In whose name its processes are charged: its own where it has the memory controller, else that of the next one
  /// above.
  package internal(set) var memory: MemoryGroup
  /// Whether it has the memory controller.
  package internal(set) var hasMemory: Bool
  /// Whether its children have it (`+memory` in `cgroup.subtree_control`).
  package internal(set) var delegatesMemory = false
  /// Its processes, in the order in which they came.
  package internal(set) var processes: [ProcessID] = []
  /// How many processes are in it and below.
  package internal(set) var populace = 0
  /// How many groups are below it.
  package internal(set) var descendants = 0
  /// How many levels there may be below it (`cgroup.max.depth`); nil for any number.
  package internal(set) var maximumDepth: Int?
  /// How many groups there may be below it (`cgroup.max.descendants`); nil for any number.
  package internal(set) var maximumDescendants: Int?
  /// Whether `1` was written to `cgroup.freeze`.
  package internal(set) var isToFreeze = false
  /// Whether waiting for memory is counted (`cgroup.pressure`).
  package internal(set) var countsPressure = true
  /// How long its tasks waited for memory.
  package internal(set) var pressure = PressureStall()

  init(name: String, parent: ControlGroupID?, memory: MemoryGroup, hasMemory: Bool) {
    self.name = name
    self.parent = parent
    self.memory = memory
    self.hasMemory = hasMemory
  }
}
