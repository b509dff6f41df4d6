// The formats of /proc/PID/stat and /proc/PID/statm.

/// `/proc/PID/stat`: a number, a name in parentheses, a state, and numbers, of any kernel (proc(5)).
public struct ProcessStat: KernelFormat {
  /// The number of the process or thread.
  public var id: Int
  /// Its name, at most 15 bytes; it may hold spaces and parentheses.
  public var name: String
  /// What stands behind the name, the state first; proc(5) counts it as field 3.
  public var fields: [String]

  /// Makes a file.
  public init(id: Int, name: String, fields: [String]) {
    self.id = id
    self.name = name
    self.fields = fields
  }

  /// Reads a file; nil when it has no name or too few fields.
  public init?(parsing text: String) {
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close,
      let id = Int(text[..<open].dropLast())
    else { return nil }
    self.id = id
    name = String(text[text.index(after: open)..<close])
    fields = text[text.index(after: close)...].split { $0 == " " || $0 == "\n" }.map(String.init)
    if fields.count < 20 { return nil }
  }

  /// A field by its number in proc(5), from 4 on, as a number; nil where there is none.
  public func number(_ field: Int) -> Int? {
    fields.indices.contains(field - 3) ? Int(fields[field - 3]) : nil
  }

  /// The file's text.
  public var text: String { "\(id) (\(name)) \(fields.joined(separator: " "))\n" }
}

/// `/proc/PID/statm`: a process's memory in pages (proc(5)).
public struct MemoryStatus: KernelFormat {
  /// size, resident, shared, text, lib, data and dt.
  public var pages: [Int]

  /// Makes a file.
  public init(pages: [Int]) { self.pages = pages }

  /// Reads a file; nil unless it has seven numbers.
  public init?(parsing text: String) {
    guard let line = text.fileLines.first, let pages = line.words.numbers, pages.count == 7 else {
      return nil
    }
    self.pages = pages
  }

  /// The file's text.
  public var text: String { pages.map { String($0) }.joined(separator: " ") + "\n" }
}
