// The table of free(1), as procps-ng 4.0 prints it.

import KernelText

/// How free(1) prints memory and swap.
struct FreeText {
  /// What amounts are printed in.
  enum Unit: Equatable {
    /// KiB, the default, also among powers of 1000.
    case kibibytes
    /// Bytes.
    case bytes
    /// A power of 1024 or 1000 bytes; the exponent is 1 for KiB or kB, at most 5.
    case scaled(exponent: Int)
    /// The unit that fits each amount.
    case human
  }

  var unit = Unit.kibibytes
  /// Powers of 1000 rather than 1024.
  var usesDecimalUnits = false
  /// Buffers and cache apart (`-w`).
  var isWide = false
  /// Lines for low and high memory (`-l`).
  var showsLowAndHigh = false
  /// A line with the sum of RAM and swap (`-t`).
  var showsTotal = false
  /// A line with committed memory (`-v`).
  var showsCommitted = false

  /// The whole output.
  func text(_ memory: MemoryInformation) -> String {
    let swapUsed = memory.swapTotal - memory.swapFree
    let cache = memory.cacheAndReclaimableSlab
    let middle = isWide ? [memory.buffers, cache] : [memory.buffers + cache]
    let headings =
      ["total", "used", "free", "shared"] + (isWide ? ["buffers", "cache"] : ["buff/cache"]) + ["available"]
    var text = String(repeating: " ", count: 9)
    text += headings.enumerated().map { $1.alignedRight($0 == 0 ? 11 : 12) }.joined() + "\n"
    text += row(
      "Mem:", [memory.total, memory.used, memory.free, memory.shared] + middle + [memory.available])
    if showsLowAndHigh {
      let low = memory.low
      let high = memory.high ?? (0, 0)
      text += row("Low:", [low.total, low.total - low.free, low.free])
      text += row("High:", [high.total, high.total - high.free, high.free])
    }
    text += row("Swap:", [memory.swapTotal, swapUsed, memory.swapFree])
    if showsTotal {
      text += row(
        "Total:",
        [memory.total + memory.swapTotal, memory.used + swapUsed, memory.free + memory.swapFree])
    }
    if showsCommitted {
      let limit = Int(truncatingIfNeeded: memory.commitLimit)
      text += row(
        "Comm:", [limit, memory.committed, limit &- memory.committed])
    }
    return text
  }

  private func row(_ label: String, _ amounts: [Int]) -> String {
    label.alignedLeft(9)
      + amounts.enumerated().map { amountText($1).alignedRight($0 == 0 ? 11 : 12) }.joined() + "\n"
  }

  private var base: Double { usesDecimalUnits ? 1000 : 1024 }

  /// An amount in KiB, in the unit of the output; what does not make a whole unit is cut off.
  private func amountText(_ kibibytes: Int) -> String {
    switch unit {
    case .bytes: return String(kibibytes &* 1024)
    case .kibibytes: return String(kibibytes)
    case .scaled(let exponent):
      return String(Self.cut(Double(kibibytes) * 1024 / power(exponent)))
    case .human: return humanText(kibibytes)
    }
  }

  /// The whole part of a number, at the ends of what 64 bits hold where it lies beyond.
  private static func cut(_ value: Double) -> Int {
    value >= 0x1p63 ? .max : value <= -0x1p63 ? .min : Int(value)
  }

  private func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { value, _ in value * base } }

  /// The shortest form of at most three digits, or two with a point.
  private func humanText(_ kibibytes: Int) -> String {
    let limit = usesDecimalUnits ? 4 : 5
    let suffix = usesDecimalUnits ? "" : "i"
    let bytes = kibibytes &* 1024
    if "\(bytes)B".utf8.count <= 4 { return "\(bytes)B" }
    for (index, letter) in ["K", "M", "G", "T", "P"].enumerated() {
      // procps keeps the quotient in single precision.
      let value = Double(Float(Double(bytes) / power(index + 1)))
      for text in [tenths(value), String(Self.cut(value))] {
        let whole = text + letter + suffix
        if whole.utf8.count <= limit { return whole }
      }
    }
    return String(bytes)
  }

  /// One digit behind the point, rounded to even as printf does.
  private func tenths(_ value: Double) -> String {
    let scaled = Int((value * 10).rounded(.toNearestOrEven))
    return "\(scaled / 10).\(scaled % 10)"
  }
}
