// Reading rows of the table of tasks by the columns that its head names.

extension TaskTable.Row {
  /// Reads what follows the number of a process; nil where the row ends early, or says what cannot be.
  ///
  /// - Parameters:
  ///   - process: the number in brackets.
  ///   - text: the rest of the row.
  ///   - columns: the names in the head of the table, the last of which is `name`.
  init?(process: Int, _ text: ArraySlice<UInt8>, columns: [String]) {
    guard let row = TaskListing.Row(process: process, text, columns: columns.count - 1) else { return nil }
    self.init(
      process: process, user: 0, name: Self.withoutRemark(row.name), virtualPages: 0, residentPages: 0)
    for (column, value) in zip(columns, row.values) {
      switch column {
      case "uid": user = value
      case "total_vm": virtualPages = value
      case "rss": residentPages = value
      case "rss_file", "rss_shmem": residentFilePages = (residentFilePages ?? 0) + value
      case "swapents": swapPages = value
      case "pgtables_bytes": pageTableBytes = value
      case "nr_ptes", "nr_pmds", "nr_puds":
        pageTableBytes = (pageTableBytes ?? 0) + value << 12
      case "oom_score_adj": adjustment = value
      default: break
      }
      guard value >= 0 || column == "oom_score_adj" || column == "oom_adj" || column == "uid" else {
        return nil
      }
    }
    if let adjustment, !(-1000...1000).contains(adjustment) { return nil }
  }

  /// A name has 15 bytes at most (`TASK_COMM_LEN`): what somebody wrote behind it is none of it.
  private static func withoutRemark(_ name: String) -> String {
    guard name.utf8.count > 15 else { return name }
    let bytes = Array(name.utf8)[...]
    let ends = [bytes.firstIndex(of: "  "), bytes.firstIndex(of: " <"), bytes.firstIndex(of: " #")]
    return ends.compactMap { $0 }.min().map { bytes[..<$0].text } ?? name
  }
}
