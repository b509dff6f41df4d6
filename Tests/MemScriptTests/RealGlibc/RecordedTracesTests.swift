// The allocator against recordings of the real glibc 2.36, call by call.

import Testing

@Suite("Recordings of glibc 2.36")
struct RecordedTracesTests {
  /// Every line is equal: pointers, usable sizes, errno, break, system calls, mallinfo2, pages and faults; for
  /// misuse the abort text, and the line and the signal of the end.
  @Test(arguments: [("traces", 88), ("misuse", 39)])
  func everyLineIsEqual(file: String, count: Int) throws {
    let recordings = try RecordedTrace.all(file)
    #expect(recordings.count == count)
    var lines = 0
    var equal = 0
    for recording in recordings {
      let results = try SimulatedGlibc.run(recording.trace)
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
}
