// GLIBC_TUNABLES as far as malloc reads them.

/// The `glibc.malloc.*` settings of a process (the environment variable `GLIBC_TUNABLES`).
public struct MallocTunables: Equatable, Sendable {
  /// The settings that take effect, by name without `glibc.malloc.`.
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
      set(String(parts[0].dropFirst(Self.prefix.count)), parts[1])
    }
  }

  /// Whether no setting takes effect.
  public var isEmpty: Bool { settings.isEmpty }

  /// Reads a process's environment: `GLIBC_TUNABLES`, which wins, and the older variables such as
  /// `MALLOC_TOP_PAD_`, of which the first valid one of a name counts.
  ///
  /// - Parameter environment: Names and values in their order.
  public init(environment: [(name: String, value: String)]) {
    self.init(environment.last { $0.name == "GLIBC_TUNABLES" }?.value ?? "")
    for (name, value) in environment {
      guard let tunable = Self.aliases[name], !settings.contains(where: { $0.name == tunable }) else {
        continue
      }
      set(tunable, value[...])
    }
  }

  private mutating func set(_ name: String, _ text: Substring) {
    let value = Self.number(text)
    guard let range = Self.ranges[name], range.contains(value) else { return }
    settings.removeAll { $0.name == name }
    settings.append((name, value))
  }

  /// Compares the settings in order.
  public static func == (left: MallocTunables, right: MallocTunables) -> Bool {
    left.settings.elementsEqual(right.settings) { $0.name == $1.name && $0.value == $1.value }
  }

  /// The names that malloc reads, without their prefix.
  public static var names: [String] { ranges.keys.sorted() }

  private static let prefix = "glibc.malloc."

  /// The range of each tunable (dl-tunables.list); what is an int there has a largest value here.
  private static let ranges: [String: ClosedRange<UInt64>] = [
    "top_pad": 0 ... .max, "perturb": 0...255, "mmap_max": 0...0x7fff_ffff, "mmap_threshold": 0 ... .max,
    "trim_threshold": 0 ... .max, "arena_max": 1 ... .max, "arena_test": 1 ... .max,
    "tcache_max": 0 ... .max, "tcache_count": 0 ... .max, "tcache_unsorted_limit": 0 ... .max,
    "mxfast": 0 ... .max,
  ]

  /// The environment variables that stand for a tunable each.
  private static let aliases = [
    "MALLOC_TOP_PAD_": "top_pad", "MALLOC_PERTURB_": "perturb", "MALLOC_MMAP_MAX_": "mmap_max",
    "MALLOC_MMAP_THRESHOLD_": "mmap_threshold", "MALLOC_TRIM_THRESHOLD_": "trim_threshold",
    "MALLOC_ARENA_MAX": "arena_max", "MALLOC_ARENA_TEST": "arena_test",
  ]

  /// A number as the dynamic linker's own strtoul reads it: decimal, `0x` or a leading 0 for octal, with a
  /// sign; 0 when there is none, and the largest number when it is too large, sign or not.
  private static func number(_ text: Substring) -> UInt64 {
    var digits = text.utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var radix: UInt64 = 10
    if digits.first == UInt8(ascii: "0") {
      radix = 8
      if let mark = digits.dropFirst().first, mark | 0x20 == UInt8(ascii: "x") {
        radix = 16
        digits = digits.dropFirst(2)
      }
    }
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = digitValue(byte), digit < radix else { break }
      guard value < (UInt64.max - digit) / radix else { return .max }
      value = value * radix + digit
    }
    return isNegative ? 0 &- value : value
  }

  private static func digitValue(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
