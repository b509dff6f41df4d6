// The difference between two machines as text.

/// Renders a difference, section by section.
package struct MachineDifferenceText {
  private let difference: MachineDifference
  private let width: Int
  /// How many lines of a section are shown before the rest is only counted.
  private let limit: Int

  /// Makes the text of a difference.
  ///
  /// - Parameters:
  ///   - difference: what to tell.
  ///   - width: how many columns a line may have.
  ///   - limit: how many lines of a section are shown before the rest is only counted.
  package init(_ difference: MachineDifference, width: Int = 80, limit: Int = 10) {
    self.difference = difference
    self.width = width
    self.limit = limit
  }

  /// All sections that are not empty; a line that says so when nothing differs.
  package var text: String {
    if difference.isEmpty { return "nothing on the machine differs\n" }
    return section("processes", difference.processEvents.map(line) + difference.processes.map(line))
      + section("mappings", difference.mappings.map(line)) + section("heaps", difference.heaps.map(line))
      + section("/proc/meminfo, in kB", difference.memory.map(line))
      + section("control groups", difference.groups.map(line))
      + section("slab caches", difference.caches.map(line))
  }

  private func section(_ title: String, _ lines: [String]) -> String {
    guard !lines.isEmpty else { return "" }
    var text = title + "\n"
    for line in lines.prefix(limit) { text += TextWrap.lines(line, width: width, hanging: 6) }
    if lines.count > limit { text += "  ... \(lines.count - limit) more, smaller\n" }
    return text
  }

  private func line(_ event: MachineDifference.Event) -> String { "  \(event.subject)  \(event.words)" }

  private func line(_ change: MachineDifference.Change) -> String {
    let amount: String
    let now: String
    switch change.unit {
    case .bytes:
      amount = byteChangeText(from: change.old, to: change.new)
      now = byteCountText(change.new)
    case .kibibytes, .count:
      amount = (change.new >= change.old ? "+" : "-") + String(change.magnitude)
      now = String(change.new)
    }
    let subject = change.subject.isEmpty ? "" : change.subject.alignedLeft(16) + " "
    return "  \(subject)\(change.name.alignedLeft(16)) \(amount.alignedRight(12)) -> \(now)"
  }
}
