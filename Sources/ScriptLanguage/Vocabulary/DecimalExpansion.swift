// The exact decimal digits of a floating-point number, rounded where a format cuts them.

/// The digits of a finite number without its sign: every double has finitely many.
struct DecimalExpansion {
  /// The digits, 0…9 each, the first of them not 0 unless the number is 0.
  private(set) var digits: [UInt8]
  /// How many digits stand before the point; below 1 where zeros follow it.
  private(set) var exponent: Int

  /// Finds the digits of a finite number.
  init(_ number: Double) {
    var significand = number.significandBitPattern
    var power = Int(number.exponentBitPattern) - 1075
    if number.exponentBitPattern == 0 { power += 1 } else { significand |= 1 << 52 }
    // significand × 2^power = limbs × 10^-fraction, the limbs in base 10^9, the lowest first.
    var limbs = [UInt32(significand % 1_000_000_000), UInt32(significand / 1_000_000_000 % 1_000_000_000)]
    limbs.append(UInt32(significand / 1_000_000_000_000_000_000))
    var fraction = 0
    while power > 0 {
      let step = min(power, 28)
      Self.multiply(&limbs, by: 1 << UInt64(step))
      power -= step
    }
    while power < 0 {
      // 2^-n is 5^n × 10^-n.
      let step = min(-power, 12)
      Self.multiply(&limbs, by: Self.powersOfFive[step])
      fraction += step
      power += step
    }
    digits = []
    for limb in limbs.reversed() {
      var divisor: UInt32 = 100_000_000
      while divisor > 0 {
        digits.append(UInt8(limb / divisor % 10))
        divisor /= 10
      }
    }
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(min(zeros, digits.count - 1))
    exponent = digits.count - fraction
    if digits == [0] { exponent = 1 }
  }

  private static let powersOfFive: [UInt64] = (0...12).map { count in
    (0..<count).reduce(1) { power, _ in power * 5 }
  }

  private static func multiply(_ limbs: inout [UInt32], by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = UInt64(limbs[index]) * factor + carry
      limbs[index] = UInt32(product % 1_000_000_000)
      carry = product / 1_000_000_000
    }
    while carry > 0 {
      limbs.append(UInt32(carry % 1_000_000_000))
      carry /= 1_000_000_000
    }
  }

  /// Whether the number is 0.
  var isZero: Bool { digits.allSatisfy { $0 == 0 } }

  /// Rounds to so many digits, from 0, to the nearest and halves to even.
  mutating func round(toDigits count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      digits = [0]
      exponent = 1
      return
    }
    let next = digits[count]
    let isHalf = next == 5 && digits[(count + 1)...].allSatisfy { $0 == 0 }
    let last = count > 0 ? digits[count - 1] : 0
    let roundsUp = next > 5 || (next == 5 && (!isHalf || last % 2 == 1))
    digits.removeSubrange(count...)
    if roundsUp {
      var index = count - 1
      while index >= 0, digits[index] == 9 {
        digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        digits[index] += 1
      } else {
        digits.insert(1, at: 0)
        exponent += 1
        if digits.count > max(count, 1) { digits.removeLast() }
      }
    }
    if digits.isEmpty {
      digits = [0]
      exponent = 1
    }
  }

  /// The text with so many digits behind the point.
  func fixed(_ precision: Int, alwaysPoint: Bool = false) -> String {
    var copy = self
    copy.round(toDigits: min(exponent + precision, Int(Int32.max)))
    var text = ""
    if copy.isZero || copy.exponent <= 0 {
      text = "0"
    } else {
      for place in 0..<copy.exponent { text.append(copy.character(place)) }
    }
    if precision > 0 || alwaysPoint { text += "." }
    for place in 0..<precision { text.append(copy.isZero ? "0" : copy.character(copy.exponent + place)) }
    return text
  }

  /// The text with one digit before the point, so many behind it, and the power of ten.
  func scientific(_ precision: Int, letter: Character, alwaysPoint: Bool = false) -> String {
    var copy = self
    copy.round(toDigits: precision + 1)
    var text = String(copy.character(0))
    if precision > 0 || alwaysPoint { text += "." }
    for place in 0..<precision { text.append(copy.character(1 + place)) }
    let power = copy.isZero ? 0 : copy.exponent - 1
    let magnitude = String(power.magnitude)
    return text + "\(letter)\(power < 0 ? "-" : "+")" + (magnitude.utf8.count < 2 ? "0" : "") + magnitude
  }

  /// The exponent that `%e` would show with so many digits behind the point.
  func scientificExponent(_ precision: Int) -> Int {
    var copy = self
    copy.round(toDigits: precision + 1)
    return copy.isZero ? 0 : copy.exponent - 1
  }

  private func character(_ place: Int) -> Character {
    let digit = digits.indices.contains(place) ? digits[place] : 0
    return Character(UnicodeScalar(UInt8(ascii: "0") + digit))
  }
}
