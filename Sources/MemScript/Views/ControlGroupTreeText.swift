// The tree of control groups as text.

import LinuxMemory

/// Control groups with what they are charged, their limits and their processes.
struct ControlGroupTreeText {
  private let machine: Machine

  init(of machine: Machine) { self.machine = machine }

  /// The tree from a group on.
  func text(from group: ControlGroupID) -> String {
    var lines = [line(of: group, "", "")]
    addChildren(of: group, "", &lines)
    let width = lines.reduce(0) { max($0, $1.tree.count) } + 2
    let header =
      "GROUP".alignedLeft(width) + "USE".alignedRight(10) + "PEAK".alignedRight(10)
      + "MAX".alignedRight(10) + "SWAP".alignedRight(10) + "  LIMITS, EVENTS\n"
    return header
      + lines.map { line in
        (line.columns.isEmpty ? line.tree : Self.padded(line.tree, to: width) + line.columns) + "\n"
      }.joined()
  }

  private typealias Line = (tree: String, columns: String)

  /// The groups below one, and before them its processes.
  private func addChildren(of id: ControlGroupID, _ indent: String, _ lines: inout [Line]) {
    guard machine.work.spend(8) else { return }
    // The root's processes are all that are in no group; they are not listed.
    let processes = id == .root ? [] : machine.members(of: id)
    let children = machine.controlGroups[id].children
    for (position, process) in processes.enumerated() {
      let isLast = children.isEmpty && position == processes.count - 1
      let name = machine.processes[process]?.name ?? "?"
      lines.append(("\(indent)\(isLast ? "└─" : "├─")\(process) \(name)", ""))
    }
    for (position, child) in children.enumerated() {
      let isLast = position == children.count - 1
      lines.append(line(of: child, indent, isLast ? "└─" : "├─"))
      addChildren(of: child, indent + (isLast ? "  " : "│ "), &lines)
    }
  }

  private func line(of id: ControlGroupID, _ indent: String, _ branch: String) -> Line {
    let group = machine.controlGroups[id]
    let name = id == .root ? "/" : group.name
    let frozen = group.isToFreeze ? " (frozen)" : ""
    guard group.hasMemory, id != .root else { return ("\(indent)\(branch)\(name)\(frozen)", "") }
    let control = machine.ledger.groups[group.memory]
    let columns = [
      Self.size(control.memory.usage), Self.size(control.memory.peak), Self.limit(control.memory.maximum),
      Self.size(control.swap.usage),
    ].map { $0.alignedRight(10) }.joined()
    let limits = [
      ("min", control.memory.minimum), ("low", control.memory.low), ("high", control.memory.high),
    ]
    .filter { $0.1 > 0 && $0.1 < PageCounter.unlimited }.map { "\($0.0)=\(Self.size($0.1))" }
    let events = MemoryGroupEvent.ofMemory.compactMap { event in
      let count = control.events[event]
      return count > 0 ? "\(event.name) \(count)" : nil
    }
    return (
      "\(indent)\(branch)\(name)\(frozen)",
      columns + (limits + events).reduce("") { $0 + ($0.isEmpty ? "  " : ", ") + $1 }
    )
  }

  /// A branch of the tree with blanks behind it; its lines are characters of three bytes.
  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }

  private static func size(_ pages: Int) -> String { byteCountText(UInt64(max(pages, 0)) * 4096) }

  private static func limit(_ pages: Int) -> String {
    pages == PageCounter.unlimited ? "max" : size(pages)
  }
}
