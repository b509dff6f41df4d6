// The line that says who was killed, or who is about to be.

/// A line about a kill in the words of any release; what it does not tell, or is damaged, is nil.
public struct KillLine: KernelFormat {
  /// Why somebody dies: what stands before the colon.
  public enum Cause: String, Sendable, CaseIterable {
    /// The machine has no memory.
    case machine = "Out of memory"
    /// A group has no room.
    case group = "Memory cgroup out of memory"
    /// The line does not tell.
    case untold = ""
  }

  /// Who.
  public var process: Int
  /// The name.
  public var name: String?
  /// The score, where the line prints one (before Linux 5.1).
  public var score: Int?
  /// Why.
  public var cause: Cause
  /// Whether it announces and does not report: `Kill process 12 (a) score 5 or sacrifice child`.
  public var isAnnouncement: Bool
  /// Whether it announces the end of a process that shares the memory of the victim.
  public var isSharing = false
  /// What stands in brackets behind "Out of memory", such as `oom_kill_allocating_task`.
  public var reason: String?
  /// Sizes in KiB: `total-vm`, `anon-rss`, `file-rss`, `shmem-rss`, `pgtables`.
  public var sizes: [NamedValue]
  /// The number of the user, since Linux 5.5.
  public var user: Int?
  /// `oom_score_adj`, since Linux 5.5.
  public var adjustment: Int?

  /// Makes a line.
  ///
  /// - Parameters:
  ///   - process: who.
  ///   - name: the name.
  ///   - cause: why.
  ///   - score: the score of an announcement; nil for a report.
  ///   - sizes: sizes in KiB of a report.
  public init(process: Int, name: String?, cause: Cause, score: Int? = nil, sizes: [NamedValue] = []) {
    self.process = process
    self.name = name
    self.cause = cause
    self.score = score
    self.sizes = sizes
    isAnnouncement = score != nil
  }

  /// Whether a group had no room.
  public var isGroup: Bool { cause == .group }

  /// Reads a line; nil for one of another form.
  public init?(parsing text: String) {
    guard let read = Self(reading: Array(text.utf8)[...]), read.text == text else { return nil }
    self = read
  }

  /// Reads what can be read of a line; nil for another line.
  init?(reading line: ArraySlice<UInt8>) {
    guard let place = line.firstIndex(of: "illed process ") ?? line.firstIndex(of: "ill process "),
      place > line.startIndex, [UInt8(ascii: "K"), UInt8(ascii: "k")].contains(line[place - 1])
    else { return nil }
    let before = line[..<(place - 1)].trimmed
    var cursor = TextCursor(line[place...])
    let isReport = cursor.take("illed process ")
    guard isReport || cursor.take("ill process "), let process = cursor.integer(), process >= 0,
      !cursor.isAtEnd
    else { return nil }
    self.init(
      process: process, name: nil,
      cause: before.starts(with: "Memory cgroup") ? .group : before.isEmpty ? .untold : .machine)
    isAnnouncement = !isReport
    if let open = before.firstIndex(of: "("), let close = before.lastIndex(of: ")"), open < close {
      reason = before[(open + 1)..<close].text
    }
    cursor.skipSpaces()
    // Linux 3.12 to 4.4 say `Killed process 12 (name)`; some older ones `Killed process 12, UID 0, (name)`.
    let rest = cursor.rest
    let ends: [StaticString] = [") total-vm", ", UID ", ") score ", ") sharing", ") vsz"]
    let end =
      ends.compactMap { rest.lastIndex(of: $0) }.min()
      ?? (rest.last == UInt8(ascii: ")") ? rest.endIndex - 1 : nil)
    if let open = rest.firstIndex(of: "("), let end, open + 1 <= end {
      name = rest[(open + 1)..<end].text
    } else if let open = rest.lastIndex(of: "("), let close = rest[open...].firstIndex(of: ")") {
      name = rest[(open + 1)..<close].text
    }
    let tail = end.map { rest[$0...] } ?? rest
    isSharing = isAnnouncement && tail.contains("sharing same memory")
    score = tail.number(after: " score ")
    for name in ["total-vm", "anon-rss", "file-rss", "shmem-rss", "pgtables"] {
      if let value = Self.kilobytes(after: name, in: tail) { sizes.append(NamedValue(name, value)) }
    }
    // Other programs, and people, tell of kills in words of their own: without sizes, nothing else stands there.
    let isBare =
      before.isEmpty || before.starts(with: "Out of ") || before.starts(with: "Memory cgroup out of ")
    guard isBare && before.count < 80 || !sizes.isEmpty || score != nil else { return nil }
    user = tail.number(after: " UID:")
    adjustment = tail.number(after: " oom_score_adj:")
  }

  /// The size behind a name and a colon, if its unit is there as well.
  private static func kilobytes(after name: String, in line: ArraySlice<UInt8>) -> Int? {
    let bytes = Array((name + ":").utf8)
    var index = line.startIndex
    while index + bytes.count <= line.endIndex {
      if line[index..<index + bytes.count].elementsEqual(bytes) {
        var cursor = TextCursor(line[(index + bytes.count)...])
        guard let value = cursor.count(), cursor.take("kB") else { return nil }
        return value
      }
      index += 1
    }
    return nil
  }

  /// The line.
  public var text: String {
    var line = cause.rawValue + (reason.map { " (\($0))" } ?? "")
    if !line.isEmpty { line += ": " }
    if isSharing { return line + "Kill process \(process) (\(name ?? "")) sharing same memory" }
    guard !isAnnouncement else {
      return line + "Kill process \(process) (\(name ?? "")) score \(score ?? 0) or sacrifice child"
    }
    line += "Killed process \(process) (\(name ?? "")) "
    line += sizes.filter { $0.name != "pgtables" }.map { "\($0.name):\($0.value)kB" }.joined(separator: ", ")
    if let user { line += ", UID:\(user)" }
    if let tables = sizes["pgtables"] { line += " pgtables:\(tables)kB" }
    if let adjustment { line += " oom_score_adj:\(adjustment)" }
    return line
  }
}
