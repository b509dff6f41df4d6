// The table of tasks in a report of the OOM killer.

import KernelText

extension TaskListing {
  /// The table of those whom the killer looked at.
  ///
  /// - Parameters:
  ///   - candidates: the processes in the order of their numbers.
  ///   - layout: how the release writes the table.
  init(_ candidates: [OOMCandidate], _ layout: ReportWording.TaskTable) {
    let page = 4096
    switch layout {
    case .pages:
      self.init(
        columns: ["uid", "tgid", "total_vm", "rss", "pgtables_bytes", "swapents", "oom_score_adj"],
        rows: candidates.map { $0.row([$0.figures.pageTablePages * page]) }, isTitled: true)
    case .pagesByKind:
      self.init(
        columns: [
          "uid", "tgid", "total_vm", "rss", "rss_anon", "rss_file", "rss_shmem", "pgtables_bytes", "swapents",
          "oom_score_adj",
        ],
        rows: candidates.map {
          let resident = $0.resident
          return $0.row([
            resident.anonymous, resident.file, resident.shared, $0.figures.pageTablePages * page,
          ])
        }, isTitled: true)
    case .tablesByNumber:
      self.init(
        columns: ["uid", "tgid", "total_vm", "rss", "nr_ptes", "swapents", "oom_score_adj"],
        rows: candidates.map { $0.row([$0.figures.pageTablePages]) }, isTitled: false)
    }
  }
}

extension OOMCandidate {
  /// The candidate's row.
  ///
  /// - Parameter middle: the columns between resident pages and pages in swap.
  fileprivate func row(_ middle: [Int]) -> TaskListing.Row {
    TaskListing.Row(
      process: Int(process.rawValue),
      values: [Int(userID), Int(process.rawValue), totalVirtualPages, figures.residentPages] + middle
        + [figures.swapPages, figures.adjustment], name: name)
  }
}
