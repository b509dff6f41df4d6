// Control groups as a tree of text, as systemd-cgls draws it.

extension ControlGroupView {
  /// The tree with a line for each group and each process; limits and events that do not fit stand in lines of their own.
  func text(_ style: ViewStyle) -> String {
    let lines = treeLines
    let width = lines.reduce(5) { $1.sizes.isEmpty ? $0 : max($0, $1.tree.count) } + 2
    let heading = "LIMITS, EVENTS"
    let sizes = ["USE", "PEAK", "MAX", "SWAP"].map { $0.alignedRight(10) }.joined()
    let hasRoom = width + sizes.count + 2 + heading.count <= style.columns
    var text = "GROUP".alignedLeft(width) + sizes + (hasRoom ? "  " + heading : "") + "\n"
    for line in lines {
      let whole = line.sizes.isEmpty ? line.tree : Self.padded(line.tree, to: width) + line.sizes
      let isWide = whole.count + 2 + line.notes.count > style.columns
      text +=
        whole + (line.notes.isEmpty ? "" : isWide ? "\n" + line.below + "  " + line.notes : "  " + line.notes)
      text += "\n"
    }
    if removedGroups > 0 {
      let held = "\(byteCountText(removedBytes)) until it is freed or taken from them"
      text +=
        removedGroups == 1
        ? "A group that was removed holds \(held).\n"
        : "\(removedGroups) groups that were removed hold \(held).\n"
    }
    return text
  }

  /// A line of the tree: what stands below it, the sizes of a group, its limits and events.
  private struct Line {
    var tree: String
    var below = ""
    var sizes = ""
    var notes = ""
  }

  private var treeLines: [Line] {
    var lines: [Line] = []
    // Whether the group of each depth above the present one is the last of its siblings.
    var lastAbove: [Bool] = []
    let isLast = lastSiblings
    for (index, group) in groups.enumerated() {
      lastAbove.removeLast(max(lastAbove.count - max(group.depth - 1, 0), 0))
      let indent = lastAbove.map { $0 ? "  " : "│ " }.joined()
      let name =
        group.depth == 0 || group.path == "/"
        ? group.path : String(group.path.split(separator: "/").last ?? "/")
      let branch = group.depth == 0 ? "" : isLast[index] ? "└─" : "├─"
      if group.depth > 0 { lastAbove.append(isLast[index]) }
      let below = lastAbove.map { $0 ? "  " : "│ " }.joined()
      lines.append(
        Line(
          tree: indent + branch + name + (group.isFrozen ? " (frozen)" : ""), below: below,
          sizes: group.memory?.sizes ?? "", notes: group.memory?.notes ?? ""))
      let hasChildren = index + 1 < groups.count && groups[index + 1].depth > group.depth
      for (position, process) in group.processes.enumerated() {
        let isEnd = !hasChildren && position == group.processes.count - 1
        lines.append(Line(tree: "\(below)\(isEnd ? "└─" : "├─")\(process.pid) \(process.name)"))
      }
    }
    return lines
  }

  /// Whether each group is the last among those with the same one above.
  private var lastSiblings: [Bool] {
    var result = Array(repeating: true, count: groups.count)
    // From the end: the depths at which a group follows below the same one above.
    var follows: [Bool] = []
    for index in groups.indices.reversed() {
      let depth = groups[index].depth
      follows.removeLast(max(follows.count - depth - 1, 0))
      while follows.count <= depth { follows.append(false) }
      result[index] = !follows[depth]
      follows[depth] = true
    }
    return result
  }

  /// A branch of the tree with blanks behind it; its lines are characters of three bytes.
  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}

extension ControlGroupView.Memory {
  /// What is used now, was at most, may be, and lies in swap.
  fileprivate var sizes: String {
    [
      byteCountText(current), byteCountText(peak), max.map(byteCountText) ?? "max",
      byteCountText(swapCurrent),
    ].map { $0.alignedRight(10) }.joined()
  }

  /// Limits that are set, and what happened at them.
  fileprivate var notes: String {
    func size(_ bytes: UInt64) -> String { bytes == .max ? "max" : byteCountText(bytes) }
    var limits = [("min", min), ("low", low)].filter { $0.1 > 0 }.map { "\($0.0)=\(size($0.1))" }
    if let high { limits.append("high=\(size(high))") }
    if let swapMax { limits.append("swap.max=\(size(swapMax))") }
    if oomGroup { limits.append("oom.group") }
    let counts = [
      ("low", events.low), ("high", events.high), ("max", events.max), ("oom", events.oom),
      ("oom_kill", events.oomKill), ("oom_group_kill", events.oomGroupKill),
    ].filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
    return [limits, counts].filter { !$0.isEmpty }.map { $0.joined(separator: ", ") }.joined(separator: "; ")
  }
}
