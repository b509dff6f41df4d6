// The table of tasks in a message of the OOM killer.

/// The table of tasks that the OOM killer looked at (`dump_tasks`, mm/oom_kill.c), of any release: its head names the
/// columns.
public struct TaskListing: KernelFormat {
  /// One task.
  public struct Row: Sendable, Equatable {
    /// The number of the process.
    public var process: Int
    /// The numbers in the columns between the process and the name.
    public var values: [Int]
    /// Its name.
    public var name: String

    /// Makes a row.
    ///
    /// - Parameters:
    ///   - process: the number of the process.
    ///   - values: the numbers in the columns between the process and the name.
    ///   - name: its name.
    public init(process: Int, values: [Int], name: String) {
      self.process = process
      self.values = values
      self.name = name
    }

    /// Reads what follows the number of a process; nil where the row ends early.
    ///
    /// - Parameters:
    ///   - process: the number in brackets.
    ///   - text: the rest of the row.
    ///   - columns: how many numbers stand before the name.
    init?(process: Int, _ text: ArraySlice<UInt8>, columns: Int) {
      self.init(process: process, values: [], name: "")
      var cursor = TextCursor(text)
      for _ in 0..<columns {
        cursor.skipSpaces()
        guard let value = cursor.integer(), abs(value) < 1 << 44, cursor.next == UInt8(ascii: " ") else {
          return nil
        }
        values.append(value)
      }
      guard cursor.take(" "), !cursor.isAtEnd else { return nil }
      name = cursor.rest.text
    }
  }

  /// The columns between the process and the name, as the head names them.
  public var columns: [String]
  /// The tasks.
  public var rows: [Row]
  /// Whether a line above the head says that it counts pages, as since Linux 4.20.
  public var isTitled: Bool

  private static let title = "Tasks state (memory values in pages):"

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - columns: the columns between the process and the name.
  ///   - rows: the tasks.
  ///   - isTitled: whether a line above the head says that it counts pages; then the first column is wider.
  public init(columns: [String], rows: [Row], isTitled: Bool) {
    self.columns = columns
    self.rows = rows
    self.isTitled = isTitled
  }

  /// Reads a table; nil where a line is of another form.
  public init?(parsing text: String) {
    var lines = text.fileLines[...]
    isTitled = lines.first == Self.title[...]
    if isTitled { lines = lines.dropFirst() }
    guard let head = lines.popFirst(), let columns = Self.columns(ofHead: Array(head.utf8)[...]),
      columns.last == "name"
    else { return nil }
    self.columns = columns.dropLast()
    rows = []
    for line in lines {
      if let row = Self.row(line, columns: self.columns.count) {
        rows.append(row)
      } else {
        // A name can have a newline.
        guard !rows.isEmpty else { return nil }
        rows[rows.count - 1].name += "\n" + line
      }
    }
  }

  private static func row(_ line: Substring, columns: Int) -> Row? {
    var cursor = TextCursor(Array(line.utf8)[...])
    guard cursor.take("[") else { return nil }
    cursor.skipSpaces()
    guard let process = cursor.integer(), cursor.take("]") else { return nil }
    return Row(process: process, cursor.rest, columns: columns)
  }

  /// The names of the columns in the head of a table; nil for another line.
  static func columns(ofHead line: ArraySlice<UInt8>) -> [String]? {
    guard line.first == UInt8(ascii: "["), let close = line.firstIndex(of: UInt8(ascii: "]")),
      line[(line.startIndex + 1)..<close].contains("pid"), line.contains("tgid")
    else { return nil }
    return line[(close + 1)...].split(separator: UInt8(ascii: " ")).map(\.text)
  }

  /// The width of a column.
  private static func width(of column: String) -> Int {
    switch column {
    case "uid", "tgid": 5
    case "cpu": 3
    case "nr_ptes", "nr_pmds", "nr_puds", "oom_adj": 7
    case "rss_shmem": 9
    case "oom_score_adj": 13
    default: 8
    }
  }

  /// The lines.
  public var text: String {
    let pidWidth = isTitled ? 7 : 5
    var text = isTitled ? Self.title + "\n[  pid  ]" : "[ pid ]"
    let widths = columns.map(Self.width)
    for (column, width) in zip(columns, widths) { text += " " + column.alignedRight(width) }
    text += " name\n"
    for row in rows {
      text += "[\(row.process.decimal(pidWidth))]"
      for (value, width) in zip(row.values, widths) { text += " " + value.decimal(width) }
      text += " \(row.name)\n"
    }
    return text
  }
}
