// printf as bash has it: words by a format.

import ScriptLanguage

extension ShellCommands {
  /// bash's builtin printf.
  static let printf = ShellCommand(
    name: "printf", usage: "format [arguments]", source: "bash(1)",
    summary: "Prints its arguments by a format, which is used again as long as arguments are left.",
    details:
      "Escapes such as \\n are interpreted in the format, and in arguments by %b; %q quotes. printf(...) with "
      + "parentheses is C's.",
    style: .builtin, usageStatus: 2
  ).entry { run in
    var words = run.words[...]
    if words.first == "--" { words = words.dropFirst() }
    if let first = words.first, first.hasPrefix("-v") {
      throw ScriptError(notModelled: "printf -v", argument: 0, hint: "write `x = $(printf ...)`")
    }
    guard let format = words.popFirst() else { throw run.command.usageFailure() }
    var arguments = words
    var output = ""
    repeat {
      let before = arguments.count
      guard try ShellFormat.print(format, &arguments, &output, &run) else { break }
      try run.session.budget.charge(bytes: format.utf8.count)
      guard output.utf8.count <= run.session.limits.heapBytes else {
        throw ScriptLimit.heapBytes.error(under: run.session.limits)
      }
      if arguments.count == before { break }
    } while !arguments.isEmpty
    run.print(output)
  }
}

/// A format of bash's printf.
private enum ShellFormat {
  /// Appends the text of a format with the next arguments.
  ///
  /// - Returns: whether the format may be used again; `\c` ends everything.
  static func print(
    _ format: String, _ arguments: inout ArraySlice<String>, _ output: inout String, _ run: inout ShellRun
  ) throws -> Bool {
    var rest = Substring(format)
    while let mark = rest.firstIndex(where: { $0 == "%" }) {
      let (text, isCut) = EchoEscapes.interpret(String(rest[..<mark]), .printf)
      output += text
      if isCut { return false }
      rest = rest[rest.index(after: mark)...]
      let flags = rest.prefix { "-+ #0123456789.*'".contains($0) }
      rest = rest.dropFirst(flags.count)
      guard let letter = rest.popFirst() else {
        run.complain("bash: printf: `%': missing format character")
        return false
      }
      var specification = ""
      for sign in flags { specification += sign == "*" ? arguments.popFirst() ?? "0" : String(sign) }
      guard try append(letter, specification, &arguments, &output, &run) else { return false }
    }
    let (text, isCut) = EchoEscapes.interpret(String(rest), .printf)
    output += text
    return !isCut
  }

  private static func append(
    _ letter: Character, _ flags: String, _ arguments: inout ArraySlice<String>, _ output: inout String,
    _ run: inout ShellRun
  ) throws -> Bool {
    switch letter {
    case "%": output += "%"
    case "s": output += try PrintfText.text("%\(flags)s", [.string(arguments.popFirst() ?? "")])
    case "c":
      output += try PrintfText.text("%\(flags)s", [.string(String((arguments.popFirst() ?? "").prefix(1)))])
    case "q":
      let word = arguments.popFirst() ?? ""
      let isPlain =
        !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "_-./:=@%+,".contains($0) }
      output +=
        isPlain
        ? word
        : word.isEmpty
          ? "''"
          : word.map { $0.isLetter || $0.isNumber || "_-./:=@%+,".contains($0) ? String($0) : "\\\($0)" }
            .joined()
    case "b":
      let (text, isCut) = EchoEscapes.interpret(arguments.popFirst() ?? "", .echo)
      output += try PrintfText.text("%\(flags)s", [.string(text)])
      return !isCut
    case "d", "i":
      output += try PrintfText.text("%\(flags)l\(letter)", [signed(arguments.popFirst(), &run)])
    case "u", "x", "X", "o":
      output += try PrintfText.text("%\(flags)l\(letter)", [number(arguments.popFirst(), &run)])
    case "f", "F", "e", "E", "g", "G", "a", "A":
      output += try PrintfText.text("%\(flags)\(letter)", [double(arguments.popFirst(), &run)])
    default:
      run.complain("bash: printf: `\(letter)': invalid format character")
      return false
    }
    return true
  }

  /// A whole number that fits an intmax_t, or the nearest that does.
  private static func signed(_ word: String?, _ run: inout ShellRun) -> ScriptValue {
    let value = number(word, &run)
    guard case .unsigned = value, let word else { return value }
    run.complain("bash: printf: warning: \(word): Numerical result out of range")
    return .integer(.max)
  }

  /// A whole number as strtoimax(3) or strtoumax(3) reads it.
  private static func number(_ word: String?, _ run: inout ShellRun) -> ScriptValue {
    guard let word, !word.isEmpty else { return .integer(0) }
    if let first = word.first, first == "'" || first == "\"" {
      return .integer(Int64(word.unicodeScalars.dropFirst().first?.value ?? 0))
    }
    var digits = Substring(word)
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
    let radix = digits.lowercased().hasPrefix("0x") ? 16 : digits.hasPrefix("0") && digits.count > 1 ? 8 : 10
    if radix == 16 { digits = digits.dropFirst(2) }
    let valid = digits.prefix { $0.isASCII && ($0.hexDigitValue ?? 99) < radix }
    if valid.count != digits.count || valid.isEmpty {
      run.complain("bash: printf: \(word): invalid number")
    }
    guard !valid.isEmpty else { return .integer(0) }
    if let number = Int64((isNegative ? "-" : "") + valid, radix: radix) { return .integer(number) }
    if !isNegative, let number = UInt64(valid, radix: radix) { return .unsigned(number) }
    run.complain("bash: printf: warning: \(word): Numerical result out of range")
    return .integer(isNegative ? .min : .max)
  }

  private static func double(_ word: String?, _ run: inout ShellRun) -> ScriptValue {
    guard let word, !word.isEmpty else { return .double(0) }
    if let number = Double(word) { return .double(number) }
    run.complain("bash: printf: \(word): invalid number")
    let valid = word.prefix { ("0"..."9").contains($0) || $0 == "." || $0 == "-" }
    return .double(Double(valid) ?? 0)
  }
}
