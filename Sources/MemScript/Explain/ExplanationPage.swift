// Explanations as one page: what was full, who held it, who was next. No network, no script.

import KernelText
import LinuxMemory

/// Puts a page of explanations together.
package struct ExplanationPage {
  /// How many reports a page shows; of a log with more, the first ones.
  package static let mostReports = 100

  private var sections: [String] = []
  private var titles: [String] = []
  private var count = 0

  /// Makes a page without reports.
  package init() {}

  /// Adds a report.
  ///
  /// - Parameters:
  ///   - explanation: what it means.
  ///   - source: the log's name; empty for none.
  package mutating func add(_ explanation: ReportExplanation, from source: String) {
    count += 1
    guard count <= Self.mostReports else { return }
    let title = (source.isEmpty ? "" : "\(source): ") + explanation.heading
    titles.append(title)
    sections.append(
      Markup.element(
        "section", [("id", "report\(count)"), ("class", "report")],
        Markup.element("h2", [], Markup.escaped(title)) + Self.words(explanation) + Self.drawings(explanation)
      ))
  }

  /// The whole page.
  package var html: String {
    let heading =
      switch count {
      case 0: "No report of the kernel about memory"
      case 1: "Why memory ran out"
      default: "Why memory ran out: \(count) reports"
      }
    let links = titles.enumerated().map { index, title in
      Markup.element("li", [], Markup.element("a", [("href", "#report\(index + 1)")], Markup.escaped(title)))
    }
    let rest =
      count > Self.mostReports ? "<p>\(count - Self.mostReports) more reports are not shown.</p>" : ""
    let body = """
      <header><h1>\(heading)</h1>\(links.count > 1 ? Markup.element("ol", [], links.joined()) : "")</header>
      <main>\(sections.joined(separator: "\n"))\(rest)</main>
      <footer>Made by memsh explain. What a report does not tell is not shown.</footer>
      """
    return Markup.page(title: "\(heading) - memsh explain", style: ReportStyle.sheet + Self.sheet, body: body)
  }

  private static let sheet = """
    dl{display:grid;grid-template-columns:6rem 1fr;gap:.2rem .8rem}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
    .slab{fill:var(--huge);background:var(--huge)}.files{fill:var(--freed);background:var(--freed)}
    .kernel{fill:var(--dim);background:var(--dim)}.untold{fill:#d6336c;background:#d6336c}
    .locked{fill:#7048e8;background:#7048e8}.tables{fill:#adb5bd;background:#adb5bd}figcaption span{white-space:nowrap}
    .victim{fill:var(--dead)}.limit{stroke:var(--dead);stroke-width:1.5}
    @media (max-width:40rem){dl{grid-template-columns:1fr}}
    """

  private static func words(_ explanation: ReportExplanation) -> String {
    Markup.element(
      "dl", [],
      explanation.entries.map { label, text in
        Markup.element("dt", [], Markup.escaped(label)) + Markup.element("dd", [], Markup.escaped(text))
      }.joined())
  }

  private static func drawings(_ explanation: ReportExplanation) -> String {
    [
      ExplanationDrawings.memory(explanation), ExplanationDrawings.zones(explanation),
      ExplanationDrawings.ranking(explanation),
    ]
    .compactMap { $0 }.joined()
  }
}
