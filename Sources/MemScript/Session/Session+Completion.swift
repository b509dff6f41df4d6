// What Tab offers.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// The names that processes were given, sorted.
  public var processNames: [String] { names.all }

  /// What may stand at the cursor of a REPL line.
  ///
  /// - Parameters:
  ///   - line: the whole line.
  ///   - cursor: the offset of the cursor in it, in bytes.
  /// - Returns: where the word under the cursor starts, in bytes, and what could replace it, sorted.
  public func completions(for line: String, at cursor: Int) -> (start: Int, words: [String]) {
    let bytes = Array(line.utf8)
    let end = min(max(cursor, 0), bytes.count)
    var start = end
    while start > 0, Session.isWordByte(bytes[start - 1]) { start -= 1 }
    let word = String(decoding: bytes[start..<end], as: UTF8.self)
    let before = String(decoding: bytes[..<start], as: UTF8.self)
    var words = candidates(before: before).filter { $0.hasPrefix(word) }
    if word.contains("/") || isShellWord(before) {
      let files = ProcFileSystem(actor: currentProcess)
      words += files.completions(of: word, from: workingDirectory, on: machine).sorted()
    }
    return (start, words)
  }

  /// Whether a word behind `before` is an argument of a shell command, which may be a file.
  private func isShellWord(_ before: String) -> Bool {
    let statement = before.split(whereSeparator: { ";{}|&(`".contains($0) }).last ?? ""
    guard let command = statement.split(separator: " ").first else { return false }
    return commands.contains { !$0.isCall && $0.entry.signature.name == command }
  }

  /// The names that fit behind `before`.
  private func candidates(before: String) -> [String] {
    if before.hasSuffix("$") { return (variableNames + engine.globalNames).sorted() }
    // A command may stand at the beginning of a statement, and behind `|`, `&&` and `$(`.
    let sign = before.last { $0 != " " }
    let atStart = sign.map { ";{}|&`".contains($0) } ?? true || before.hasSuffix("$(")
    if before.split(separator: " ", maxSplits: 1).first == "machine", !atStart {
      return MachineConfiguration.settingHelp.map { $0.key + "=" }.sorted()
    }
    let functions = ScriptEngine.builtinFunctions.map(\.name)
    if before.hasPrefix(".help ") {
      return Set(commands.map(\.entry.signature.name)).union(HelpTopics.names).sorted()
    }
    var names = Set(engine.globalNames).union(variableNames)
    names.formUnion(constantNames)
    names.formUnion(functions)
    for command in commands where atStart || command.isCall { names.insert(command.entry.signature.name) }
    if atStart { names.formUnion(ScriptEngine.keywords) }
    return names.sorted()
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "-"):
      return true
    default: return byte >= 0x80
    }
  }
}
