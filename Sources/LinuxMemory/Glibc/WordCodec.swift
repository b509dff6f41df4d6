// How a word of the heap fits into 32 bits.

/// Codes for the words that an allocator writes: sizes, links within a region, mangled links, links to bins
/// and the thread cache's key. What is none of these keeps its value in a table of exceptions.
struct WordCodec: Sendable {
  /// Where the region begins that links are relative to.
  let base: UInt64
  /// Where the bins lie.
  let binsAddress: UInt64
  /// The thread cache's key.
  var key: UInt64
  /// Whether words have 32 bits anyway.
  let isIdentity: Bool
  /// The values of words that have no code of their own, by address.
  private(set) var exceptions: [UInt64: UInt64] = [:]

  /// The kinds of codes, in their low two bits.
  private static let number: UInt32 = 0
  private static let link: UInt32 = 1
  private static let mangledLink: UInt32 = 2
  private static let other: UInt32 = 3
  /// A mangled end of a list.
  private static let mangledEnd: UInt32 = .max - 1
  /// The thread cache's key.
  private static let keyCode: UInt32 = 4096 << 2 | 3
  /// A value in the table of exceptions.
  private static let exception: UInt32 = .max
  /// How far links reach: 16 GiB, less the last.
  private static let reach: UInt64 = (1 << 34) - 16

  init(base: UInt64, layout: MallocLayout, key: UInt64) {
    self.base = base
    self.key = key
    binsAddress = layout.binsAddress
    isIdentity = layout.wordSize == 4
  }

  /// The code of a value at an address; 0 for 0.
  @inline(__always)
  mutating func encode(_ value: UInt64, at address: UInt64) -> UInt32 {
    if isIdentity { return UInt32(truncatingIfNeeded: value) }
    if value < 1 << 30 { return UInt32(truncatingIfNeeded: value << 2) }
    let distance = value &- base
    if distance < Self.reach, distance & 15 == 0 {
      return UInt32(truncatingIfNeeded: distance >> 2) | Self.link
    }
    return encodeRarer(value, at: address)
  }

  private mutating func encodeRarer(_ value: UInt64, at address: UInt64) -> UInt32 {
    let pointer = value ^ (address >> 12)
    if pointer == 0 { return Self.mangledEnd }
    let distance = pointer &- base
    if distance < Self.reach, distance & 15 == 0 {
      return UInt32(truncatingIfNeeded: distance >> 2) | Self.mangledLink
    }
    let binDistance = value &- binsAddress
    if binDistance < 4096 { return UInt32(binDistance) << 2 | Self.other }
    if value == key { return Self.keyCode }
    exceptions[address] = value
    return Self.exception
  }

  /// The value of a code at an address.
  @inline(__always)
  func decode(_ code: UInt32, at address: UInt64) -> UInt64 {
    if isIdentity { return UInt64(code) }
    let payload = UInt64(code >> 2)
    switch code & 3 {
    case Self.number: return payload
    case Self.link: return base &+ payload << 4
    case Self.mangledLink:
      return (code == Self.mangledEnd ? 0 : base &+ payload << 4) ^ (address >> 12)
    default:
      if code == Self.exception { return exceptions[address] ?? 0 }
      return code == Self.keyCode ? key : binsAddress &+ payload
    }
  }
}
