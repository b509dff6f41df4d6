// The report's moments: processes, address space, heap and free blocks, drawn.

import LinuxMemory

/// Draws the machine at one moment as HTML with SVG.
struct ReportMoments {
  private let moment: RunReport.Moment
  private let number: Int

  private static let width = 720.0

  init(_ moment: RunReport.Moment, number: Int) {
    self.moment = moment
    self.number = number
  }

  /// The moment as a section.
  var html: String {
    let machine = moment.machine
    let sample = moment.sample
    let title =
      sample.statement == 0
      ? "At the beginning"
      : "Behind statement \(sample.statement), line \(sample.line): <code>\(Markup.escaped(sample.text))</code>"
    return
      "<section class=\"moment\" id=\"moment\(number)\" aria-label=\"moment \(number + 1)\"><h3>\(title)</h3>"
      + processes(machine) + controlGroups(machine) + addressSpace(machine) + heap(machine) + buddy(machine)
      + "</section>"
  }

  /// The process that is shown: the one that acted, or what is left of it.
  private var process: (LinuxProcess, Bool)? {
    let machine = moment.machine
    if let living = machine.processes.live.first(where: { $0.name == moment.sample.process }) {
      return (living, false)
    }
    return machine.processes.live.max { $0.residentBytes < $1.residentBytes }.map { ($0, false) }
  }

  /// A bar of parts with a label on either side.
  private static func row(
    _ name: String, _ parts: [(amount: UInt64, style: String)], of total: UInt64, _ words: String,
    at y: Double
  ) -> String {
    var text = "<text class=\"label\" x=\"0\" y=\"\(Markup.number(y + 12))\">\(Markup.escaped(name))</text>"
    let (start, room) = (170.0, 330.0)
    var x = start
    text +=
      "<rect class=\"empty\" x=\"\(Markup.number(start))\" y=\"\(Markup.number(y))\" width=\"\(Markup.number(room))\" height=\"15\"/>"
    for part in parts where part.amount > 0 && total > 0 {
      let length = min(max(Double(part.amount) / Double(total) * room, 1), start + room - x)
      guard length > 0 else { break }
      text +=
        "<rect class=\"\(part.style)\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\" width=\"\(Markup.number(length))\" height=\"15\"/>"
      x += length
    }
    return text
      + "<text class=\"label\" x=\"\(Markup.number(start + room + 8))\" y=\"\(Markup.number(y + 12))\">\(Markup.escaped(words))</text>"
  }

  private static func figure(_ caption: String, _ description: String, height: Double, _ drawing: String)
    -> String
  {
    "<figure><figcaption>\(Markup.escaped(caption))</figcaption><svg viewBox=\"0 0 \(Int(width)) \(Int(height.rounded(.up)))\" "
      + "role=\"img\" aria-label=\"\(Markup.escaped(description))\"><title>\(Markup.escaped(description))</title>"
      + drawing + "</svg></figure>"
  }

  private func processes(_ machine: Machine) -> String {
    let all = machine.processes.live.sorted { ($1.residentBytes, $0.id) < ($0.residentBytes, $1.id) }
    let shown = all.prefix(8)
    let ram = UInt64(max(machine.pageAllocator.totalPages, 1)) << 12
    var drawing = ""
    var words: [String] = []
    for (index, process) in shown.enumerated() {
      let swapped = UInt64(max(process.addressSpace.resident.swapped, 0)) << 12
      let text =
        "RSS \(byteCountText(process.residentBytes))"
        + (swapped > 0 ? ", swap \(byteCountText(swapped))" : "")
      drawing += Self.row(
        "\(process.name) (\(process.id))", [(process.residentBytes, "full"), (swapped, "swapped")], of: ram,
        text,
        at: Double(index) * 20)
      words.append("\(process.name) \(text)")
    }
    let more = all.count > shown.count ? " (\(all.count - shown.count) more)" : ""
    return Self.figure(
      "Processes, of \(byteCountText(ram)) RAM; \(byteCountText(machine.freeBytes)) free\(more)",
      words.joined(separator: "; "), height: Double(shown.count) * 20 + 2, drawing)
  }

