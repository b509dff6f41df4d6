// GLIBC_TUNABLES as far as malloc reads them.

/// The `glibc.malloc.*` settings of a process (the environment variable `GLIBC_TUNABLES`).
public struct MallocTunables: Equatable, Sendable {
  /// The settings that take effect, by name without `glibc.malloc.`, in order of appearance.
  private(set) var settings: [(name: String, value: UInt64)] = []

  /// No settings.
  public init() {}

  /// Reads the variable's value, as `glibc.malloc.tcache_count=0:glibc.malloc.mxfast=160`.
  ///
  /// Unknown names and values out of range are ignored, as glibc ignores them.
  ///
  /// - Parameter text: Assignments separated by colons.
  public init(_ text: String) {
    for assignment in text.split(separator: ":") {
      let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].hasPrefix(Self.prefix) else { continue }
      let name = String(parts[0].dropFirst(Self.prefix.count))
      guard let range = Self.ranges[name], let value = Self.number(parts[1]),
        range.contains(value)
      else { continue }
      settings.removeAll { $0.name == name }
      settings.append((name, UInt64(bitPattern: value)))
    }
  }

  /// Whether no setting takes effect.
  public var isEmpty: Bool { settings.isEmpty }

  /// Compares the settings in order.
  public static func == (left: MallocTunables, right: MallocTunables) -> Bool {
    left.settings.elementsEqual(right.settings) { $0.name == $1.name && $0.value == $1.value }
  }

  /// The names that malloc reads, without their prefix.
  public static var names: [String] { ranges.keys.sorted() }

  private static let prefix = "glibc.malloc."

  /// The range of each tunable (dl-tunables.list); sizes are unsigned, here as bit patterns.
  private static let ranges: [String: ClosedRange<Int64>] = [
    "top_pad": .min ... .max, "perturb": 0...255, "mmap_max": 0...0x7fff_ffff,
    "mmap_threshold": .min ... .max, "trim_threshold": .min ... .max, "arena_max": 1 ... .max,
    "arena_test": 1 ... .max, "tcache_max": .min ... .max, "tcache_count": .min ... .max,
    "tcache_unsorted_limit": .min ... .max, "mxfast": .min ... .max,
  ]

  /// A number as strtoul(3) reads it: decimal, `0x` or a leading 0 for octal, with a sign.
  private static func number(_ text: Substring) -> Int64? {
    var digits = text.drop { $0 == " " || $0 == "\t" }
    var isNegative = false
    if let sign = digits.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      digits = digits.dropFirst()
    }
    var radix: UInt64 = 10
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      radix = 16
      digits = digits.dropFirst(2)
    } else if digits.hasPrefix("0") {
      radix = 8
    }
    var value: UInt64 = 0
    var isEmpty = true
    for character in digits {
      guard let digit = character.hexDigitValue.map(UInt64.init), digit < radix else { break }
      isEmpty = false
      let (product, productOverflow) = value.multipliedReportingOverflow(by: radix)
      let (sum, sumOverflow) = product.addingReportingOverflow(digit)
      value = productOverflow || sumOverflow ? .max : sum
    }
    guard !isEmpty else { return nil }
    return Int64(bitPattern: isNegative ? 0 &- value : value)
  }
}
