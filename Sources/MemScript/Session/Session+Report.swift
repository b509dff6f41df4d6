// Collecting what a session does for a report.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// How much of what is printed a report keeps.
  private static let mostReportedBytes = 1 << 18

  /// Collects what happens from now on for a report.
  ///
  /// - Parameter name: what the report is about: a script's name.
  public func beginReport(_ name: String) {
    report = RunReport(name: name, text: "", configuration: machine.configuration)
    reportedOutput = ""
    recordsTimeline = true
    observersChanged()
  }

  /// The report of what happened since ``beginReport(_:)``, as a page of HTML; nil when nothing was collected.
  ///
  /// - Parameter status: the exit status that it tells.
  public func reportPage(status: Int32 = 0) -> String? { finished(status: status)?.html }

  /// The curves and inputs of the report as a picture (SVG) that stands for itself; nil when nothing was collected.
  public var reportPicture: String? { finished(status: 0)?.picture }

  private func finished(status: Int32) -> ReportPage? {
    guard var report else { return nil }
    var machine = machine
    machine.events = EventPort()
    report.close(samples.samples.last, machine, scriptPointers.all)
    return ReportPage(report, timeline: samples, machine: machine, output: reportedOutput, status: status)
  }

  /// Adds a source that runs now to the report's script.
  func noteReported(_ source: SourceText) {
    guard report != nil else { return }
    let text = report?.text ?? ""
    reportedLines = text.isEmpty ? 0 : text.utf8.count { $0 == UInt8(ascii: "\n") }
    report?.text += String(decoding: source.bytes, as: UTF8.self)
    if report?.text.hasSuffix("\n") == false { report?.text += "\n" }
  }

  /// Keeps what is printed, as far as there is room.
  func noteReportedOutput(_ text: String) {
    guard report != nil, reportedOutput.utf8.count < Self.mostReportedBytes else { return }
    reportedOutput += text.utf8.count > Self.mostReportedBytes ? String(text.prefix(4096)) : text
  }

  /// Notes what a statement did.
  func noteReported(_ sample: TimelineSample, _ story: TraceStory?) {
    guard report != nil else { return }
    report?.note(
      sample,
      story.map { TraceText($0, level: .brief).lines.map { "\($0.layer): \($0.words)" } } ?? [],
      {
        var machine = machine
        machine.events = EventPort()
        return (machine, scriptPointers.all)
      })
  }
}
