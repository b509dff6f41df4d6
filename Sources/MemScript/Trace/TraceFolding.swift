// Several steps that are alike in one line: what runs in them becomes a range.

import LinuxMemory

extension TraceStory.Entry {
  /// The line of the entry, for the group's first request where a step can say what became of it.
  func traceLine(for group: TraceStory.Group) -> TraceLine {
    guard group.call.kind == .allocator, group.count == 1, count == 1, let request = group.request,
      case .glibc(let event) = first, let size = event.servedSize, size > request, size - request < 64
    else { return traceLine }
    return traceLine.adding(" (\(request) asked for, \(size) with its header, rounded up)")
  }

  /// The line of the entry.
  var traceLine: TraceLine {
    let line = first.traceLine(pages: pages, isSum: count > 1)
    guard count > 1 else { return line }
    let end = last.traceLine(pages: pages, isSum: true)
    return TraceLine(line.layer, Self.merged(line.words, end.words)).adding(
      pages > 0 ? "" : ", \(count) times")
  }

  /// The words of the first and the last step as one: numbers that differ become `first..last`.
  static func merged(_ first: String, _ last: String) -> String {
    if first == last { return first }
    let (from, to) = (TextWrap.words(of: first), TextWrap.words(of: last))
    guard from.count == to.count else { return "\(first) ... \(last)" }
    return zip(from, to).map { $0 == $1 ? $0 : range($0, $1) }.joined(separator: " ")
  }

  /// Two words as a range; what both end with, a unit or a sign, stands behind it once.
  private static func range(_ from: String, _ to: String) -> String {
    let common = zip(from.reversed(), to.reversed()).prefix { $0 == $1 && !$0.isNumber }.count
    return "\(from.dropLast(common))..\(to)"
  }
}

extension GlibcEvent {
  /// The size of the chunk that a request was served with.
  fileprivate var servedSize: UInt64? {
    switch self {
    case .topSplit(let size, _), .threadCacheHit(let size, _), .fastBinHit(let size), .smallBinHit(let size),
      .unsortedFit(let size), .lastRemainderSplit(let size, _):
      size
    default: nil
    }
  }
}
