// What the OOM killer decided once, kept so that it can be asked why later.

/// Why a process was chosen.
public enum OOMReason: Sendable, Equatable, Codable {
  /// It had the highest badness.
  case worst
  /// It asked for the memory, and `oom_kill_allocating_task` is set.
  case allocatingTask
  /// It was switching swap off (`OOM_FLAG_ORIGIN`).
  case swapoff
  /// A child of the process with the highest badness, which it died for (Linux 3.10).
  case child(of: ProcessID)
}

/// One verdict of the OOM killer.
public struct OOMVerdict: Sendable, Equatable, Codable {
  /// Which kill since boot it was, from 1.
  public let number: Int
  /// When, in microseconds since boot.
  public let time: UInt64
  /// Who needed memory; nil when somebody wrote `f` to `/proc/sysrq-trigger`.
  public let asker: ProcessID?
  /// Who died.
  public let victim: ProcessID
  /// Why this one.
  public let reason: OOMReason
  /// All processes as they stood, the likeliest victim first.
  public let ranking: OOMRanking
  /// Why there was no memory; nil when nobody asked for some.
  package let shortage: MemoryShortage?
  /// The group that had no room; nil where the machine had none.
  package let group: GroupShortage?
}

/// The last verdicts, oldest first.
package struct OOMHistory: Sendable, Equatable, Codable {
  /// How many are kept.
  package static let capacity = 16

  /// The verdicts that are still known.
  package private(set) var verdicts: [OOMVerdict] = []

  /// How many processes have been killed since boot.
  package private(set) var count = 0

  /// The verdict with a number, if it is still known.
  package func verdict(_ number: Int) -> OOMVerdict? { verdicts.first { $0.number == number } }

  /// Keeps a verdict and forgets the oldest when there are too many.
  mutating func append(
    _ victim: ProcessID, reason: OOMReason, asker: ProcessID?, ranking: OOMRanking,
    shortage: MemoryShortage?, group: GroupShortage? = nil, at time: UInt64
  ) {
    count += 1
    if verdicts.count == Self.capacity { verdicts.removeFirst() }
    verdicts.append(
      OOMVerdict(
        number: count, time: time, asker: asker, victim: victim, reason: reason, ranking: ranking,
        shortage: shortage, group: group))
  }
}
