// What Tab offers, and what help finds.

import MemScript
import Testing

@Suite("completion and help") struct CompletionTests {
  @Test(
    "what may stand at the end of a line",
    arguments: [
      ("machine ra", ["ram="]), ("free -m | gre", ["grep"]), ("nproc && una", ["uname"]),
      ("x = $(upt", ["uptime"]), ("cat /proc/mem", ["/proc/meminfo"]),
      ("p = mallo", ["malloc", "malloc_info"]),
      (".help MCL_F", ["MCL_FUTURE"]),
    ])
  func completions(line: String, expected: [String]) throws {
    let session = try Session { _, _ in }
    let words = session.completions(for: line, at: line.utf8.count).words
    #expect(Set(expected).isSubset(of: words), "\(words)")
    #expect(words.count < 12, "\(words)")
  }

  @Test(
    "pages fit a terminal of 80 columns", arguments: ["while", "ram", "float", "watch", "malloc", "mallopt"])
  func pages(topic: String) throws {
    let page = try #require(try Session { _, _ in }.help(topic))
    for line in page.split(separator: "\n").dropFirst() { #expect(line.count <= 80, "\(line)") }
  }
}
