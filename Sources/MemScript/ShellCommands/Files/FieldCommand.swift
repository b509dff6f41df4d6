// field: one number out of a file of /proc or /sys.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// A number in a file, for who compares what Linux shows before and after.
  static let field = CatalogueEntry.call(
    "field", [.init("path", .any), .init("name", .any), .init("column", .integer, optional: true)],
    layer: .shell,
    source: "proc(5)",
    summary: "Returns the first number in the line of a file that begins with a name, or that of a column.",
    details:
      "field(\"/proc/meminfo\", \"MemFree\"), field(\"/proc/$web/status\", \"VmRSS\"), field(\"/proc/slabinfo\", "
      + "\"dentry\", 3). The name is the whole first word without its colon; columns count from 1, which is the first "
      + "behind the name. Numbers are as printed: meminfo and status count KiB."
  ) { session, arguments in
    let path = try session.text(arguments, 0)
    let name = try session.text(arguments, 1)
    let column = arguments.isPresent(2) ? try arguments.integer(2) : nil
    if let column, column < 1 { throw ScriptError("columns count from 1", argument: 2) }
    let text = try session.fileText(path)
    try session.budget.charge(bytes: text.utf8.count)
    return try FieldReader(text, path: path).value(of: name, column: column.map { Int(clamping: $0) })
  }
}

extension Session {
  fileprivate func text(_ arguments: borrowing CallArguments, _ index: Int) throws -> String {
    let value = try arguments.value(index)
    guard case .string(let text) = value else {
      throw ScriptError(
        "expected a string", argument: index, hint: "write `field(\"/proc/meminfo\", \"MemFree\")`")
    }
    return text
  }

  /// The text of a file of /proc or /sys, or of a simulated file.
  fileprivate func fileText(_ path: String) throws -> String {
    let absolute = absolutePath(path)
    if let bytes = machine.contents(of: absolute) { return String(decoding: bytes, as: UTF8.self) }
    do throws(ErrorNumber) {
      return try ProcFileSystem(actor: shellProcess).read(absolute, on: machine)
    } catch {
      throw ScriptError("\(path): \(error.message)", argument: 0)
    }
  }
}

/// Finds numbers by the names that begin their lines.
private struct FieldReader {
  private let text: String
  private let path: String

  init(_ text: String, path: String) {
    self.text = text
    self.path = path
  }

  /// The words of the line of a name, without that.
  private func words(of name: String) -> [Substring]? {
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard let first = words.first else { continue }
      if Self.name(first) == name { return Array(words.dropFirst()) }
      // `Node 0, zone DMA` and such: the name may be several words.
      let plain = words.joined(separator: " ")
      if name.contains(" "), plain.hasPrefix(name),
        plain.dropFirst(name.count).first.map({ " :,".contains($0) }) ?? true
      {
        return plain.dropFirst(name.count).split { $0 == " " || $0 == ":" || $0 == "," }
      }
    }
    return nil
  }

  /// A line's first word without its colon.
  private static func name(_ word: Substring) -> Substring { word.hasSuffix(":") ? word.dropLast() : word }

  func value(of name: String, column: Int?) throws -> ScriptValue {
    guard let words = words(of: name) else {
      let names = text.split(separator: "\n").compactMap { $0.split { $0 == " " || $0 == "\t" }.first }
        .map { String(Self.name($0)) }
      throw ScriptError(
        "no line of \(path) begins with `\(name)`", argument: 1,
        hint: Suggestion.didYouMean(name, among: [Array(Set(names)).sorted()])?.hint)
    }
    if let column {
      guard column <= words.count else {
        throw ScriptError("the line of `\(name)` has \(words.count) columns", argument: 2)
      }
      return Self.number(words[column - 1]) ?? .string(String(words[column - 1]))
    }
    guard let number = words.lazy.compactMap(Self.number).first else {
      throw ScriptError("the line of `\(name)` has no number", argument: 1)
    }
    return number
  }

  private static func number(_ word: Substring) -> ScriptValue? {
    if let number = Int64(word) { return .integer(number) }
    if let number = UInt64(word) { return .unsigned(number) }
    if word.hasPrefix("0x"), let number = UInt64(word.dropFirst(2), radix: 16) {
      return number > Int64.max ? .unsigned(number) : .integer(Int64(number))
    }
    guard let first = word.first, ("0"..."9").contains(first) || first == "-", word.contains("."),
      let number = Double(word)
    else { return nil }
    return .double(number)
  }
}
