// The options of ps(1) in their UNIX and BSD forms.

import LinuxMemory
import ScriptLanguage

/// What a line of ps options asks for.
struct PsArguments {
  /// A ready-made list of columns.
  enum Format: Equatable {
    /// `ps`.
    case plain
    /// `ps x`.
    case bsd
    /// `ps u`.
    case user
    /// `ps v`.
    case memory
    /// `ps -f`.
    case full
  }

  /// One key of `--sort`.
  struct SortKey {
    var column: PsColumn
    var descends: Bool
  }

  private(set) var format = Format.plain
  /// The columns of `-o`, empty for the format's own.
  private(set) var columns: [PsColumn] = []
  /// The wanted processes by number or name; nil for all.
  private(set) var numbers: [Int32]?, names: [String]?
  private(set) var hidesHeadings = false
  /// Whether threads have rows of their own (`-L`).
  private(set) var showsThreads = false
  private(set) var sortKeys: [SortKey] = []

  /// Reads the words of a line.
  ///
  /// - Throws: `ShellFailure` in ps's words; `ScriptError` for an option that is not modelled.
  init(_ words: [String]) throws {
    var index = 0
    while index < words.count {
      let word = words[index]
      if word.hasPrefix("--") {
        try readLong(words, &index)
      } else if word.hasPrefix("-"), word.count > 1 {
        try readUNIX(words, &index)
      } else if word.first?.isNumber == true {
        try addNumbers(word)
      } else {
        try readBSD(words, &index)
      }
      index += 1
    }
  }

  /// The error that ps prints, with its synopsis.
  static func failure(_ problem: String) -> ShellFailure {
    ShellFailure("error: \(problem)\n\nUsage:\n ps [options]\n\nFor more details see ps(1).")
  }

  private mutating func readLong(_ words: [String], _ index: inout Int) throws {
    let parts = words[index].dropFirst(2).split(separator: "=", maxSplits: 1)
    let name = parts.first.map { String($0) } ?? ""
    func value(_ problem: String) throws -> String {
      if parts.count == 2 { return String(parts[1]) }
      guard index + 1 < words.count else { throw Self.failure(problem) }
      index += 1
      return words[index]
    }
    switch name {
    case "help": throw HelpRequest()
    case "no-headers", "no-headings", "no-heading", "noheaders", "noheadings", "noheader":
      hidesHeadings = true
    case "pid": try addNumbers(value("list of process IDs must follow --pid"))
    case "format": try addColumns(value("format specification must follow --format"))
    case "sort": try addSortKeys(value("long sort specification must follow 'k'"))
    case "ppid", "user", "group", "forest", "headers", "cols", "columns", "width", "sid", "tty", "info",
      "context",
      "quick-pid", "deselect", "cumulative", "lines", "rows", "version":
      throw ScriptError(notModelled: "ps --\(name)", argument: index)
    default: throw Self.failure("unknown gnu long option")
    }
  }

  private mutating func readUNIX(_ words: [String], _ index: inout Int) throws {
    let start = index
    var letters = words[index].dropFirst()
    while let letter = letters.popFirst() {
      switch letter {
      case "e", "A", "a", "d": break
      case "f": format = .full
      case "L": showsThreads = true
      case "o": try addColumns(Self.rest(&letters, words, &index, "format specification must follow -o"))
      case "p", "q":
        try addNumbers(Self.rest(&letters, words, &index, "list of process IDs must follow -\(letter)"))
      case "C":
        let list = try Self.rest(&letters, words, &index, "list of command names must follow -C")
        names = (names ?? []) + list.split(separator: ",").map { String($0) }
      case "F", "l", "j", "T", "m", "M", "Z", "H", "y", "O", "u", "U", "g", "G", "s", "t", "w", "n", "N",
        "c",
        "x", "k", "V":
        throw ScriptError(notModelled: "ps -\(letter)", argument: start)
      default: throw Self.failure("unsupported SysV option")
      }
    }
  }

  private mutating func readBSD(_ words: [String], _ index: inout Int) throws {
    let start = index
    var letters = words[index][...]
    while let letter = letters.popFirst() {
      switch letter {
      // There is one user and no terminal, so these select nothing more and nothing less.
      case "a", "x", "w":
        if format == .plain { format = .bsd }
      case "u": format = .user
      case "v": format = .memory
      case "h": hidesHeadings = true
      case "o": try addColumns(Self.rest(&letters, words, &index, "format specification must follow o"))
      case "p": try addNumbers(Self.rest(&letters, words, &index, "list of process IDs must follow p"))
      case "f", "l", "s", "j", "X", "e", "c", "n", "r", "S", "T", "t", "U", "O", "k", "m", "H", "L", "g", "Z",
        "V":
        throw ScriptError(notModelled: "ps \(letter)", argument: start)
      default: throw Self.failure("unsupported option (BSD syntax)")
      }
    }
  }

  /// The value of an option: what follows its letter, or the next word.
  private static func rest(
    _ letters: inout Substring, _ words: [String], _ index: inout Int, _ problem: String
  ) throws -> String {
    if !letters.isEmpty {
      defer { letters = "" }
      return String(letters)
    }
    guard index + 1 < words.count else { throw failure(problem) }
    index += 1
    return words[index]
  }

  private mutating func addNumbers(_ list: String) throws {
    var found = numbers ?? []
    for part in list.split(whereSeparator: { $0 == "," || $0 == " " }) {
      guard let number = Int32(part), number > 0 else { throw Self.failure("process ID list syntax error") }
      found.append(number)
    }
    numbers = found
  }

  private mutating func addColumns(_ list: String) throws {
    // A heading of one's own takes the rest of the word.
    var rest = list[...]
    while !rest.isEmpty {
      let end = rest.firstIndex { $0 == "," || $0 == " " || $0 == "=" } ?? rest.endIndex
      let name = String(rest[..<end])
      guard let column = PsColumn.named(name) else {
        throw Self.failure("unknown user-defined format specifier \"\(name)\"")
      }
      if end < rest.endIndex, rest[end] == "=" {
        // Only an empty heading may be followed by more columns.
        let heading = rest[rest.index(after: end)...]
        let isEmpty = heading.first == "," || heading.isEmpty
        columns.append(isEmpty ? column.headed("") : column.headed(String(heading)))
        rest = isEmpty ? heading.dropFirst() : ""
      } else {
        columns.append(column)
        rest = rest[end...].dropFirst()
      }
    }
  }

  private mutating func addSortKeys(_ list: String) throws {
    for part in list.split(separator: ",") {
      let name = part.first == "-" || part.first == "+" ? part.dropFirst() : part
      guard let column = PsColumn.named(String(name)) else { throw Self.failure("unknown sort specifier") }
      sortKeys.append(SortKey(column: column, descends: part.first == "-"))
    }
  }
}
