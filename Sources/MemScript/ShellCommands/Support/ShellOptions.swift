// The options of a shell command, read as getopt_long(3) does.

import ScriptLanguage

/// Which options a command has.
struct OptionTable: Sendable {
  /// Letters of options without a value.
  var flags: String
  /// Letters of options with a value.
  var valued: String = ""
  /// Long names and the letter that each stands for; a letter may be one that only has this long name.
  var long: [(name: String, letter: Character)] = []
  /// Letters and long names that the real command has and this one does not model.
  var notModelled: [String] = []
  /// Whether options end at the first word that is none (POSIX), as for bash's builtins.
  var stopsAtOperand = false
}

extension OptionTable {
  /// The options as they are typed, sorted.
  var words: [String] {
    let short = (flags + valued).filter { $0.isLetter || $0.isNumber }.map { "-\($0)" }
    return (short + long.map { "--" + $0.name }).sorted()
  }
}

/// A word of a command line and where it stands.
struct ShellWord: Equatable {
  /// The word, or the part of it that is meant.
  var text: String
  /// Which word of the line it is (in), counted from 0.
  var index: Int
}

/// The options and operands of one command line.
struct ShellOptions {
  /// The options as they came: their letters, and their values where they take one.
  private(set) var options: [(letter: Character, value: ShellWord?)] = []
  /// The words that are no options.
  private(set) var operands: [ShellWord] = []

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - words: the words behind the command's name.
  ///   - table: which options there are.
  ///   - command: the command, for messages.
  /// - Throws: `ShellFailure` for an unknown option or a missing value; `ScriptError` for an option that
  ///   exists on Linux but is not modelled.
  init(_ words: [String], table: OptionTable, command: ShellCommand) throws {
    var index = 0
    var onlyOperands = false
    while index < words.count {
      let word = words[index]
      if onlyOperands || !word.hasPrefix("-") || word == "-" {
        operands.append(ShellWord(text: word, index: index))
        if table.stopsAtOperand { onlyOperands = true }
      } else if word == "--" {
        onlyOperands = true
      } else if word.hasPrefix("--") {
        try readLong(words, &index, table, command)
      } else {
        try readShort(words, &index, table, command)
      }
      index += 1
    }
  }

  /// Whether an option was given.
  func has(_ letter: Character) -> Bool { options.contains { $0.letter == letter } }

  /// The value of the last use of an option.
  func value(_ letter: Character) -> ShellWord? { options.last { $0.letter == letter }?.value }

  /// The values of all uses of an option.
  func values(_ letter: Character) -> [ShellWord] {
    options.filter { $0.letter == letter }.compactMap(\.value)
  }

  private mutating func readShort(
    _ words: [String], _ index: inout Int, _ table: OptionTable, _ command: ShellCommand
  ) throws {
    var letters = words[index].dropFirst()
    while let letter = letters.popFirst() {
      if table.flags.contains(letter) {
        options.append((letter, nil))
      } else if table.valued.contains(letter) {
        let value: ShellWord
        if letters.isEmpty {
          guard index + 1 < words.count else {
            throw command.usageFailure("option requires an argument -- '\(letter)'")
          }
          index += 1
          value = ShellWord(text: words[index], index: index)
        } else {
          value = ShellWord(text: String(letters), index: index)
        }
        options.append((letter, value))
        return
      } else {
        try refuse(String(letter), "-\(letter)", index, table, command)
        if command.style == .builtin { throw command.usageFailure("-\(letter): invalid option") }
        throw command.usageFailure("invalid option -- '\(letter)'")
      }
    }
  }

  private mutating func readLong(
    _ words: [String], _ index: inout Int, _ table: OptionTable, _ command: ShellCommand
  ) throws {
    let parts = words[index].dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map { String($0) } ?? ""
    if name == "help" { throw HelpRequest() }
    guard let letter = Self.letter(of: name, table) else {
      try refuse(name, "--\(name)", index, table, command)
      if command.style == .builtin { throw command.usageFailure("--: invalid option") }
      throw command.usageFailure("unrecognized option '--\(name)'")
    }
    guard table.valued.contains(letter) else {
      guard parts.count < 2 else {
        throw command.usageFailure("option '--\(name)' doesn't allow an argument")
      }
      options.append((letter, nil))
      return
    }
    if parts.count == 2 {
      options.append((letter, ShellWord(text: String(parts[1]), index: index)))
    } else if index + 1 < words.count {
      index += 1
      options.append((letter, ShellWord(text: words[index], index: index)))
    } else {
      throw command.usageFailure("option '--\(name)' requires an argument")
    }
  }

  /// The letter of a long name or of an unambiguous head of one.
  private static func letter(of name: String, _ table: OptionTable) -> Character? {
    if let exact = table.long.first(where: { $0.name == name }) { return exact.letter }
    guard !name.isEmpty, !table.notModelled.contains(where: { $0.count > 1 && $0.hasPrefix(name) }) else {
      return nil
    }
    let matches = table.long.filter { $0.name.hasPrefix(name) }
    return matches.count == 1 ? matches[0].letter : nil
  }

  private func refuse(
    _ name: String, _ written: String, _ index: Int, _ table: OptionTable, _ command: ShellCommand
  ) throws {
    guard table.notModelled.contains(name) else { return }
    throw ScriptError(notModelled: "\(command.name) \(written)", argument: index)
  }
}

/// Thrown for `--help`.
struct HelpRequest: Error {}
