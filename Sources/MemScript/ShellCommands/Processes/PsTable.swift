// How ps(1) lays its columns out.

import LinuxMemory

/// The table of ps(1).
struct PsTable {
  /// The columns from left to right.
  var columns: [PsColumn]
  /// Whether the line of headings is left out.
  var hidesHeadings = false

  /// The whole output.
  ///
  /// - Parameter work: counts the lines, and ends them early when it is told to.
  func text(_ rows: [PsRow], _ work: WorkMeter = WorkMeter()) -> String {
    var text = ""
    if !hidesHeadings, columns.contains(where: { !$0.heading.isEmpty }) { text += line { $0.heading } }
    for row in rows where work.spend(32) { text += line { $0.value(row) } }
    return text
  }

  /// Lays out one line as ps does: what a cell is too wide is taken from the gaps behind it.
  private func line(_ cell: (PsColumn) -> String) -> String {
    var line = ""
    var wanted = 0
    for (index, column) in columns.enumerated() {
      let text = cell(column)
      let lead = column.isText ? 0 : max(0, column.width - text.utf8.count)
      let gap = wanted - line.utf8.count + lead
      line += String(repeating: " ", count: gap < 1 ? min(index, 1) : gap) + text
      wanted += column.width + 1
    }
    // A last column of text is followed by nothing, also where it is shorter than its width.
    return line + "\n"
  }
}
