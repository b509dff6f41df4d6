// The allocator on a machine against recordings of the real glibc 2.36, call by call.

import Testing

@testable import MemScript

@Suite("Recordings of glibc 2.36 on a machine")
struct RecordedTracesTests {
  /// Every line is equal: pointers, usable sizes, errno, break, system calls, mallinfo2, pages and faults; for
  /// misuse the abort text, and the line and the signal of the end.
  @Test(arguments: [("traces", 88), ("misuse", 39)])
  func everyLineIsEqual(file: String, count: Int) async throws {
    let recordings = try RecordedTrace.all(file)
    #expect(recordings.count == count)
    var lines = 0
    var equal = 0
    for recording in recordings {
      let results = try Self.replay(recording.trace)
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

  /// The result lines of a trace on the machine of the recordings.
  static func replay(_ trace: String) throws -> [String] {
    let settings = ReplayResultLines.machineSettings.map { (key: $0.0, value: $0.1) }
    return Array(
      try ReplayResultLines(
        of: AllocationTrace(reading: SourceText(name: "trace", text: trace)),
        on: MachineConfiguration(settings: settings)))
  }
}
