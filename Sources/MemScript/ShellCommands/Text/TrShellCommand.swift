// tr: characters replaced, deleted or squeezed.

import ScriptLanguage

extension ShellCommands {
  /// GNU tr.
  static let tr = ShellCommand(
    name: "tr", usage: "[-cds] SET1 [SET2]", source: "tr(1)",
    summary: "Replaces, deletes or squeezes characters of its input.",
    details:
      "-d deletes those of SET1, -s makes one of repeated ones, -c takes all but those of SET1. Sets know ranges such "
      + "as a-z, classes such as [:upper:] and escapes such as \\n.",
    style: .tryHelp,
    options: OptionTable(
      flags: "cCdst",
      long: [("complement", "c"), ("delete", "d"), ("squeeze-repeats", "s"), ("truncate-set1", "t")],
      stopsAtOperand: true)
  ).entry { run in
    let options = try run.options()
    let (deletes, squeezes) = (options.has("d"), options.has("s"))
    let needed = deletes == squeezes ? 2 : 1
    guard let first = options.operands.first else { throw run.command.usageFailure("missing operand") }
    if options.operands.count < needed, !(squeezes && !deletes) {
      throw run.command.usageFailure("missing operand after ‘\(first.text)’")
    }
    if options.operands.count > 2 {
      throw run.command.usageFailure("extra operand ‘\(options.operands[2].text)’")
    }
    let set = try CharacterSet(first.text)
    let second = try options.operands.dropFirst().first.map { try CharacterSet($0.text).bytes } ?? []
    let isComplement = options.has("c") || options.has("C")
    let member: (UInt8) -> Bool = { set.contains($0) != isComplement }
    if !deletes, second.isEmpty, options.operands.count == 2 {
      throw ShellFailure("tr: when not truncating set1, string2 must be non-empty")
    }
    var map = [UInt8](0...255)
    if !deletes, !second.isEmpty {
      if isComplement {
        for byte in 0...255 where member(UInt8(byte)) { map[byte] = second[second.count - 1] }
      } else {
        for (index, byte) in set.bytes.enumerated().reversed() {
          if index >= second.count, options.has("t") { continue }
          map[Int(byte)] = second[min(index, second.count - 1)]
        }
      }
    }
    let squeezed: (UInt8) -> Bool = second.isEmpty ? member : { second.contains($0) }
    let input = try run.standardInput()
    try run.session.budget.charge(bytes: input.utf8.count)
    var output: [UInt8] = []
    output.reserveCapacity(input.utf8.count)
    for byte in input.utf8 {
      if deletes, member(byte) { continue }
      let new = deletes ? byte : map[Int(byte)]
      if squeezes, new == output.last, squeezed(new) { continue }
      output.append(new)
    }
    run.print(String(decoding: output, as: UTF8.self))
  }
}

/// A set of bytes in the order in which tr's SET names them.
private struct CharacterSet {
  private(set) var bytes: [UInt8] = []
  private var isMember = [Bool](repeating: false, count: 256)

  init(_ text: String) throws {
    let source = Array(text.utf8)
    var place = 0
    while place < source.count {
      if let (members, length) = Self.characterClass(source[place...]) {
        for member in members { add(member) }
        place += length
        continue
      }
      let low = Self.character(source, &place)
      guard place + 1 < source.count, source[place] == UInt8(ascii: "-") else {
        add(low)
        continue
      }
      place += 1
      let high = Self.character(source, &place)
      guard low <= high else {
        throw ShellFailure(
          "tr: range-endpoints of '\(String(UnicodeScalar(low)))-\(String(UnicodeScalar(high)))' are in reverse collating sequence order"
        )
      }
      for byte in low...high { add(byte) }
    }
  }

  func contains(_ byte: UInt8) -> Bool { isMember[Int(byte)] }

  private mutating func add(_ byte: UInt8) {
    bytes.append(byte)
    isMember[Int(byte)] = true
  }

  private static func character(_ source: [UInt8], _ place: inout Int) -> UInt8 {
    let byte = source[place]
    place += 1
    guard byte == UInt8(ascii: "\\"), place < source.count else { return byte }
    let letter = source[place]
    if (0x30...0x37).contains(letter) {
      var value = 0
      var digits = 0
      while digits < 3, place < source.count, (0x30...0x37).contains(source[place]) {
        value = value * 8 + Int(source[place] - 0x30)
        place += 1
        digits += 1
      }
      return UInt8(truncatingIfNeeded: value)
    }
    place += 1
    switch letter {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "a"): return 0x07
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "v"): return 0x0B
    default: return letter
    }
  }

  private static func characterClass(_ source: ArraySlice<UInt8>) -> (members: [UInt8], length: Int)? {
    let classes: [(String, (UInt8) -> Bool)] = [
      ("upper", { (0x41...0x5A).contains($0) }), ("lower", { (0x61...0x7A).contains($0) }),
      ("alpha", { (0x41...0x5A).contains($0 & 0xDF) }), ("digit", { (0x30...0x39).contains($0) }),
      ("alnum", { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }),
      ("space", { $0 == 0x20 || (0x09...0x0D).contains($0) }), ("blank", { $0 == 0x20 || $0 == 0x09 }),
      (
        "punct",
        { (0x21...0x7E).contains($0) && !(0x30...0x39).contains($0) && !(0x41...0x5A).contains($0 & 0xDF) }
      ),
      ("print", { (0x20...0x7E).contains($0) }), ("graph", { (0x21...0x7E).contains($0) }),
      ("cntrl", { $0 < 0x20 || $0 == 0x7F }),
      ("xdigit", { (0x30...0x39).contains($0) || (0x41...0x46).contains($0 & 0xDF) }),
    ]
    for (name, contains) in classes where source.starts(with: "[:\(name):]".utf8) {
      return ((0...127).map { UInt8($0) }.filter(contains), name.utf8.count + 4)
    }
    return nil
  }
}
