// The generator behind everything that a kernel would choose at random.

/// SplitMix64: numbers that look random and are a function of a seed, so that every run is the same.
struct SplitMix64: Sendable, Equatable, Codable {
  /// The distance of two successive states.
  static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mixed(state)
  }

  /// A number below a limit of at least 1.
  mutating func next(below limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }

  /// The bits of a word, each depending on all of them.
  static func mixed(_ word: UInt64) -> UInt64 {
    var word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
