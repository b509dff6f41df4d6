// why_oom and /proc/sysrq-trigger.

import MemScript
import ScriptLanguage
import Testing

@Suite("why_oom")
struct WhyOOMCommandTests {
  /// Two processes of different size.
  static let two = "process small { p = malloc 100M; write p }\nprocess large { q = malloc 200M; write q }\n"
  static let request = "echo f > /proc/sysrq-trigger\n"

  /// What a script says, line by line.
  func lines(_ script: String) throws -> [String] {
    var text = ""
    let session = try Session { _, piece in text += piece }
    _ = session.run(SourceText(name: "test.mem", bytes: Array(script.utf8)))
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test("before any kill it tells who would die")
  func forecast() throws {
    let said = try lines(Self.two + "why_oom")
    #expect(said[0] == "Nobody has been killed since boot.")
    #expect(said[1].hasPrefix("If memory ended now, large (PID "))
    #expect(said[5].contains(" large ") && said[5].hasSuffix(" or less: spared"))
    #expect(said[6].contains(" small ") && said[6].hasSuffix(" or more: taken"))
    #expect(try lines(Self.two + "why_oom -n") == Array(said.dropFirst()))
    #expect(try lines("why_oom -l") == [""])
  }

  @Test("what it names as saving does save, and one more does not")
  func saving() throws {
    let line = try #require(
      try lines(Self.two + "why_oom -n").first { $0.contains(" large ") && $0.hasSuffix("spared") })
    let point = try #require(line.split(separator: " ").compactMap { Int($0) }.last)
    for (excess, killed) in [(0, "small"), (1, "large")] {
      let said = try lines(Self.two + "choom -p $large -n \(point + excess)\n" + Self.request + "why_oom")
      #expect(said.contains { $0.hasPrefix("Kill 1, ") && $0.contains(" after boot: \(killed) (PID ") })
      #expect(said.contains("Somebody wrote f to /proc/sysrq-trigger."))
    }
  }

  @Test("a kill that is not known, and a wrong number")
  func errors() throws {
    #expect(try lines("why_oom 1").first?.hasSuffix("line 1: why_oom: no kill 1: there was none") == true)
    let said = try lines(Self.two + Self.request + "why_oom 2")
    #expect(said.contains { $0.hasSuffix("why_oom: no kill 2: 1 to 1 are known") })
    #expect(try lines("why_oom x").first?.contains("the number of a kill is needed") == true)
  }

  @Test("other requests of sysrq-trigger are not modelled, and it cannot be read")
  func requests() throws {
    #expect(try lines("echo b > /proc/sysrq-trigger").first?.contains("Operation not supported") == true)
    #expect(try lines("cat /proc/sysrq-trigger").first?.contains("Permission denied") == true)
  }

  @Test("kernel=3.10 converts oom_adj and words its verdict as it did")
  func oldKernel() throws {
    let said = try lines(
      "machine ram=256M, kernel=3.10\nprocess a { p = malloc 100M; write p; oom_adj 3 }\n"
        + "cat /proc/$a/oom_score_adj\n" + Self.request + "dmesg")
    #expect(said.first == "176")
    #expect(said.contains { $0.hasSuffix("nr_ptes swapents oom_score_adj name") })
    #expect(said.contains { $0.hasSuffix(" or sacrifice child") })
  }
}
