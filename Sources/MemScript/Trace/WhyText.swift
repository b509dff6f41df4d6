// A statement's story as an indented chain of causes, with what would have decided otherwise.

import LinuxMemory

/// Renders a story for `.why`.
struct WhyText {
  private let story: TraceStory
  private let context: OtherwiseContext
  private let zones: String

  /// Makes the text of a story.
  ///
  /// - Parameters:
  ///   - story: what happened.
  ///   - context: the machine behind it, as far as it matters.
  init(_ story: TraceStory, _ context: OtherwiseContext) {
    self.story = story
    self.context = context
    zones = context.zones.map { zone in
      let size = { (pages: Int) in byteCountText(UInt64(max(pages, 0)) << 12) }
      return "\(zone.name) \(size(zone.free)) free, low mark \(size(zone.low))"
    }.joined(separator: "; ")
  }

  /// The lines, from the call to the page.
  var lines: [TraceLine] {
    var lines: [TraceLine] = []
    var told: Set<String> = []
    for group in story.withBackgroundOnce.groups where !group.entries.isEmpty || group.call.kind == .touching
    {
      lines.append(TraceLine(heading(of: group), "").indented(by: -1))
      for line in TraceText(story, level: .normal).lines(of: group) {
        lines.append(line.line.indented(by: line.depth))
        if let advice = line.entry?.otherwise(context), told.insert(advice).inserted {
          lines.append(TraceLine("", "otherwise: \(advice)").indented(by: line.depth))
        }
        if line.takesPages {
          lines.append(
            TraceLine("buddy", "the pages come from the zones' free lists, the highest zone first: \(zones)")
              .indented(by: line.depth + 1))
        }
      }
    }
    return lines
  }

  private func heading(of group: TraceStory.Group) -> String {
    let name = group.call.name.isEmpty ? "the kernel" : group.call.name
    let request = group.request.map { " of \(byteCountText($0))" } ?? ""
    return name + request + (group.count > 1 ? ", \(group.count) times" : "")
  }
}

extension TraceText.Line {
  /// Whether pages were taken from the page allocator for it.
  fileprivate var takesPages: Bool {
    switch event {
    case .fault(.demandZero), .fault(.copied), .fault(.hugePage), .fault(.swappedIn), .pageCache(.filled):
      true
    default: false
    }
  }
}
