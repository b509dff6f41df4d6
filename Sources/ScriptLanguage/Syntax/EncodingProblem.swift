// Bytes in a source text that are no UTF-8 text.

/// A byte sequence that cannot stand in a script.
struct EncodingProblem {
  var message: String
  var start: Int
  var end: Int

  /// How many are reported for one text.
  private static let limit = 10

  /// Finds NUL bytes and invalid UTF-8, the first few of them.
  static func find(in bytes: [UInt8]) -> [EncodingProblem] {
    var problems: [EncodingProblem] = []
    var position = 0
    while position < bytes.count, problems.count < limit {
      let byte = bytes[position]
      if byte != 0, byte < 0x80 {
        position += 1
        continue
      }
      let length = byte == 0 ? 0 : characterLength(in: bytes, at: position)
      if length == 0 {
        let message = byte == 0 ? "a NUL byte cannot stand in a script" : "this byte is not valid UTF-8"
        problems.append(EncodingProblem(message: message, start: position, end: position + 1))
      }
      position += max(1, length)
    }
    return problems
  }

  /// The length of the UTF-8 character at an offset, 0 when there is none.
  private static func characterLength(in bytes: [UInt8], at position: Int) -> Int {
    let first = bytes[position]
    let length: Int
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return 0
    }
    guard position + length <= bytes.count else { return 0 }
    for offset in 1..<length where bytes[position + offset] & 0xC0 != 0x80 { return 0 }
    let second = bytes[position + 1]
    switch first {
    case 0xE0: return second >= 0xA0 ? length : 0
    case 0xED: return second < 0xA0 ? length : 0
    case 0xF0: return second >= 0x90 ? length : 0
    case 0xF4: return second < 0x90 ? length : 0
    default: return length
    }
  }
}
