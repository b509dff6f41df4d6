// The report's curves: one small chart for each figure, all over the same statements.

/// Draws a timeline as SVG.
struct ReportCharts {
  private let samples: [TimelineSample]
  private let steps: [TimelineView.Step]
  private let curves: [(name: String, values: [UInt64])]

  static let (width, height) = (720.0, 96.0)
  private static let (left, right, top, bottom) = (6.0, 6.0, 16.0, 8.0)
  /// More points than these are thinned out: of each stretch the least and the greatest stay.
  private static let mostPoints = 360

  init(_ timeline: TimelineView) {
    samples = timeline.samples
    steps = timeline.steps()
    curves = timeline.curves.filter { Set($0.values).count > 1 || $0.name == "RSS" }
  }

  /// All charts as figures.
  var html: String {
    guard samples.count > 1 else { return "<p>There were too few statements for a chart.</p>" }
    return curves.map { name, values in
      Markup.element(
        "figure", [("class", "chart")],
        Markup.element(
          "figcaption", [], "\(title(of: name)) <span class=\"now\" data-curve=\"\(name)\"></span>")
          + svg(name, values))
    }.joined(separator: "\n")
  }

  private func title(of name: String) -> String {
    switch name {
    case "VSS": "VSS of the acting process: what is promised"
    case "RSS": "RSS of the acting process: what is in memory"
    case "free": "free memory of the machine"
    case "cache": "page cache"
    case "swap": "swap in use"
    default: "page faults since boot"
    }
  }

  func text(_ name: String, _ value: UInt64) -> String {
    name == "faults" ? String(value) : byteCountText(value)
  }

  /// One chart.
  ///
  /// - Parameter offset: how far down it stands, in a picture with others.
  func svg(_ name: String, _ values: [UInt64]) -> String {
    Markup.element(
      "svg",
      [
        ("viewBox", "0 0 \(Int(Self.width)) \(Int(Self.height))"), ("role", "img"), ("class", "curve"),
        ("data-curve", name),
        ("aria-label", "\(name) over \(samples.count) statements: \(summary(name, values))"),
      ], "<title>\(Markup.escaped("\(name): \(summary(name, values))"))</title>" + drawing(name, values))
  }

  private func summary(_ name: String, _ values: [UInt64]) -> String {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    return
      "from \(text(name, values.first ?? 0)) to \(text(name, values.last ?? 0)), between \(text(name, low)) and "
      + text(name, high)
  }

  /// The inside of a chart.
  func drawing(_ name: String, _ values: [UInt64]) -> String {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let span = Double(max(high - low, 1))
    let x = { (index: Int) in
      Self.left + Double(index) / Double(max(values.count - 1, 1)) * (Self.width - Self.left - Self.right)
    }
    let y = { (value: UInt64) in
      Self.height - Self.bottom - Double(value - low) / span * (Self.height - Self.top - Self.bottom)
    }
    // A figure stays what it is until the next statement: steps, not slopes.
    var path = ""
    var before: String?
    for index in Self.thinned(values) {
      let (px, py) = (Markup.number(x(index)), Markup.number(y(values[index])))
      if before == nil { path += "M\(px) \(py)" } else if py != before { path += "H\(px)V\(py)" }
      before = py
    }
    path += "H\(Markup.number(x(values.count - 1)))"
    let floor = Markup.number(Self.height - Self.bottom)
    var marks = ""
    for (number, step) in steps.enumerated() {
      let px = Markup.number(x(step.index))
      let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(min(number, 25))))
      marks +=
        "<path class=\"mark\" d=\"M\(px) \(Markup.number(Self.top))V\(floor)\"/>"
        + "<text class=\"letter\" x=\"\(px)\" y=\"\(Markup.number(Self.height - 0.5))\" text-anchor=\"middle\">\(letter)</text>"
    }
    return "<path class=\"area\" d=\"\(path)V\(floor)H\(Markup.number(Self.left))Z\"/>" + marks
      + "<path class=\"line\" d=\"\(path)\"/>"
      + "<text class=\"label\" x=\"\(Markup.number(Self.left))\" y=\"11\">\(Markup.escaped(text(name, high)))</text>"
      + "<text class=\"label\" x=\"\(Markup.number(Self.width - Self.right))\" y=\"11\" text-anchor=\"end\">"
      + "end \(Markup.escaped(text(name, values.last ?? 0)))</text>"
  }

  /// The places of the points that are drawn.
  private static func thinned(_ values: [UInt64]) -> [Int] {
    guard values.count > mostPoints else { return Array(values.indices) }
    let buckets = mostPoints / 2
    var places: Set<Int> = [0, values.count - 1]
    for bucket in 0..<buckets {
      let range = bucket * values.count / buckets..<(bucket + 1) * values.count / buckets
      if let least = range.min(by: { values[$0] < values[$1] }) { places.insert(least) }
      if let greatest = range.max(by: { values[$0] < values[$1] }) { places.insert(greatest) }
    }
    return places.sorted()
  }

  /// The statements that caused the largest steps.
  var legend: String {
    let items = steps.enumerated().map { number, step in
      let sample = samples[step.index]
      let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(min(number, 25))))
      let change =
        "\(sample.process) \(step.figure) \(byteChangeText(from: step.old, to: step.new)) → \(byteCountText(step.new))"
      return "<li><b>\(letter)</b> <a href=\"#L\(sample.line)\">line \(sample.line)</a> "
        + "<code>\(Markup.escaped(sample.text))</code> \(Markup.escaped(change))</li>"
    }
    return items.isEmpty ? "" : "<ul class=\"steps\">\(items.joined())</ul>"
  }

  /// The figures for hovering: at most as many samples as there are points, each with its statement.
  var data: String {
    let stride = max(samples.count / Self.mostPoints, 1)
    let rows = Swift.stride(from: 0, to: samples.count, by: stride).map { index in
      let sample = samples[index]
      let values = curves.map { JSONValue.string(text($0.name, $0.values[index])) }
      return JSONValue.array(
        [.integer(Int64(sample.line)), .string(String(sample.text.prefix(32)))] + values)
    }
    // A tag inside a string must not end the script.
    return JSONValue.array([.array(curves.map { .string($0.name) }), .array(rows)]).text.split(
      separator: "<", omittingEmptySubsequences: false
    ).joined(separator: "\\u003c")
  }

  /// The curves that stand in a picture of their own, with room for `count` charts one below the other.
  func picture(_ names: [String]) -> (svg: String, height: Double) {
    var text = ""
    var offset = 0.0
    for (name, values) in curves where names.contains(name) {
      text +=
        "<g transform=\"translate(0 \(Markup.number(offset)))\"><text class=\"name\" x=\"360\" y=\"11\" "
        + "text-anchor=\"middle\">\(name)</text>\(drawing(name, values))</g>"
      offset += Self.height
    }
    return (text, offset)
  }
}
