// The line about how much of a group is protected from reclaim.

/// How much of the memory of the group that asks is protected from reclaim, later than Linux 6.18.
public struct MemoryProtection: KernelFormat {
  /// What `memory.min` protects, in KiB.
  public var minimum: Int
  /// What `memory.low` protects, in KiB.
  public var low: Int

  /// Makes a line.
  ///
  /// - Parameters:
  ///   - minimum: what `memory.min` protects, in KiB.
  ///   - low: what `memory.low` protects, in KiB.
  public init(minimum: Int, low: Int) {
    self.minimum = minimum
    self.low = low
  }

  /// Reads a line; nil for one of another form.
  public init?(parsing text: String) {
    var cursor = TextCursor(Array(text.utf8)[...])
    guard cursor.take("Memory cgroup min protection "), let minimum = cursor.integer(),
      cursor.take("kB -- low protection "), let low = cursor.integer(), cursor.take("kB"), cursor.isAtEnd
    else { return nil }
    self.init(minimum: minimum, low: low)
  }

  /// The line.
  public var text: String { "Memory cgroup min protection \(minimum)kB -- low protection \(low)kB" }
}
