// Memory system calls against random sequences of them that a real Linux 6.1.176 carried out.

import LinuxMemory
import Testing

@Suite struct RecordedCallsTests {
  @Test(
    arguments: [
      ("calls-amd64", "x86_64"), ("calls-i386", "i386"), ("edges-amd64", "x86_64"), ("edges-i386", "i386"),
    ])
  func everyCallLeavesWhatLinuxLeft(file: String, architecture: String) throws {
    let text = String(decoding: try PackedFile.unpack("calls/\(file).txt"), as: UTF8.self)
    let recording = RecordedCalls(text)
    #expect(recording.sequences.count >= 39)
    let base = try MachineConfiguration(settings: [("arch", architecture)])
    for sequence in recording.sequences {
      let difference = try sequence.firstDifference(on: base)
      #expect(difference == nil)
    }
  }
}
