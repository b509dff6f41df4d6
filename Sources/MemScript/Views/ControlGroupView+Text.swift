// Control groups as a tree of text, as systemd-cgls draws it.

extension ControlGroupView {
  /// The tree with a line for each group and each process.
  func text(_ style: ViewStyle) -> String {
    let lines = treeLines
    let width = lines.reduce(0) { max($0, $1.tree.count) } + 2
    let header =
      "GROUP".alignedLeft(width) + "USE".alignedRight(10) + "PEAK".alignedRight(10)
      + "MAX".alignedRight(10) + "SWAP".alignedRight(10) + "  LIMITS, EVENTS\n"
    var text = header
    for line in lines {
      text += (line.columns.isEmpty ? line.tree : Self.padded(line.tree, to: width) + line.columns) + "\n"
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

  private typealias Line = (tree: String, columns: String)

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
      lines.append(
        (indent + branch + name + (group.isFrozen ? " (frozen)" : ""), group.memory?.columns ?? ""))
      if group.depth > 0 { lastAbove.append(isLast[index]) }
      let below = lastAbove.map { $0 ? "  " : "│ " }.joined()
      let hasChildren = index + 1 < groups.count && groups[index + 1].depth > group.depth
      for (position, process) in group.processes.enumerated() {
        let isEnd = !hasChildren && position == group.processes.count - 1
        lines.append(("\(below)\(isEnd ? "└─" : "├─")\(process.pid) \(process.name)", ""))
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
  fileprivate var columns: String {
    let sizes = [
      byteCountText(current), byteCountText(peak), max.map(byteCountText) ?? "max",
      byteCountText(swapCurrent),
    ]
    func size(_ bytes: UInt64) -> String { bytes == .max ? "max" : byteCountText(bytes) }
    var limits = [("min", min), ("low", low)].filter { $0.1 > 0 }.map { "\($0.0)=\(size($0.1))" }
    if let high { limits.append("high=\(size(high))") }
    if let swapMax { limits.append("swap.max=\(size(swapMax))") }
    if oomGroup { limits.append("oom.group") }
    let counts = [
      ("low", events.low), ("high", events.high), ("max", events.max), ("oom", events.oom),
      ("oom_kill", events.oomKill), ("oom_group_kill", events.oomGroupKill),
    ].filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
    let parts = [limits, counts].filter { !$0.isEmpty }.map { $0.joined(separator: ", ") }
    return sizes.map { $0.alignedRight(10) }.joined()
      + (parts.isEmpty ? "" : "  " + parts.joined(separator: "; "))
  }
}
