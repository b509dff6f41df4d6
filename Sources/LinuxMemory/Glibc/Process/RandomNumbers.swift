// The numbers of rand(3), as glibc makes them.

/// The state behind glibc's `rand`: an additive feedback generator over 31 words (random_r.c, TYPE_3).
struct RandomNumbers: Sendable, Equatable, Codable {
  /// The last 31 words, the oldest at `next`.
  private var words: [UInt32]
  private var next = 0

  /// How many words there are, and how far apart the two are that are added.
  private static let degree = 31
  private static let separation = 3

  /// Begins the sequence of a seed; 0 counts as 1, which is the seed of a program that sets none.
  init(seed: UInt32 = 1) {
    var word = Int64(Int32(bitPattern: seed == 0 ? 1 : seed))
    words = [UInt32(truncatingIfNeeded: word)]
    for _ in 1..<Self.degree {
      // The minimal standard generator; a remainder below 0 is brought up by its modulus.
      word = word * 16807 % 2_147_483_647
      if word < 0 { word += 2_147_483_647 }
      words.append(UInt32(truncatingIfNeeded: word))
    }
    next = Self.separation
    for _ in 0..<(10 * Self.degree) { _ = number() }
  }

  /// The next number, 0…2^31 − 1.
  mutating func number() -> UInt32 {
    // The word at `next` is the oldest that counts; the other was made 3 steps ago or stands 28 behind.
    let other = (next + Self.degree - Self.separation) % Self.degree
    words[next] = words[next] &+ words[other]
    let result = words[next] >> 1
    next = (next + 1) % Self.degree
    return result
  }
}
