// What differs between two machines' control groups.

import LinuxMemory

extension MachineDifference {
  /// Compares the control groups, which are the same where their paths are.
  mutating func compareGroups(_ old: Machine, _ new: Machine) {
    if old.controlGroups == new.controlGroups, old.ledger.groups == new.ledger.groups { return }
    let (before, now) = (Self.groups(of: old), Self.groups(of: new))
    for (path, id) in before where now[path] == nil {
      groups.append(Event(subject: path, words: "was removed", bytes: Self.use(id, old)))
    }
    for (path, id) in now {
      guard let earlier = before[path] else {
        let use = Self.use(id, new)
        groups.append(Event(subject: path, words: "was made, \(byteCountText(use)) charged", bytes: use))
        continue
      }
      let changes = ControlGroupFile.allCases.filter(Self.isCompared).compactMap { file -> String? in
        let (was, present) = (Self.text(file, earlier, old), Self.text(file, id, new))
        return was == present ? nil : "\(file.rawValue) \(was) -> \(present)"
      }
      if changes.isEmpty { continue }
      let (was, present) = (Self.use(earlier, old), Self.use(id, new))
      groups.append(
        Event(
          subject: path, words: changes.joined(separator: ", "), bytes: max(was, present) - min(was, present))
      )
    }
    groups.sort { ($1.bytes, $0.subject) < ($0.bytes, $1.subject) }
  }

  /// The files with one value that tells what became of a group.
  private static func isCompared(_ file: ControlGroupFile) -> Bool {
    switch file {
    case .memoryCurrent, .memoryMaximum, .memoryHigh, .memoryLow, .memoryMinimum, .swapCurrent, .swapMaximum,
      .memoryOOMGroup, .freeze:
      true
    default: false
    }
  }

  private static func groups(of machine: Machine) -> [String: ControlGroupID] {
    let groups = machine.controlGroups.subtree(of: .root).dropFirst()
    return Dictionary(uniqueKeysWithValues: groups.map { (machine.controlGroups.path(of: $0), $0) })
  }

  private static func use(_ id: ControlGroupID, _ machine: Machine) -> UInt64 {
    let group = machine.controlGroups[id]
    return group.hasMemory ? UInt64(max(machine.ledger.groups[group.memory].memory.usage, 0)) * 4096 : 0
  }

  private static func text(_ file: ControlGroupFile, _ id: ControlGroupID, _ machine: Machine) -> String {
    guard file.exists(isRoot: false, hasMemory: machine.controlGroups[id].hasMemory) else { return "-" }
    let text = machine.read(file, of: id).split(separator: "\n").first.map { String($0) } ?? ""
    return UInt64(text).map { $0 >= 4096 ? byteCountText($0) : text } ?? text
  }
}