  /// The control groups with memory of their own, against their limits.
  private func controlGroups(_ machine: Machine) -> String {
    let groups = ControlGroupView(of: machine).groups.filter { $0.memory != nil }
    guard !groups.isEmpty else { return "" }
    let ram = UInt64(max(machine.pageAllocator.totalPages, 1)) << 12
    var drawing = ""
    var words: [String] = []
    for (index, group) in groups.prefix(16).enumerated() {
      guard let memory = group.memory else { continue }
      var text = "\(byteCountText(memory.current)) of \(memory.max.map(byteCountText) ?? "max")"
      if memory.swapCurrent > 0 { text += ", swap \(byteCountText(memory.swapCurrent))" }
      if memory.events.oomKill > 0 { text += ", oom_kill \(memory.events.oomKill)" }
      drawing += Self.row(
        String(group.path.suffix(26)), [(memory.current, "full")], of: memory.max ?? ram, text,
        at: Double(index) * 20)
      words.append("\(group.path) \(text)")
    }
    let more = groups.count > 16 ? " (\(groups.count - 16) more)" : ""
    return Self.figure(
      "Control groups, each against its memory.max, or the machine's RAM where it has none\(more)",
      words.joined(separator: "; "), height: Double(min(groups.count, 16)) * 20 + 2, drawing)
  }

  private func addressSpace(_ machine: Machine) -> String {
    guard let (process, isDead) = process else { return "" }
    let view = AddressSpaceView(of: process, on: machine, labels: moment.pointers, isDead: isDead)
    let largest = view.regions.sorted { ($1.length, $0.start) < ($0.length, $1.start) }.prefix(14)
    let shown = view.regions.filter { region in largest.contains { $0.start == region.start } }.reversed()
    var drawing = ""
    var words: [String] = []
    for (index, region) in shown.enumerated() {
      let own = region.resident - min(region.resident, region.huge + region.shared)
      let name = region.name.isEmpty ? "anonymous" : region.name
      let variables = region.variables.prefix(3).joined(separator: ", ")
      let text =
        "\(byteCountText(region.length))"
        + (region.resident > 0 ? ", \(byteCountText(region.resident)) in memory" : ", only promised")
        + (region.swapped > 0 ? ", \(byteCountText(region.swapped)) in swap" : "")
      drawing += Self.row(
        "\(String(region.start, radix: 16)) \(name.suffix(10))",
        [
          (own, "full"), (region.huge, "huge"), (min(region.shared, region.resident), "shared"),
          (region.swapped, "swapped"),
        ], of: region.length, text, at: Double(index) * 20)
      if !variables.isEmpty {
        drawing +=
          "<text class=\"variable\" x=\"178\" y=\"\(Markup.number(Double(index) * 20 + 12))\">\(Markup.escaped(variables))</text>"
      }
      words.append("\(name): \(text)")
    }
    let more =
      view.regions.count > shown.count ? ", \(view.regions.count - shown.count) small mappings left out" : ""
    return Self.figure(
      "Address space of \(process.name): VSS \(byteCountText(view.mapped)), RSS \(byteCountText(view.resident)); "
        + "highest address on top\(more)",
      words.joined(separator: "; "), height: Double(shown.count) * 20 + 2, drawing)
  }

