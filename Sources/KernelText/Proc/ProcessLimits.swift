// The format of /proc/PID/limits.

/// `/proc/PID/limits`: the limits of a process.
public struct ProcessLimits: KernelFormat {
  /// One limit.
  public struct Limit: Equatable, Sendable {
    /// Such as `Max data size`.
    public var name: String
    /// The soft limit, nil for none.
    public var soft: UInt64?
    /// The hard limit, nil for none.
    public var hard: UInt64?
    /// Such as `bytes`, or nil for the limits that have none.
    public var unit: String?

    /// Makes a limit.
    public init(name: String, soft: UInt64?, hard: UInt64?, unit: String?) {
      self.name = name
      self.soft = soft
      self.hard = hard
      self.unit = unit
    }
  }

  /// The limits in the kernel's order.
  public var limits: [Limit]

  /// The line above the limits.
  static let header = line("Limit", "Soft Limit", "Hard Limit", unit: "Units")

  /// Makes a file.
  public init(limits: [Limit]) { self.limits = limits }

  /// Reads a file; nil when its head or a line is of another form.
  public init?(parsing text: String) {
    guard text.hasPrefix(Self.header) else { return nil }
    limits = []
    for line in text.fileLines.dropFirst() {
      let words = line.dropFirst(25).words
      guard words.count == 2 || words.count == 3, let soft = Self.value(words[0]),
        let hard = Self.value(words[1])
      else { return nil }
      let name = line.prefix(25)
      let end = name.lastIndex { $0 != " " }.map { name.index(after: $0) } ?? name.startIndex
      limits.append(
        Limit(
          name: String(name[..<end]), soft: soft, hard: hard, unit: words.count > 2 ? String(words[2]) : nil))
    }
  }

  private static func value(_ word: Substring) -> UInt64?? {
    word == "unlimited" ? .some(nil) : UInt64(word).map { .some($0) }
  }

  /// The file's text.
  public var text: String {
    Self.header
      + limits.map { limit in
        Self.line(
          limit.name, limit.soft.map { String($0) } ?? "unlimited",
          limit.hard.map { String($0) } ?? "unlimited",
          unit: limit.unit)
      }.joined()
  }

  private static func line(_ name: String, _ soft: String, _ hard: String, unit: String?) -> String {
    "\(name.alignedLeft(25)) \(soft.alignedLeft(20)) \(hard.alignedLeft(20)) "
      + (unit?.alignedLeft(10) ?? "") + "\n"
  }
}
