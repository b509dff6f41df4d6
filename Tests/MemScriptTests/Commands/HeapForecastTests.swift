// heap --if: what other settings would have changed, against scripts that have them.

import MemScript
import Testing

struct HeapForecastTests {
  /// Threads that leave freed memory in their arenas.
  private static let burst = """
    func burst() {
        for t in 0..<6 {
            thread "w{t}" {
                blocks = []
                repeat 40 { push(blocks, malloc(9000)) }
                for b in blocks { write b, 9000 }
                for i in 0..<39 { free blocks[i] }
            }
        }
    }
    func rss() { return int($(grep VmRSS /proc/self/status | tr -dc 0-9)) }

    """

  private func said(_ script: String) throws -> String { try Transcript().run(Self.burst + script).said }

  /// The second figure of a line of the table, in KiB.
  private func kibibytes(_ label: String, in text: String) throws -> Double {
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(label) })
    let words = line.dropFirst(label.count).split(separator: " ").suffix(2)
    let number = try #require(words.first.flatMap { Double($0) })
    return words.last == "MiB" ? number * 1024 : number
  }

  @Test(
    "the forecast is what a script with the setting has",
    arguments: [
      ("MALLOC_ARENA_MAX=1", "export MALLOC_ARENA_MAX=1"),
      ("MALLOC_ARENA_MAX=2", "export MALLOC_ARENA_MAX=2"),
      ("MALLOC_MMAP_THRESHOLD_=8000", "export MALLOC_MMAP_THRESHOLD_=8000"),
      ("glibc=2.41", "machine glibc=2.41"),
      ("glibc=2.31", "machine glibc=2.31"),
      ("GLIBC_TUNABLES=glibc.malloc.tcache_count=0", "export GLIBC_TUNABLES=glibc.malloc.tcache_count=0"),
    ])
  func equalsTheRealRun(change: String, setting: String) throws {
    let forecast = try kibibytes("VmRSS", in: said("process p { burst()\nheap --if \(change) }"))
    let real = try #require(Double(said("\(setting)\nprocess p { burst()\nprint rss() }").dropLast()))
    #expect(abs(forecast - real) < 0.051 * 1024, "forecast \(forecast), real \(real)")
  }

  @Test("heap tells unasked what two arenas would have changed, and leaves the machine as it is")
  func unasked() throws {
    let text = try said("process p { burst()\nbefore = rss()\nheap\nexpect rss() == before }")
    #expect(text.contains("MALLOC_ARENA_MAX=2 from the start would have made RSS "))
    #expect(!text.contains("expect"))
  }

  @Test("what cannot be is refused with a reason, and nothing is lost")
  func refusals() throws {
    for (change, reason) in [
      ("MALLOC_ARENA_MAX=x", "out of range"), ("nothing=1", "does not know 'nothing'"),
      ("glibc", "not NAME=VALUE"),
      ("ram=1", "128M"), ("=1", "not NAME=VALUE"), ("GLIBC_TUNABLES=a", "not name=value"),
    ] {
      let text = try said("p = malloc 10\nheap --if \(change) || true\nfree p\nprint \"on\"")
      #expect(text.contains(reason), "\(change): \(text)")
      #expect(text.hasSuffix("on\n"), "\(change): \(text)")
    }
  }

  @Test("commands of the host's run once")
  func hostCommands() throws {
    var calls = 0
    var text = ""
    let session = try Session { text += $1 }
    try session.addCommand("launch") { calls += 1 }
    session.run("launch()\np = malloc 10\nheap --if MALLOC_ARENA_MAX=1")
    #expect(calls == 1)
    #expect(text.contains("cannot be run again"))
  }

  @Test("what nobody asked for costs no script its steps, and what is asked for is charged")
  func budgets() throws {
    let script = Self.burst + "process p { burst()\nheap }"
    let open = try Session()
    open.limits.steps = 1_000_000
    #expect(open.run(script) == .finished)
    let needed = open.stepsTaken
    // Only the heap's own steps and an eighth of what is left may go.
    let tight = try Session()
    tight.limits.steps = needed * 3 / 4
    #expect(tight.run(script) == .finished)
    let asked = try Session()
    asked.limits.steps = needed * 3 / 4
    asked.run(
      Self.burst + "process p { burst()\nheap --if MALLOC_ARENA_MAX=1\nheap --if MALLOC_ARENA_MAX=2 }")
    #expect(asked.stepsTaken > needed / 4)
  }
}
