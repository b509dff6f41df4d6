// The report's curves with the inputs that made them, as a picture that stands for itself.

extension ReportPage {
  /// An SVG with the curves of VSS, RSS and free memory, and the statements of the largest steps below.
  var picture: String {
    let charts = ReportCharts(timeline)
    let (curves, height) = charts.picture(["VSS", "RSS", "free", "swap"])
    var y = height + 16
    var notes = ""
    for (number, step) in timeline.steps().enumerated() {
      let sample = timeline.samples[step.index]
      let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number)))
      let change =
        "\(sample.process) \(step.figure) \(byteChangeText(from: step.old, to: step.new)) -> \(byteCountText(step.new))"
      notes +=
        "<text x=\"6\" y=\"\(Markup.number(y))\">\(letter)  \(Markup.escaped(sample.text))</text>"
        + "<text class=\"letter\" x=\"714\" y=\"\(Markup.number(y))\" text-anchor=\"end\">\(Markup.escaped(change))</text>"
      y += 16
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 \(Int(y))\" role=\"img\" "
      + "aria-label=\"Memory over \(timeline.samples.count) inputs\">\n<style>\(Self.pictureStyle)</style>\n"
      + "<rect width=\"100%\" height=\"100%\" class=\"ground\"/>\n\(curves)\n\(notes)\n</svg>\n"
  }

  private static let pictureStyle = """
    .ground{fill:#fff}text{fill:#1b1f24;font:11px ui-monospace,monospace}.letter{fill:#59636e;font-size:10px}\
    .name{font-weight:600}.line{fill:none;stroke:#1f7a4d;stroke-width:1.5}.area{fill:#1f7a4d22}\
    .mark{stroke:#b8c0c8;stroke-dasharray:2 2}
    @media (prefers-color-scheme:dark){.ground{fill:#0d1117}text{fill:#e6edf3}.letter{fill:#9198a1}\
    .line{stroke:#3fb97f}.area{fill:#3fb97f22}.mark{stroke:#30363d}}
    """
}
