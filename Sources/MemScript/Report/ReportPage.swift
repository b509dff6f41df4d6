// The report as one page: no network, no library, and it reads without its script, too.

import LinuxMemory

/// Puts a report together.
package struct ReportPage {
  private let report: RunReport
  let timeline: TimelineView
  private let machine: Machine
  private let output: String
  private let status: Int32

  /// How many lines of the log and of the output a page shows.
  private static let (mostLogLines, mostOutputLines) = (160, 120)

  /// Makes a page.
  ///
  /// - Parameters:
  ///   - report: what the run did.
  ///   - timeline: its curves.
  ///   - machine: how it left the machine.
  ///   - output: what it printed.
  ///   - status: its exit status.
  package init(_ report: RunReport, timeline: TimelineView, machine: Machine, output: String, status: Int32) {
    self.report = report
    self.timeline = timeline
    self.machine = machine
    self.output = output
    self.status = status
  }

  /// The whole page.
  package var html: String {
    let charts = ReportCharts(timeline)
    let title = Markup.escaped(report.name)
    let body = """
      <header><h1>\(title)</h1><p>\(Markup.escaped(summary))</p>
      <nav><a href="#time">Over time</a> <a href="#script">Script</a> <a href="#moments">Moments</a> \
      <a href="#oom">OOM killer</a> <a href="#log">Kernel log</a> <a href="#output">Output</a></nav></header>
      <main>
      <section id="time"><h2>Over time</h2>\(charts.html)\(charts.legend)</section>
      <section id="script"><h2>Script</h2>\(script)</section>
      <section id="moments"><h2>Moments</h2>\(moments)</section>
      <section id="oom"><h2>OOM killer</h2>\(verdicts)</section>
      <section id="log"><h2>Kernel log</h2>\(log)</section>
      <section id="output"><h2>Output</h2>\(printed)</section>
      </main>
      <footer>Made by memsh: a simulation of Linux memory. The same script makes the same page.</footer>
      <script>const data=\(charts.data);\(ReportStyle.script)</script>
      """
    return Markup.page(title: "\(title) - memsh report", style: ReportStyle.sheet, body: body)
  }

  private var summary: String {
    let settings = Dictionary(report.configuration.settingTexts.map { ($0.key, $0.value) }) { $1 }
    let deaths = machine.oomKiller.history.count
    let end = status == 0 ? "It ran to its end." : "It ended with status \(status)."
    return "\(settings["arch"] ?? ""), Linux \(settings["kernel"] ?? ""), glibc \(settings["glibc"] ?? ""), "
      + "\(settings["ram"] ?? "") RAM, swap \(settings["swap"] ?? "0") at the beginning. "
      + "\(timeline.samples.last?.statement ?? 0) statements. \(end)"
      + (deaths == 0 ? "" : " The OOM killer killed \(deaths == 1 ? "1 process" : "\(deaths) processes").")
  }

  private var script: String {
    let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false)
    var rows = ""
    for (index, line) in lines.prefix(2000).enumerated() {
      let number = index + 1
      let effect = report.lines[number]
      let deadly = effect?.isDeadly == true ? " class=\"deadly\"" : ""
      rows +=
        "<tr id=\"L\(number)\"\(deadly)><th scope=\"row\">\(number)</th><td><code>\(Markup.escaped(String(line.prefix(160))))</code></td>"
        + "<td>\(effect.map(describe) ?? "")</td></tr>\n"
    }
    return
      "<div class=\"wide\"><table class=\"script\"><thead><tr><th scope=\"col\">Line</th><th scope=\"col\">Statement</th>"
      + "<th scope=\"col\">What it did</th></tr></thead><tbody>\(rows)</tbody></table></div>"
  }

  private func describe(_ effect: RunReport.LineEffect) -> String {
    var parts: [String] = []
    if effect.runs > 1 { parts.append("\(effect.runs) times") }
    let sizes: [(String, Int64)] = [("VSS", effect.virtual), ("RSS", effect.resident), ("free", effect.free)]
    for (name, change) in sizes where change != 0 {
      parts.append("\(name) \(change > 0 ? "+" : "-")\(byteCountText(change.magnitude))")
    }
    if effect.faults > 0 { parts.append("\(effect.faults) faults") }
    let figures = parts.isEmpty ? "" : "<b>\(Markup.escaped(parts.joined(separator: ", ")))</b>"
    let words = effect.words.prefix(6).map { "<br>\(Markup.escaped($0))" }.joined()
    return figures + words
  }

  private var moments: String {
    let count = report.moments.count
    guard count > 0 else { return "<p>Nothing happened.</p>" }
    // The moment at which least memory was free comes first.
    let telling =
      report.moments.indices.min { report.moments[$0].sample.free < report.moments[$1].sample.free } ?? 0
    let legend = [
      ("full", "in memory, in use"), ("huge", "huge pages, tcache"), ("shared", "shared"),
      ("swapped", "in swap"),
      ("freed", "free"), ("empty", "promised only, top"),
    ].map { "<span class=\"key \($0.0)\"></span>\($0.1)" }.joined(separator: " ")
    return
      "<p class=\"slider\"><label for=\"slider\">Moment</label> <input id=\"slider\" type=\"range\" min=\"0\" "
      + "max=\"\(count - 1)\" value=\"\(telling)\" step=\"1\"> <output for=\"slider\"></output></p>"
      + "<p class=\"legend\">\(legend)</p>"
      + report.moments.enumerated().map { ReportMoments($0.element, number: $0.offset).html }.joined(
        separator: "\n")
  }

  private var verdicts: String {
    let verdicts = machine.oomKiller.history.verdicts.suffix(4)
    guard !verdicts.isEmpty else {
      return "<p>Nobody was killed. This is how the processes stand at the end:</p>"
        + table(machine.oomRanking)
    }
    return verdicts.map { verdict in
      let text = OOMVerdictText(verdict).text
      let head = text.split(separator: "\n").prefix { !$0.hasPrefix("badness") }.joined(separator: " ")
      return "<p>\(Markup.escaped(head))</p>" + table(verdict.ranking)
    }.joined()
  }

  private func table(_ ranking: OOMRanking) -> String {
    let rows = ranking.candidates.prefix(12).map { candidate in
      let figures = candidate.figures
      let cells = [
        "\(candidate.process)", candidate.name, "\(figures.residentPages)", "\(figures.swapPages)",
        "\(figures.pageTablePages)", "\(figures.adjustment)", candidate.badness.map { "\($0)" } ?? "never",
        "\(candidate.score)",
      ]
      return "<tr>\(cells.map { "<td>\(Markup.escaped($0))</td>" }.joined())</tr>"
    }.joined()
    let heads = ["PID", "Name", "RSS", "Swap", "Tables", "Adj", "Badness", "oom_score"]
    return
      "<div class=\"wide\"><table class=\"ranking\"><caption>In pages of 4 KiB; the highest badness dies</caption><thead><tr>"
      + heads.map { "<th scope=\"col\">\($0)</th>" }.joined()
      + "</tr></thead><tbody>\(rows)</tbody></table></div>"
  }

  private var log: String {
    let lines = machine.log.lines.suffix(Self.mostLogLines)
    guard !lines.isEmpty else { return "<p>The kernel said nothing.</p>" }
    let left = machine.log.lines.count - lines.count
    return (left > 0 ? "<p>... \(left) earlier lines</p>" : "")
      + "<pre>\(Markup.escaped(lines.map(\.formatted).joined(separator: "\n")))</pre>"
  }

  private var printed: String {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 1 || !output.isEmpty else { return "<p>It printed nothing.</p>" }
    let (ahead, behind) = (Self.mostOutputLines / 2, Self.mostOutputLines / 2)
    guard lines.count > ahead + behind else { return "<pre>\(Markup.escaped(output))</pre>" }
    let gap = ["... \(lines.count - ahead - behind) lines"]
    let shown = lines.prefix(ahead).map(String.init) + gap + lines.suffix(behind).map(String.init)
    return "<pre>\(Markup.escaped(shown.joined(separator: "\n")))</pre>"
  }
}
