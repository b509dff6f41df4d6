// memset, memcpy, strcpy, poke and peek: accesses of which the bytes count.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let memset = call(
    "memset", [.init("p", .pointer), .init("byte", .integer), .init("length", .integer)], layer: .touching,
    source: "memset(3)",
    summary: "Fills length bytes from p on with a byte, in memory that malloc reads too; returns p.",
    details:
      "What lies there is overwritten as in reality: past the end of a block, the header of the next chunk; in "
      + "a freed one, the links of a list. \(contentLimitText)"
  ) { session, arguments in
    let address = try arguments.address(0)
    try session.fill(address, length: try arguments.size(2), byte: try arguments.integer(1), argument: 2)
    return .pointer(address)
  }

  static let memcpy = call(
    "memcpy", [.init("to", .pointer), .init("from", .pointer), .init("length", .integer)], layer: .touching,
    source: "memcpy(3)", summary: "Copies length bytes; returns where they went.",
    details: "Bytes that nobody stored are 0. \(contentLimitText)"
  ) { session, arguments in
    let target = try arguments.address(0)
    let length = try Session.contentLength(try arguments.size(2), argument: 2)
    session.warnAboutOverrun(.read, try arguments.address(1), length)
    session.warnAboutOverrun(.write, target, length)
    let process = session.currentProcess
    let bytes = try session.machine.load(count: length, at: try arguments.address(1), in: process)
    try session.machine.store(bytes, at: target, in: process)
    return .pointer(target)
  }

  static let strcpy = call(
    "strcpy", [.init("to", .pointer), .init("text", .any)], layer: .touching, source: "strcpy(3)",
    summary:
      "Stores a text with the byte 0 behind it, or copies the one that a pointer leads to; returns where it went."
  ) { session, arguments in
    let target = try arguments.address(0)
    let bytes: [UInt8]
    switch try arguments.value(1) {
    case .string(let text): bytes = Array(text.utf8) + [0]
    case .pointer(let source): bytes = try session.text(at: source) + [0]
    case .null: bytes = try session.text(at: 0) + [0]
    default: throw ScriptError("strcpy copies a text in double quotes, or from a pointer", argument: 1)
    }
    let length = try Session.contentLength(UInt64(bytes.count), argument: 1)
    session.warnAboutOverrun(.write, target, length)
    try session.machine.store(bytes, at: target, in: session.currentProcess)
    return .pointer(target)
  }

  static let poke = call(
    "poke", [.init("p", .pointer), .init("value", .any), .init("width", .integer, optional: true)],
    layer: .touching,
    summary: "Stores a number at p in width bytes (1, 2, 4 or 8), the lowest first.",
    details:
      "As `*(long *)p = value` in C: 8 bytes unless said. Negative numbers in two's complement; of a larger one the low bytes."
  ) { session, arguments in
    let address = try arguments.address(0)
    let width = try Session.width(arguments.isPresent(2) ? try arguments.integer(2) : 8)
    let bits: UInt64
    switch try arguments.value(1) {
    case .integer(let number): bits = UInt64(bitPattern: number)
    case .pointer(let pointer): bits = pointer
    case .null: bits = 0
    case .boolean(let flag): bits = flag ? 1 : 0
    case .unsigned(let number): bits = number
    default: throw ScriptError("poke stores a whole number or a pointer", argument: 1)
    }
    session.warnAboutOverrun(.write, address, UInt64(width))
    let bytes = (0..<width).map { UInt8(truncatingIfNeeded: bits >> UInt64($0 * 8)) }
    try session.machine.store(bytes, at: address, in: session.currentProcess)
    return .null
  }

  static let peek = call(
    "peek", [.init("p", .pointer), .init("width", .integer, optional: true)], layer: .touching,
    summary: "Returns the number at p in width bytes (1, 2, 4 or 8), read as a signed one.",
    details:
      "8 bytes unless said. Memory that nobody stored to reads as 0; headers and links of malloc read as they are."
  ) { session, arguments in
    let address = try arguments.address(0)
    let width = try Session.width(arguments.isPresent(1) ? try arguments.integer(1) : 8)
    session.warnAboutOverrun(.read, address, UInt64(width))
    let bytes = try session.machine.load(count: UInt64(width), at: address, in: session.currentProcess)
    let bits = bytes.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    let shift = UInt64(64 - width * 8)
    return .integer(Int64(bitPattern: bits << shift) >> Int64(shift))
  }

  private static let contentLimitText = "Bytes other than 0 are kept for up to 1 MiB of each call."
}

extension Session {
  /// As many bytes of contents as one call stores.
  private static let contentLimit: UInt64 = 1 << 20

  /// A number of bytes whose contents are stored.
  fileprivate static func contentLength(_ length: UInt64, argument: Int) throws -> UInt64 {
    guard length <= contentLimit else {
      throw ScriptError(
        "the contents of \(length) bytes are more than one call keeps (1 MiB)", argument: argument,
        hint: "`write(p, n)` touches any number of bytes without storing what")
    }
    return length
  }

  fileprivate static func width(_ width: Int64) throws -> Int {
    guard [1, 2, 4, 8].contains(width) else { throw ScriptError("a width is 1, 2, 4 or 8, not \(width)") }
    return Int(width)
  }

  /// Fills memory with a byte.
  ///
  /// - Parameter argument: the place of the length in the call.
  func fill(_ address: UInt64, length: UInt64, byte: Int64, argument: Int) throws {
    let byte = UInt8(truncatingIfNeeded: byte)
    if byte != 0 { _ = try Self.contentLength(length, argument: argument) }
    warnAboutOverrun(.write, address, length)
    try machine.fill(byte, length: length, at: address, in: currentProcess)
  }

  /// The bytes from an address on up to the first that is 0.
  fileprivate func text(at address: UInt64) throws -> [UInt8] {
    var text: [UInt8] = []
    var next = address
    while text.count < Self.contentLimit {
      let length = 4096 - next & 4095
      let bytes = try machine.load(count: length, at: next, in: currentProcess)
      if let end = bytes.firstIndex(of: 0) { return text + bytes[..<end] }
      text += bytes
      next &+= length
    }
    throw ScriptError("no byte 0 ends the text within 1 MiB", argument: 1)
  }
}
