// echo: words to the output or to a file.

extension ShellCommands {
  /// bash's builtin echo.
  static let echo = ShellCommand(
    name: "echo", usage: "[-neE] [arg ...]", source: "bash(1)",
    summary: "Prints its arguments, or writes them to a file with > or >>.",
    details: "-n leaves the newline out, -e interprets escapes such as \\n and \\x41. A file gets the text "
      + "in one write; what the kernel refuses is reported as the shell does, and $status becomes 1.",
    style: .builtin
  ).entry { run in
    var words = run.words[...]
    var endsLine = true
    var escapes = false
    // A word with any other letter is no option but text.
    while let word = words.first, word.count > 1, word.hasPrefix("-"),
      word.dropFirst().allSatisfy({ "neE".contains($0) })
    {
      for letter in word.dropFirst() {
        switch letter {
        case "n": endsLine = false
        case "e": escapes = true
        default: escapes = false
        }
      }
      words.removeFirst()
    }
    let text = words.joined(separator: " ")
    guard escapes else {
      run.print(text + (endsLine ? "\n" : ""))
      return
    }
    let (interpreted, isCut) = EchoEscapes.interpret(text, .echo)
    run.print(interpreted + (endsLine && !isCut ? "\n" : ""))
  }
}

/// The escapes of `echo -e` (bash(1)).
enum EchoEscapes {
  /// Whose escapes they are: octal ones begin with a zero for echo, and without one for printf.
  enum Reader { case echo, printf }

  /// The text with its escapes replaced, and whether `\c` cut it short.
  static func interpret(_ text: String, _ reader: Reader) -> (text: String, isCut: Bool) {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let letter = rest.first else {
        bytes.append(byte)
        continue
      }
      rest.removeFirst()
      if letter == UInt8(ascii: "c") { return (String(decoding: bytes, as: UTF8.self), true) }
      if let plain = single[letter] {
        bytes.append(plain)
      } else if reader == .printf, (0x30...0x37).contains(letter) {
        rest = ([letter] + rest)[...]
        bytes.append(UInt8(truncatingIfNeeded: number(&rest, radix: 8, digits: 3) ?? 0))
      } else if reader == .printf, letter == UInt8(ascii: "\"") || letter == UInt8(ascii: "'") {
        bytes.append(letter)
      } else if letter == UInt8(ascii: "0") {
        bytes.append(UInt8(truncatingIfNeeded: number(&rest, radix: 8, digits: 3) ?? 0))
      } else if letter == UInt8(ascii: "x"), let value = number(&rest, radix: 16, digits: 2) {
        bytes.append(UInt8(truncatingIfNeeded: value))
      } else if letter == UInt8(ascii: "u") || letter == UInt8(ascii: "U"),
        let value = number(&rest, radix: 16, digits: letter == UInt8(ascii: "u") ? 4 : 8),
        let scalar = UnicodeScalar(UInt32(truncatingIfNeeded: value))
      {
        bytes += String(Character(scalar)).utf8
      } else {
        bytes += [byte, letter]
      }
    }
    return (String(decoding: bytes, as: UTF8.self), false)
  }

  private static let single: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10,
    UInt8(ascii: "v"): 11, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13, UInt8(ascii: "e"): 27,
    UInt8(ascii: "E"): 27, UInt8(ascii: "\\"): UInt8(ascii: "\\"),
  ]

  private static func number(_ rest: inout ArraySlice<UInt8>, radix: Int, digits: Int) -> Int? {
    var value: Int?
    for _ in 0..<digits {
      guard let byte = rest.first,
        let digit = Character(UnicodeScalar(byte)).hexDigitValue, digit < radix
      else { break }
      value = (value ?? 0) * radix + digit
      rest.removeFirst()
    }
    return value
  }
}
