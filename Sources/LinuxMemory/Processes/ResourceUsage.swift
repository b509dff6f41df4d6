// What a process has used so far.

/// The counters of getrusage(2) that concern memory.
public struct ResourceUsage: Hashable, Sendable, Codable {
  /// Page faults served without reading from a device (`ru_minflt`).
  public var minorFaults: UInt64 = 0
  /// Page faults that read from a device (`ru_majflt`).
  public var majorFaults: UInt64 = 0
  /// The largest resident set so far, in pages (`ru_maxrss` has it in KiB).
  public var maximumResidentPages = 0

  /// Makes counters at zero.
  public init() {}
}
