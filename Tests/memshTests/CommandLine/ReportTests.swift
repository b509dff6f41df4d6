// --report: a page that stands for itself.

import Foundation
import Testing

@Suite struct ReportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func report(_ arguments: [String], name: String = "r.html") throws -> String {
    let file = folder.url.appendingPathComponent(name).path
    _ = try Memsh.run(["--report", file] + arguments)
    return try String(contentsOfFile: file, encoding: .utf8)
  }

  private var oom: String { Memsh.package.appendingPathComponent("scripts/scenarios/oom.mem").path }

  @Test func isSmallSelfContainedAndTheSameEachTime() throws {
    let page = try report([oom])
    #expect(page.utf8.count < 300_000)
    #expect(page == (try report([oom], name: "other.html")))
    for word in ["http://", "https://", "src=", "@import", "url("] {
      #expect(!page.contains(word), "\(word)")
    }
    for word in [
      "<title>oom.mem - memsh report</title>", "883 times, RSS +882 MiB", "killed PID 89",
      "oom invoked oom-killer",
      "<td>oom</td>", "aria-label=", "prefers-color-scheme:dark", "@media print", "Address space of oom",
      "Heap of oom",
      "0MB written", "name=\"viewport\"",
    ] { #expect(page.contains(word), "\(word)") }
  }

  @Test func escapesWhatAScriptSays() throws {
    let script =
      "x = \"</script><b>&\\x01\"\nprint x\nprocess \"<i>\" { p = malloc 1M; write p }\n# </style><script>alert(1)</script>\ntimeline"
    let page = try report(["-c", script])
    #expect(!page.contains("<b>&") && !page.contains("<i>") && !page.contains("<script>alert"))
    #expect(page.components(separatedBy: "</script>").count == 2)
    #expect(page.contains("&lt;/script&gt;&lt;b&gt;&amp;"))
  }

  @Test(arguments: ["", "print )", "x = 1", "exit(3)"])
  func isThereForEveryScript(_ script: String) throws {
    #expect(try report(["-c", script]).contains("</html>"))
  }

  /// A later arena may lie below an earlier one. 132 KiB below the break and in each heap, less its head.
  @Test func drawsTheHeapsOfArenasOneBehindTheOther() throws {
    let page = try report(
      ["-c", "thread a { p = malloc 100; holding arena { thread b { q = malloc 50000 } } }\nwrite p"])
    #expect(page.contains("Heap of main, 391.6 KiB to scale: in use 49 KiB"))
  }

  /// `scripts/picture` makes it.
  @Test func theReadmeHasThePictureOfItsSession() throws {
    let session = Memsh.package.appendingPathComponent("scripts/support/session.mem")
    let picture = Memsh.package.appendingPathComponent("Guides/session.svg")
    #expect(try report([session.path], name: "session.svg") == String(contentsOf: picture, encoding: .utf8))
  }

  @Test func picturesAreSVG() throws {
    let picture = try report(["-c", "p = malloc 10M\nwrite p\nfree p"], name: "p.svg")
    #expect(picture.hasPrefix("<svg xmlns=") && picture.contains("RSS"))
    #expect(throws: Never.self) { try XMLDocument.check(picture) }
    #expect(try Memsh.run(["--report", "/nowhere/x.html", "-c", "1"]).status == 2)
  }

  @Test func comesOutOfTheShell() throws {
    let terminal = try Terminal(environment: ["TERM": "xterm", "HOME": folder.url.path])
    try terminal.wait(for: "memsh> ")
    terminal.enter("p = malloc 10M")
    try terminal.wait(for: "memsh> ")
    terminal.enter("write p")
    try terminal.wait(for: "memsh> ")
    let file = folder.url.appendingPathComponent("s.html").path
    terminal.enter(".report \(file)")
    try terminal.wait(for: "written to ")
    let page = try String(contentsOfFile: file, encoding: .utf8)
    #expect(page.contains("<code>write p</code>") && page.contains("RSS +10 MiB"))
  }

  private static let chromium = "/usr/bin/chromium"

  /// A real browser lays the page out: it has all sections, nothing is wider than the window, and the slider works.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: Self.chromium)), arguments: [1200, 480])
  func opensInABrowser(width: Int) throws {
    var page = try report([oom])
    let probe = """
      <script>
      var slider = document.getElementById('slider');
      slider.value = 0; slider.dispatchEvent(new Event('input'));
      var shown = Array.from(document.querySelectorAll('.moment')).filter(m => m.offsetHeight > 0);
      document.querySelectorAll('svg.curve')[1].dispatchEvent(new PointerEvent('pointermove', {clientX: 300}));
      document.title = ['probe', document.querySelectorAll('svg').length > 20, shown.length, shown[0].id,
        document.documentElement.scrollWidth <= innerWidth, document.querySelector('.now').textContent.length > 5,
        Array.from(document.querySelectorAll('svg')).every(s => s.getAttribute('aria-label'))].join(' ');
      </script></body>
      """
    page = page.replacingOccurrences(of: "</body>", with: probe)
    let file = try folder.write(page, to: "probe.html")
    let run = try Memsh.run(
      URL(fileURLWithPath: Self.chromium),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.url.path)/profile",
        "--window-size=\(width),900", "--dump-dom", "file://\(file)",
      ])
    #expect(
      run.output.contains("<title>probe true 1 moment0 true true true</title>"), "\(run.output.prefix(400))")
  }
}

/// A look at whether a text is well-formed XML, without a parser's help: tags nest and attributes are quoted.
private enum XMLDocument {
  struct Malformed: Error {}

  static func check(_ text: String) throws {
    var open: [Substring] = []
    for match in text.matches(of: /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z:-]+="[^"<]*")*)\s*(\/?)>/) {
      if match.4 == "/" { continue }
      if match.1 == "/" {
        guard open.popLast() == match.2 else { throw Malformed() }
      } else {
        open.append(match.2)
      }
    }
    guard open.isEmpty else { throw Malformed() }
  }
}
