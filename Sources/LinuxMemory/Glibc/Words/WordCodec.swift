// How a word of the heap fits into 16 bits, or at least into 32.

/// Codes for the words that an allocator writes: sizes, links within a region, mangled links, links to bins
/// and the thread cache's key.
///
/// Most have a short code. What is far away has a long one, and what is none of these keeps its value in a
/// table of exceptions.
struct WordCodec: Sendable {
  /// Where the region begins that long links are relative to.
  let base: UInt64
  /// Where the bins lie.
  let binsAddress: UInt64
  /// The thread cache's key.
  let key: UInt64
  /// The binary logarithm of the distance between places for words.
  private let wordShift: UInt64
  /// The binary logarithm of what short links are counted in: two words.
  private let unitShift: UInt64
  /// The values of words that have no code of their own, by address.
  private var exceptions: [UInt64: UInt64] = [:]

  init(base: UInt64, layout: MallocLayout, key: UInt64) {
    self.base = base
    self.key = key
    binsAddress = layout.binsAddress
    wordShift = layout.wordShift
    unitShift = layout.wordShift + 1
  }

  // MARK: Short codes

  /// The kinds of short codes, in their low two bits.
  private enum Short {
    static let number: UInt16 = 0
    static let link: UInt16 = 1
    static let mangledLink: UInt16 = 2
    static let other: UInt16 = 3
    /// Others below this are places of long codes; from here on they are links to bins.
    static let firstBin: UInt16 = 1024
    static let bins: UInt64 = 1024
    static let mangledEnd: UInt16 = 0x3ffe << 2 | other
    static let key: UInt16 = 0x3fff << 2 | other
    static let numbers: UInt64 = 1 << 14
    static let reach: UInt64 = 1 << 13
  }

  /// The short code of a value at an address, 0 for 0; `nil` when it needs a long one.
  @inline(__always)
  func shortCode(_ value: UInt64, at address: UInt64) -> UInt16? {
    if value < Short.numbers { return UInt16(truncatingIfNeeded: value << 2) }
    return shortLink(value, at: address)
  }

  private func shortLink(_ value: UInt64, at address: UInt64) -> UInt16? {
    if let code = distance(of: value, from: address) { return code << 2 | Short.link }
    if value == key { return Short.key }
    let pointer = value ^ (address >> 12)
    if pointer == 0 { return Short.mangledEnd }
    if let code = distance(of: pointer, from: address) { return code << 2 | Short.mangledLink }
    let bin = value &- binsAddress
    guard bin >> wordShift < Short.bins, bin & (1 << wordShift - 1) == 0 else { return nil }
    return (Short.firstBin + UInt16(bin >> wordShift)) << 2 | Short.other
  }

  @inline(__always)
  private func distance(of value: UInt64, from address: UInt64) -> UInt16? {
    let distance = value &- address & (~0 << unitShift)
    let units = UInt64(bitPattern: Int64(bitPattern: distance) >> Int64(unitShift))
    guard units &+ Short.reach < 2 * Short.reach, units << unitShift == distance else { return nil }
    return UInt16(truncatingIfNeeded: units)
  }

  /// The value of a short code at an address; not for places of long codes.
  @inline(__always)
  func value(ofShort code: UInt16, at address: UInt64) -> UInt64 {
    if code & 3 == Short.number { return UInt64(code >> 2) }
    return link(ofShort: code, at: address)
  }

  private func link(ofShort code: UInt16, at address: UInt64) -> UInt64 {
    let units = UInt64(bitPattern: Int64(Int16(bitPattern: code) >> 2))
    let pointer = address & (~0 << unitShift) &+ units << unitShift
    switch code & 3 {
    case Short.link: return pointer
    case Short.mangledLink: return pointer ^ address >> 12
    default:
      if code == Short.key { return key }
      if code == Short.mangledEnd { return address >> 12 }
      return binsAddress &+ UInt64(code >> 2 &- Short.firstBin) << wordShift
    }
  }

  /// The place of the long code that a short one stands for; `nil` for a short code with a value.
  @inline(__always)
  static func place(ofLong code: UInt16) -> Int? {
    code & 3 == Short.other && code >> 2 < Short.firstBin ? Int(code >> 2) : nil
  }

  /// The short code that stands for a long one at a place below 1024.
  static func shortCode(forPlace place: Int) -> UInt16 { UInt16(place) << 2 | Short.other }

  // MARK: Long codes

  /// The kinds of long codes, in their low two bits.
  private enum Long {
    static let number: UInt32 = 0
    static let link: UInt32 = 1
    static let mangledLink: UInt32 = 2
    /// A short code, or the last of all for an exception.
    static let other: UInt32 = 3
    static let exception: UInt32 = 0xffff_ffff
    static let numbers: UInt64 = 1 << 30
    /// Links are counted in 16 bytes and reach 16 GiB, less the last.
    static let reach: UInt64 = (1 << 34) - 32
  }

  /// The long code of a value at an address.
  mutating func longCode(_ value: UInt64, at address: UInt64) -> UInt32 {
    if wordShift == 2 { return UInt32(truncatingIfNeeded: value) }
    if value < Long.numbers { return UInt32(value << 2) }
    if let units = longDistance(of: value) { return units << 2 | Long.link }
    if let code = shortCode(value, at: address) { return UInt32(code) << 2 | Long.other }
    let pointer = value ^ address >> 12
    if let units = longDistance(of: pointer) { return units << 2 | Long.mangledLink }
    exceptions[address] = value
    return Long.exception
  }

  private func longDistance(of value: UInt64) -> UInt32? {
    let distance = value &- base
    return distance < Long.reach && distance & 15 == 0 ? UInt32(distance >> 4) : nil
  }

  /// The value of a long code at an address.
  func value(ofLong code: UInt32, at address: UInt64) -> UInt64 {
    if wordShift == 2 { return UInt64(code) }
    let payload = UInt64(code >> 2)
    switch code & 3 {
    case Long.number: return payload
    case Long.link: return base &+ payload << 4
    case Long.mangledLink: return (base &+ payload << 4) ^ address >> 12
    default:
      if code == Long.exception { return exceptions[address] ?? 0 }
      return self.value(ofShort: UInt16(truncatingIfNeeded: payload), at: address)
    }
  }
}
