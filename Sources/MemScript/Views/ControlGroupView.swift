// Control groups as a value: what each is charged, its limits, what happened in it and who is in it.

import LinuxMemory

/// What `cgroups` shows; sizes in bytes.
public struct ControlGroupView: Sendable, Equatable, Encodable {
  /// A group.
  public struct Group: Sendable, Equatable, Encodable {
    /// Its path below the mount point, `/` for the root.
    public var path: String
    /// How many groups it lies below.
    public var depth: Int
    /// Whether it is, or is to be, frozen.
    public var isFrozen: Bool
    /// What the memory controller knows of it; nil for the root and where the controller is not switched on.
    public var memory: Memory?
    /// Who is in it; empty for the root, which has everybody who is nowhere else.
    public var processes: [Member]
  }

  /// What the memory controller knows of a group.
  public struct Memory: Sendable, Equatable, Encodable {
    /// What it and all below are charged now, and were at most.
    public var current: UInt64, peak: UInt64
    /// The same for swap.
    public var swapCurrent: UInt64
    /// Its limits; nil for `max`.
    public var max: UInt64?, high: UInt64?, swapMax: UInt64?
    /// What is protected.
    public var min: UInt64, low: UInt64
    /// Whether all its processes die when one does.
    public var oomGroup: Bool
    /// What happened in it and below, by the names of `memory.events`.
    public var events: Events
  }

  /// The counts of `memory.events`.
  public struct Events: Sendable, Equatable, Encodable {
    /// One of them.
    public var low: Int, high: Int, max: Int, oom: Int, oomKill: Int, oomGroupKill: Int
  }

  /// A process in a group.
  public struct Member: Sendable, Equatable, Encodable {
    /// Its number.
    public var pid: Int
    /// Its name.
    public var name: String
  }

  /// The groups, each before those below it.
  public var groups: [Group] = []
  /// How many groups were removed and are still charged for something, and for how much.
  public var removedGroups = 0, removedBytes: UInt64 = 0

  /// Looks at a machine's groups from one on.
  init(of machine: Machine, from root: ControlGroupID = .root) {
    var waiting = [(root, 0)]
    while let (id, depth) = waiting.popLast(), machine.work.spend(8) {
      let group = machine.controlGroups[id]
      let members = id == .root ? [] : machine.members(of: id)
      groups.append(
        Group(
          path: machine.controlGroups.path(of: id), depth: depth, isFrozen: group.isToFreeze,
          memory: group.hasMemory && id != .root ? Memory(machine.ledger.groups[group.memory]) : nil,
          processes: members.map {
            Member(pid: Int($0.rawValue), name: machine.processes.name(of: $0) ?? "?")
          }))
      waiting += group.children.reversed().map { ($0, depth + 1) }
    }
    guard root == .root else { return }
    for group in machine.ledger.groups.all {
      let control = machine.ledger.groups[group]
      guard !control.isOnline, control.memory.usage > 0 else { continue }
      removedGroups += 1
      removedBytes += Memory.bytes(control.memory.usage)
    }
  }
}

extension ControlGroupView.Memory {
  fileprivate init(_ control: MemoryControl) {
    self.init(
      current: Self.bytes(control.memory.usage), peak: Self.bytes(control.memory.peak),
      swapCurrent: Self.bytes(control.swap.usage), max: Self.limit(control.memory.maximum),
      high: Self.limit(control.memory.high), swapMax: Self.limit(control.swap.maximum),
      min: Self.bytes(control.memory.minimum), low: Self.bytes(control.memory.low),
      oomGroup: control.killsTogether,
      events: ControlGroupView.Events(
        low: control.events[.low], high: control.events[.high], max: control.events[.max],
        oom: control.events[.oom], oomKill: control.events[.oomKill],
        oomGroupKill: control.events[.oomGroupKill]))
  }

  fileprivate static func bytes(_ pages: Int) -> UInt64 {
    pages >= PageCounter.unlimited ? .max : UInt64(Swift.max(pages, 0)) << 12
  }

  private static func limit(_ pages: Int) -> UInt64? {
    pages >= PageCounter.unlimited ? nil : bytes(pages)
  }
}
