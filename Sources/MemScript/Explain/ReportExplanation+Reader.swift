// Explaining the reports of a log while it is read.

import KernelText

extension ReportExplanation {
  /// Reads a log piece by piece and explains each report as soon as it is complete.
  ///
  /// A log may be larger than memory: only lines of reports are kept.
  public struct Reader: Sendable {
    private var finder = ReportFinder()
    /// The last explanation of each source: its victim may still be dying in the next report.
    private var last: [String: ReportExplanation] = [:]

    /// Stands before the first byte of a log.
    public init() {}

    /// Reads on.
    ///
    /// - Parameter bytes: the next bytes of the log, cut anywhere.
    /// - Returns: the explanations of reports that are complete.
    public mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) -> [ReportExplanation] {
      explain(finder.feed(bytes))
    }

    /// Ends the log.
    ///
    /// - Returns: the explanations of what was still open.
    public mutating func finish() -> [ReportExplanation] { explain(finder.finish()) }

    private mutating func explain(_ stretches: [[LogLine]]) -> [ReportExplanation] {
      stretches.flatMap(KernelReport.reports).map { report in
        let explanation = ReportExplanation(report, after: last[report.source])
        last[report.source] = explanation
        return explanation
      }
    }
  }
}
