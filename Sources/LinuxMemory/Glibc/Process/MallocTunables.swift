// The environment variables that malloc reads.

/// The `glibc.malloc.*` settings of a process (the environment variable `GLIBC_TUNABLES`, and the older ones
/// that stand for a setting each).
package struct MallocTunables: Equatable, Sendable, Codable {
  /// What ``variable`` assigns, in its order; names without `glibc.malloc.`.
  private var assignments: [Assignment] = []
  /// What the older variables assign, in the order of the environment.
  private var olderAssignments: [Assignment] = []
  /// Whether a part of ``variable`` is no assignment.
  private var isMalformed = false
  /// How long ``variable`` is in the environment, with its name and the byte 0 at its end; 0 where it is not set.
  private(set) var variableLength: UInt64 = 0

  /// A value for a tunable, as written.
  private struct Assignment: Equatable, Codable {
    var name: String
    var text: String
  }

  /// No settings.
  package init() {}

  /// Reads the variable's value, as `glibc.malloc.tcache_count=0:glibc.malloc.mxfast=160`.
  ///
  /// - Parameter text: Assignments separated by colons.
  package init(_ text: String) {
    guard !text.isEmpty else { return }
    variableLength = UInt64(Self.variable.utf8.count + text.utf8.count + 2)
    for assignment in text.split(separator: ":", omittingEmptySubsequences: false) {
      let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      isMalformed = isMalformed || parts.count != 2 || parts[1].utf8.contains(UInt8(ascii: "="))
      guard parts.count == 2, parts[0].hasPrefix(Self.prefix) else { continue }
      assignments.append(
        Assignment(name: String(parts[0].dropFirst(Self.prefix.count)), text: String(parts[1])))
    }
  }

  /// Reads a process's environment: `GLIBC_TUNABLES`, which wins, and the older variables such as
  /// `MALLOC_TOP_PAD_`, of which the first valid one of a name counts.
  ///
  /// - Parameter environment: Names and values in their order.
  package init(environment: [EnvironmentVariable]) {
    let text = environment.last { $0.name == Self.variable }?.value
    self.init(text ?? "")
    if let text, text.isEmpty { variableLength = UInt64(Self.variable.utf8.count + 2) }
    olderAssignments = environment.compactMap { variable in
      Self.olderVariables[variable.name].map { Assignment(name: $0, text: variable.value) }
    }
  }

  /// The settings that take effect, in the order in which they do; a later one of a name replaces an earlier one.
  ///
  /// Unknown names and values out of range are ignored, as glibc ignores them.
  ///
  /// - Parameters:
  ///   - rules: how the version reads them.
  ///   - largest: the largest size of the architecture.
  func settings(_ rules: MallocRules, largest: UInt64) -> [(name: String, value: UInt64)] {
    var settings: [(name: String, value: UInt64)] = []
    func note(_ assignment: Assignment) {
      if let value = Self.value(of: assignment.name, assignment.text[...], rules, largest: largest) {
        settings.append((assignment.name, value))
      }
    }
    if !isMalformed || !rules.parsesTunablesStrictly { assignments.forEach(note) }
    for assignment in olderAssignments where !settings.contains(where: { $0.name == assignment.name }) {
      note(assignment)
    }
    return settings
  }

  /// A tunable's value; nil where glibc ignores it.
  ///
  /// - Parameters:
  ///   - name: its name without its prefix.
  ///   - text: the value as written.
  ///   - rules: how the version reads it.
  ///   - largest: the largest size of the architecture.
  static func value(
    of name: String, _ text: Substring, _ rules: MallocRules, largest: UInt64 = .max
  ) -> UInt64? {
    guard let range = ranges[name] else { return nil }
    var (value, isPlain) = number(text)
    if rules.parsesTunablesStrictly, !isPlain { return nil }
    if integers.contains(name) {
      if rules.cutsIntegerTunables { value &= 0xffff_ffff }
      if name == "mmap_max", rules.allowsNegativeTunables, Int32(exactly: Int64(bitPattern: value)) != nil {
        return value
      }
    } else if value > largest {
      // What a size_t cannot hold is out of its range.
      return nil
    }
    return range.contains(value) ? value : nil
  }

  /// The names that malloc reads, without their prefix.
  package static var names: [String] { ranges.keys.sorted() }

  private static let prefix = "glibc.malloc."

  /// The range of each tunable (dl-tunables.list); what is an int there has a largest value here.
  private static let ranges: [String: ClosedRange<UInt64>] = [
    "top_pad": 0 ... .max, "perturb": 0...255, "mmap_max": 0...0x7fff_ffff, "mmap_threshold": 0 ... .max,
    "trim_threshold": 0 ... .max, "arena_max": 1 ... .max, "arena_test": 1 ... .max,
    "tcache_max": 0 ... .max, "tcache_count": 0 ... .max, "tcache_unsorted_limit": 0 ... .max,
    "mxfast": 0 ... .max,
  ]

  /// Those that are ints.
  private static let integers: Set = ["perturb", "mmap_max"]

  /// The environment variable that sets any of them.
  package static let variable = "GLIBC_TUNABLES"

  /// The environment variables that stand for a tunable each.
  static let olderVariables = [
    "MALLOC_TOP_PAD_": "top_pad", "MALLOC_PERTURB_": "perturb", "MALLOC_MMAP_MAX_": "mmap_max",
    "MALLOC_MMAP_THRESHOLD_": "mmap_threshold", "MALLOC_TRIM_THRESHOLD_": "trim_threshold",
    "MALLOC_ARENA_MAX": "arena_max", "MALLOC_ARENA_TEST": "arena_test", "MALLOC_CHECK_": "check",
  ]

  /// What a variable of the environment says, in the form of ``variable``; nil for one that malloc does not read.
  package static func assignments(of variable: EnvironmentVariable) -> String? {
    if variable.name == Self.variable { return variable.value }
    return olderVariables[variable.name].map { "\(prefix)\($0)=\(variable.value)" }
  }

  /// The names of all environment variables that malloc reads, ``variable`` first.
  package static var variables: [String] { [variable] + olderVariables.keys.sorted() }

  /// A number as the dynamic linker's own strtoul reads it: decimal, `0x` or a leading 0 for octal, with a
  /// sign; 0 when there is none, and the largest number when it is too large, sign or not.
  ///
  /// - Returns: The value, and whether the text is a number from its first to its last byte.
  static func number(_ text: Substring) -> (value: UInt64, isPlain: Bool) {
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
    var count = 0
    for byte in digits {
      guard let digit = digitValue(byte), digit < radix else { break }
      guard value < (UInt64.max - digit) / radix else { return (.max, false) }
      value = value * radix + digit
      count += 1
    }
    return (isNegative ? 0 &- value : value, text.isEmpty || count > 0 && count == digits.count)
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
