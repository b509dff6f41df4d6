// What a report's numbers look like: bars as SVG.

import KernelText
import LinuxMemory

/// Draws the numbers of one report.
enum ExplanationDrawings {
  private static let width = 720.0
  private static let row = 22.0

  /// What held the memory, as one bar.
  static func memory(_ explanation: ReportExplanation) -> String? {
    let facts = explanation.facts
    let parts =
      explanation.kind == .memcg
      ? groupParts(explanation) : facts.shares.map { (name: $0.name, bytes: facts.bytes($0.pages)) }
    let total = parts.reduce(0.0) { $0 + Double($1.bytes) }
    guard total > 0 else { return nil }
    var x = 0.0
    var bar = ""
    var legend = ""
    for part in parts {
      let length = Double(part.bytes) / total * width
      let label = "\(part.name) \(byteCountText(part.bytes))"
      bar +=
        "<rect class=\"\(style(of: part.name))\" x=\"\(Markup.number(x))\" y=\"0\" width=\"\(Markup.number(length))\" "
        + "height=\"28\"><title>\(Markup.escaped(label))</title></rect>"
      legend += "<span><i class=\"key \(style(of: part.name))\"></i>\(Markup.escaped(label))</span> "
      x += length
    }
    let title = explanation.kind == .memcg ? "What the group was charged for" : "What held the RAM"
    return figure(title + ": " + legend, bar, height: 28, label: title)
  }

  private static func groupParts(_ explanation: ReportExplanation) -> [(name: String, bytes: UInt64)] {
    let statistics = explanation.report.groupStatistics
    // Version 1 calls anonymous memory rss.
    let isFirst = statistics["rss"] != nil
    let names =
      isFirst
      ? ["rss", "cache", "swap"] : ["anon", "file", "shmem", "slab", "pagetables", "kernel_stack", "sock"]
    return names.compactMap { name in
      guard var value = statistics[name], value > 0 else { return nil }
      // Shared memory is counted among the files, too.
      if name == "file" { value = max(value - (statistics["shmem"] ?? 0), 0) }
      return value == 0 ? nil : (name, UInt64(value))
    }
  }

  private static func style(of name: String) -> String {
    switch name {
    case "anonymous", "anonymous and files", "anon", "rss": "full"
    case "files", "file", "cache": "files"
    case "shared (shmem, tmpfs)", "shmem": "shared"
    case "slab": "slab"
    case "huge pages", "compressed", "swap": "swapped"
    case "free": "empty"
    case "unexplained": "untold"
    case "locked (unevictable)": "locked"
    case "page tables", "pagetables": "tables"
    default: "kernel"
    }
  }

  /// What zones had free, against their marks.
  static func zones(_ explanation: ReportExplanation) -> String? {
    guard explanation.kind != .memcg else { return nil }
    let zones = explanation.report.zones.prefix(8).compactMap {
      zone -> (name: String, free: Int, marks: [Int])? in
      guard let free = zone.sizes["free"], let min = zone.sizes["min"] else { return nil }
      return (
        "node \(zone.node) \(zone.name)", free, [min, zone.sizes["low"] ?? min, zone.sizes["high"] ?? min]
      )
    }
    guard !zones.isEmpty else { return nil }
    var drawing = ""
    for (index, zone) in zones.enumerated() {
      let y = Double(index) * row
      let most = Double(max(zone.free, zone.marks.max() ?? 0, 1))
      let scale = { (value: Int) in 130 + Double(value) / most * (width - 260) }
      drawing +=
        "<text x=\"0\" y=\"\(Markup.number(y + 15))\">\(Markup.escaped(zone.name))</text>"
        + "<rect class=\"empty\" x=\"130\" y=\"\(Markup.number(y + 4))\" width=\"\(Markup.number(width - 260))\" height=\"14\"/>"
        + "<rect class=\"full\" x=\"130\" y=\"\(Markup.number(y + 4))\" "
        + "width=\"\(Markup.number(scale(zone.free) - 130))\" height=\"14\"/>"
        + zone.marks.map {
          "<path class=\"limit\" d=\"M\(Markup.number(scale($0))) \(Markup.number(y + 2))v18\"/>"
        }.joined()
        + "<text x=\"\(Markup.number(width - 125))\" y=\"\(Markup.number(y + 15))\">\(zone.free) kB free</text>"
    }
    let title =
      "Free memory of each zone against its marks min, low and high, each zone in a scale of its own"
    return figure(title, drawing, height: Double(zones.count) * row, label: title)
  }

  /// Who could be killed, worst first.
  static func ranking(_ explanation: ReportExplanation) -> String? {
    let tasks = explanation.ranking.prefix(10)
    guard let worst = tasks.first?.badness, worst > 0 else { return nil }
    var drawing = ""
    for (index, task) in tasks.enumerated() {
      let y = Double(index) * row
      let length = max(Double(task.badness) / Double(worst), 0) * (width - 340)
      let isVictim = task.process == explanation.victim
      drawing +=
        "<text x=\"0\" y=\"\(Markup.number(y + 15))\">\(Markup.escaped("\(task.name) (\(task.process))"))</text>"
        + "<rect class=\"\(isVictim ? "victim" : "full")\" x=\"220\" y=\"\(Markup.number(y + 4))\" "
        + "width=\"\(Markup.number(length))\" height=\"14\"/>"
        + "<text x=\"\(Markup.number(226 + length))\" y=\"\(Markup.number(y + 15))\">"
        + "\(task.badness)\(isVictim ? " killed" : "")</text>"
    }
    let title = "Badness in pages by the rule of this release: the largest is taken"
    return figure(title, drawing, height: Double(tasks.count) * row, label: title)
  }

  private static func figure(_ caption: String, _ drawing: String, height: Double, label: String) -> String {
    Markup.element(
      "figure", [],
      Markup.element("figcaption", [], caption)
        + Markup.element(
          "svg",
          [
            ("viewBox", "0 0 \(Int(width)) \(Markup.number(height))"), ("role", "img"), ("aria-label", label),
          ], drawing))
  }
}
