// The allocator against recordings of the real glibc, call by call.

import MemScript
import Testing

@Suite("Recordings of glibc")
struct RecordedTracesTests {
  /// Recordings in which some lines differ, and why.
  private static let exceptions = [
    // A 32-bit program under a 64-bit kernel has 4 GiB; the simulated kernel of 32 bits leaves it 3.
    "i386 directed-i_enomem", "i386 enomem-00",
  ]

  /// Every line is equal: pointers, usable sizes, errno, break, system calls, mallinfo2, pages and faults; for
  /// misuse the abort text, and the line and the signal of the end.
  @Test(arguments: [
    ("traces", 88), ("misuse", 39), ("threads", 80), ("threads-misuse", 30), ("more", 114),
    ("more-misuse", 10),
    ("i386", 47), ("i386-misuse", 20), ("i386-threads", 58),
    // Sizes and settings at their borders, no memory, tunables as nobody should write them.
    ("borders", 15), ("threads-borders", 24), ("i386-borders", 8), ("i386-threads-borders", 7),
    ("2.31-borders", 15), ("2.31-threads-borders", 24), ("2.41-borders", 15), ("2.41-threads-borders", 24),
    ("2.43-borders", 17), ("2.43-threads-borders", 23),
    ("2.31", 96), ("2.31-misuse", 49), ("2.31-threads", 56), ("2.31-threads-misuse", 30),
    ("2.41", 96), ("2.41-misuse", 49), ("2.41-threads", 56), ("2.41-threads-misuse", 30),
    ("2.43", 96), ("2.43-misuse", 49), ("2.43-threads", 56), ("2.43-threads-misuse", 30),
  ])
  func everyLineIsEqual(file: String, count: Int) throws {
    let detail: ArenaDetail =
      file.contains("threads") ? .stacks : ["traces", "misuse"].contains(file) ? .none : .heaps
    let version = file.hasPrefix("2.") ? String(file.prefix(4)) : "2.36"
    let recordings = try RecordedTrace.all(file)
    #expect(recordings.count == count)
    var lines = 0
    var equal = 0
    for recording in recordings where !Self.exceptions.contains("\(file) \(recording.name)") {
      let results = try SimulatedGlibc.run(
        recording.trace, detail: detail, isNarrow: file.hasPrefix("i386"), glibc: version)
      #expect(results.count == recording.results.count, "\(recording.name)")
      let differing = zip(results, recording.results).enumerated().filter { $1.0 != $1.1 }
      if let (index, (ours, theirs)) = differing.first {
        Issue.record("\(recording.name) line \(index + 1): \(ours) instead of \(theirs)")
      }
      lines += recording.results.count
      equal += min(results.count, recording.results.count) - differing.count
    }
    print("\(file): \(equal) of \(lines) lines equal")
    #expect(equal == lines)
  }

  /// Threads that do not exist, end twice or wait for themselves are refused where they stand.
  @Test(arguments: [
    ("E 0", "does not wait for itself"), ("m 1 9\nE 1", "no thread 1"), ("N 1\nN 1", "a thread 1 already"),
    ("m 1 9\nT -1", "no thread -1"), ("N 1\nN 18446744073709551615", "a number from 1"),
    ("N 1\nN 0", "a number from 1"),
    ("N 1\nT 1\nE 1", "does not wait for itself"), ("N 1\nE 1\nT 1", "no thread 1"),
    ("N 1\nT 1\nE 0", "main thread"),
  ])
  func threadsThatCannotBe(trace: String, words: String) throws {
    let error = #expect(throws: (any Error).self) {
      try SimulatedGlibc.run("m 9 9\n" + trace, detail: .stacks)
    }
    #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
  }

  /// The first word of a heap tells whose it is, in memory as in glibc: who overwrites it dies of the next free.
  @Test func anOverwrittenHeapHeadIsFollowed() throws {
    let lines = try SimulatedGlibc.run(
      "N 1\nT 1\nm 1 5000\nm 2 100\nW 1 -2928 1\nf 1\nm 3 5000\n", detail: .stacks)
    #expect(lines.last == "!signal 11 line 6")
  }

  /// Four threads have an arena each, and what they hold shows in the text of malloc_stats.
  @Test func eachThreadHasAnArena() throws {
    let lines = try SimulatedGlibc.run("N 1\nN 2\nT 1\nm 1 1000\nT 2\nm 2 1000\nT 0\nS", detail: .stacks)
    #expect(lines[3].hasPrefix("A0+b70 1000"))
    #expect(lines[5].hasPrefix("A1+b70 1000"))
    #expect(lines[7].contains("Arena 2:"))
  }
}
