// The allocator against recordings of the real glibc 2.36, call by call.

import Testing

@testable import LinuxMemory

@Suite("Recordings of glibc 2.36")
struct RecordedTracesTests {
  #if DEBUG
    /// Unoptimised code replays the shorter traces only.
    static let longest = 1_600
  #else
    static let longest = Int.max
  #endif

  /// Every line is equal: pointers, usable sizes, errno, break, system calls, mallinfo2, pages and faults.
  @Test(arguments: try RecordedTrace.all("traces").filter { $0.results.count <= longest })
  func replays(_ recording: RecordedTrace) {
    expectEqualResults(recording)
  }

  /// Aborts come with glibc's text, faults with their signal, at the same line.
  @Test(arguments: try RecordedTrace.all("misuse"))
  func endsAsRecorded(_ recording: RecordedTrace) {
    expectEqualResults(recording)
  }

  @Test func recordingsAreComplete() throws {
    #expect(try RecordedTrace.all("traces").count == 88)
    #expect(try RecordedTrace.all("misuse").count == 39)
  }

  private func expectEqualResults(_ recording: RecordedTrace) {
    let results = TraceReplay.run(recording.trace)
    let pairs = zip(results, recording.results)
    if let (index, (ours, theirs)) = pairs.enumerated().first(where: { $1.0 != $1.1 }) {
      Issue.record("\(recording.name) line \(index + 1): \(ours) instead of \(theirs)")
    }
    #expect(results.count == recording.results.count)
  }
}
