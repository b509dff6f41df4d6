// The address space as stacked boxes, the highest address on top.

extension AddressSpaceView {
  /// More regions than these are shown without their middle: so many stay on top and at the bottom.
  private static let (shownOnTop, shownAtBottom) = (16, 12)

  /// The picture.
  public func text(_ style: ViewStyle = ViewStyle()) -> String {
    let title =
      "\(process) (PID \(pid))\(isDead ? ", as it was when it died" : ""): VSS \(byteCountText(mapped)), "
      + "RSS \(byteCountText(resident))\(swapped > 0 ? ", \(byteCountText(swapped)) in swap" : "")"
    guard !regions.isEmpty else { return title + "; nothing is mapped\n" }
    var text = TextWrap.lines(title, width: style.columns, hanging: 2)
    let boxes = Array(regions.reversed())
    let isLong = boxes.count > Self.shownOnTop + Self.shownAtBottom + 1
    var above: Region?
    for (index, region) in boxes.enumerated() {
      if isLong, index >= Self.shownOnTop, index < boxes.count - Self.shownAtBottom {
        if index == Self.shownOnTop { text += closing(above, style) + middle(of: boxes) }
        above = nil
        continue
      }
      if let above, above.start == region.end {
        text += border(region.end, style, isInner: true)
      } else {
        text += closing(above, style)
        if let above { text += gap(region.end, above.start, style) }
        text += border(region.end, style, isInner: false)
      }
      text += box(region, style)
      above = region
    }
    text += closing(above, style)
    return text
      + style.legend([
        (.full, "in memory"), (.huge, "in huge pages"), (.shared, "shared"), (.swapped, "in swap"),
        (.empty, "only promised"),
      ])
  }

  /// How wide a box is inside.
  private func inside(_ style: ViewStyle) -> Int { style.columns < 70 ? 16 : 24 }

  private func border(_ address: UInt64, _ style: ViewStyle, isInner: Bool) -> String {
    let line = String(repeating: style.isUnicode ? "─" : "-", count: inside(style))
    let (left, right) = style.isUnicode ? (isInner ? ("├", "┤") : ("┌", "┐")) : ("+", "+")
    return "\(left)\(line)\(right) \(addressText(address))\n"
  }

  private func closing(_ region: Region?, _ style: ViewStyle) -> String {
    guard let region else { return "" }
    let line = String(repeating: style.isUnicode ? "─" : "-", count: inside(style))
    let (left, right) = style.isUnicode ? ("└", "┘") : ("+", "+")
    return "\(left)\(line)\(right) \(addressText(region.start))\n"
  }

  private func gap(_ start: UInt64, _ end: UInt64, _ style: ViewStyle) -> String {
    "  \(style.isUnicode ? "⋮" : ":") \(byteCountText(end > start ? end - start : 0)) not mapped\n"
  }

  private func middle(of boxes: [Region]) -> String {
    let hidden = boxes[Self.shownOnTop..<boxes.count - Self.shownAtBottom]
    let (length, resident) = hidden.reduce((UInt64(0), UInt64(0))) { ($0.0 + $1.length, $0.1 + $1.resident) }
    return
      "  ... \(hidden.count) more mappings: \(byteCountText(length)), \(byteCountText(resident)) in memory\n"
  }

  private func box(_ region: Region, _ style: ViewStyle) -> String {
    let side = style.isUnicode ? "│" : "|"
    let width = inside(style)
    let label = Self.shortened(region.name.isEmpty ? "anonymous" : region.name, to: width - 7)
    let inner =
      " " + label + String(repeating: " ", count: max(width - 6 - label.count, 1)) + region.permissions + " "
    let own =
      region.resident > region.shared + region.huge ? region.resident - region.shared - region.huge : 0
    let bar = style.bar(
      [
        (own, .full), (region.huge, .huge), (min(region.shared, region.resident), .shared),
        (region.swapped, .swapped),
      ], of: region.length, cells: style.columns < 70 ? 6 : 14)
    let length = byteCountText(region.length)
    var words = region.resident > 0 ? "\(byteCountText(region.resident)) of \(length)" : length
    var notes: [String] = []
    let swapped = "swap \(byteCountText(region.swapped))"
    if region.swapped > 0 {
      if style.columns < 70 { notes.append(swapped) } else { words += ", \(swapped)" }
    }
    if region.locked > 0 { notes.append("locked") }
    if !region.variables.isEmpty {
      let shown = region.variables.prefix(4).joined(separator: ", ")
      let more = region.variables.count > 4 ? ", ... (\(region.variables.count) in all)" : ""
      notes.append("\(style.isUnicode ? "◄" : "<-") \(shown)\(more)")
    }
    let line = "\(side)\(inner)\(side) \(bar) \(words)\n"
    let blank = "\(side)\(String(repeating: " ", count: width))\(side) "
    return line + notes.map { blank + Self.cut($0, to: style.columns - width - 3) + "\n" }.joined()
  }

  private static func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : text.prefix(max(width - 3, 1)) + "..."
  }

  /// A text that fits, with its end where a path is too long.
  private static func shortened(_ text: String, to width: Int) -> String {
    text.count <= width ? text : ".." + text.suffix(max(width - 2, 1))
  }
}