  private func heap(_ machine: Machine) -> String {
    guard let (process, isDead) = process, let allocator = process.malloc, allocator.hasHeap else {
      return ""
    }
    var left = 1 << 20
    let (runs, _) = allocator.heapRuns(mayGoOn: { count in
      left -= count
      return left > 0
    })
    let picture = HeapPicture(
      of: process, allocator, runs, pointers: ScriptPointers(moment.pointers, isComplete: false),
      isDead: isDead)
    // The heaps of arenas lie anywhere; they are drawn one behind the other.
    let pieces = HeapPicture.pieces(of: picture.stretches).compactMap { piece -> Range<UInt64>? in
      guard let first = piece.first?.start, let end = piece.last?.end, first < end else { return nil }
      return first..<end
    }
    let total = pieces.reduce(0 as UInt64) { $0 &+ ($1.upperBound - $1.lowerBound) }
    guard left > 0, total > 0 else { return "" }
    let scale = Self.width / Double(total)
    var drawing = ""
    var sums: [HeapPicture.State: UInt64] = [:]
    for stretch in picture.stretches { sums[stretch.state, default: 0] &+= stretch.end &- stretch.start }
    var offset: UInt64 = 0
    for piece in pieces {
      drawing += Self.drawing(of: picture, in: piece, at: Double(offset) * scale, scale: scale)
      offset &+= piece.upperBound - piece.lowerBound
    }
    let words = HeapPicture.State.allCases.compactMap { state in
      sums[state].map {
        "\(state.rawValue.split(separator: "_").joined(separator: " ")) \(byteCountText($0))"
      }
    }.joined(separator: ", ")
    return Self.figure(
      "Heap of \(process.name), \(byteCountText(total)) to scale: \(words); the line below marks pages in memory",
      words, height: 30, drawing)
  }

  /// A piece of a heap to scale.
  private static func drawing(
    of picture: HeapPicture, in piece: Range<UInt64>, at left: Double, scale: Double
  ) -> String {
    var drawing = ""
    // What is narrower than a dot is drawn with its neighbours.
    var drawn = -1.0
    for stretch in picture.stretches where piece.contains(stretch.start) {
      let x = left + Double(stretch.start - piece.lowerBound) * scale
      let width = Double(stretch.end &- stretch.start) * scale
      guard width >= 0.4 || x - drawn >= 1 else { continue }
      drawn = x
      drawing +=
        "<rect class=\"\(style(stretch.state))\" x=\"\(Markup.number(x))\" y=\"0\" width=\"\(Markup.number(max(width, 0.5)))\" height=\"22\"/>"
    }
    for span in picture.resident.prefix(400) where span.start < span.end {
      let range = (span.start..<span.end).clamped(to: piece)
      guard !range.isEmpty else { continue }
      let x = left + Double(range.lowerBound - piece.lowerBound) * scale
      let width = Double(range.upperBound - range.lowerBound) * scale
      drawing +=
        "<rect class=\"resident\" x=\"\(Markup.number(x))\" y=\"24\" width=\"\(Markup.number(max(width, 0.5)))\" height=\"4\"/>"
    }
    return drawing
  }

  private static func style(_ state: HeapPicture.State) -> String {
    switch state {
    case .inUse, .own: "full"
    case .threadCache: "huge"
    case .free: "freed"
    case .top: "empty"
    }
  }

  private func buddy(_ machine: Machine) -> String {
    let view = BuddyView(of: machine)
    var drawing = ""
    var words: [String] = []
    var y = 0.0
    for zone in view.zones.reversed() {
      let total = UInt64(max(zone.managedPages, 1))
      let text = "\(byteCountText(UInt64(max(zone.freePages, 0)) << 12)) free"
      drawing += Self.row(
        "zone \(zone.name)", [(UInt64(max(zone.managedPages - zone.freePages, 0)), "full")], of: total, text,
        at: y)
      y += 20
      // A column for each order, as high as its share of the free pages.
      let most = Double(max(zone.blocks.enumerated().map { $0.element << $0.offset }.max() ?? 1, 1))
      for (order, count) in zone.blocks.enumerated() {
        let height = count == 0 ? 0 : max(Double(count << order) / most * 26, 1)
        let x = 170 + Double(order) * 30
        drawing +=
          "<rect class=\"freed\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(y + 26 - height))\" width=\"24\" height=\"\(Markup.number(height))\"/>"
          + "<text class=\"tick\" x=\"\(Markup.number(x + 12))\" y=\"\(Markup.number(y + 37))\" text-anchor=\"middle\">\(order)</text>"
      }
      y += 44
      words.append(
        "zone \(zone.name): \(text), blocks by order \(zone.blocks.map(String.init).joined(separator: " "))")
    }
    return Self.figure(
      "Free blocks: zones, and free pages by order (0 = 4 KiB, 10 = 4 MiB)", words.joined(separator: "; "),
      height: y, drawing)
  }
}
