// Noting what memory amounts to behind each statement.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// Whether a source text asks for the timeline, so that its statements have to be noted.
  static func asksForTimeline(_ source: SourceText) -> Bool {
    let word = Array("timeline".utf8)
    guard source.bytes.count >= word.count else { return false }
    return source.bytes.withUnsafeBufferPointer { bytes in
      var index = 0
      while index + word.count <= bytes.count {
        if bytes[index] == word[0], bytes[index..<index + word.count].elementsEqual(word) { return true }
        index += 1
      }
      return false
    }
  }

  /// Notes the figures behind a statement.
  func noteSample(_ story: TraceStory? = nil) {
    guard isNotingSamples, let process = machine.process(currentProcess) ?? machine.process(ProcessID(1))
    else { return }
    let page = { (pages: Int) in UInt64(max(pages, 0)) << 12 }
    let sample = TimelineSample(
      statement: statementCount, line: statementLine, text: statementText, process: process.name,
      virtual: process.virtualBytes, resident: process.residentBytes,
      swapped: page(process.addressSpace.resident.swapped), free: machine.freeBytes,
      cached: page(machine.files.cachedPages), swapUsed: page(machine.swap.usedSlots),
      faults: machine.pageEvents.faults, majorFaults: machine.pageEvents.majorFaults, time: machine.clock,
      endings: machine.endingCount, boot: bootCount)
    samples.add(sample)
    noteReported(sample, story)
    if statementCount > 0 { tell(.result(sample)) }
  }

  /// Memory over the statements so far, as far as ``recordsTimeline`` or the script asked for it.
  public var timelineView: TimelineView { samples }
}
