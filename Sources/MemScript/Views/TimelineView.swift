// Memory over the statements so far.

import LinuxMemory

/// The figures behind one statement; sizes in bytes.
public struct TimelineSample: Sendable, Equatable, Encodable {
  /// The statement's number in the session, its line in its source, and its beginning.
  public var statement: Int, line: Int, text: String
  /// The process that acted, with its VSS, RSS and swap.
  public var process: String, virtual: UInt64, resident: UInt64, swapped: UInt64
  /// Free memory and the page cache.
  public var free: UInt64, cached: UInt64
  /// Swap in use over all processes.
  public var swapUsed: UInt64
  /// Page faults since boot, the major ones among them.
  public var faults: Int, majorFaults: Int
  /// Microseconds on the simulated clock.
  public var time: UInt64
  /// How many processes ended since boot.
  public var endings: Int
  /// How many machines were booted before this one.
  public var boot: Int
}

/// The samples of a session: so many at most, of which the less telling ones go when there are more.
public struct TimelineView: Sendable, Equatable, Encodable {
  /// The samples in order.
  public private(set) var samples: [TimelineSample] = []
  /// How many statements one sample stands for.
  public private(set) var stride = 1
  private var skipped = 0
  /// The statement before, and of those that share the last sample the one that changed most.
  private var previous: TimelineSample?
  private var cause = Cause()

  private static let capacity = 2048

  /// A statement with what it changed.
  private struct Cause: Sendable, Equatable {
    var line = 0, text = "", change: UInt64 = 0
  }

  private enum CodingKeys: String, CodingKey {
    case samples, stride
  }

  /// Makes an empty one.
  public init() {}

  /// Adds a sample behind the others.
  mutating func add(_ sample: TimelineSample) {
    skipped += 1
    let change = previous.map { Self.change($0, sample) } ?? 0
    previous = sample
    let isTelling =
      samples.last.map {
        $0.boot != sample.boot || $0.endings != sample.endings || $0.process != sample.process
      } ?? true
    if skipped >= stride || isTelling {
      (skipped, cause) = (0, Cause(line: sample.line, text: sample.text, change: change))
      samples.append(sample)
      if samples.count > Self.capacity { thin() }
      return
    }
    if change > cause.change { cause = Cause(line: sample.line, text: sample.text, change: change) }
    samples[samples.count - 1] = sample
    (samples[samples.count - 1].line, samples[samples.count - 1].text) = (cause.line, cause.text)
  }

  /// By how much the figure changed that changed most.
  private static func change(_ old: TimelineSample, _ new: TimelineSample) -> UInt64 {
    guard old.boot == new.boot else { return 0 }
    let own = old.process == new.process
    return max(
      distance(old.free, new.free), own ? distance(old.resident, new.resident) : 0,
      own ? distance(old.virtual, new.virtual) : 0)
  }

  /// Takes every other sample out; the one that stays of two names the statement that changed more.
  private mutating func thin() {
    stride *= 2
    var kept: [TimelineSample] = []
    for index in Swift.stride(from: 0, to: samples.count - 1, by: 2) {
      let one = samples[index]
      var other = samples[index + 1]
      if one.endings != other.endings {
        kept.append(one)
      } else if let before = kept.last, Self.change(before, one) > Self.change(one, other) {
        (other.line, other.text) = (one.line, one.text)
      }
      kept.append(other)
    }
    if samples.count % 2 == 1, let last = samples.last { kept.append(last) }
    samples = kept
  }

  /// A step in a curve: the sample at which it is, and by how much which figure changed there.
  public struct Step: Sendable, Equatable, Encodable {
    /// The sample's place.
    public var index: Int
    /// The figure: `RSS`, `free` and so on.
    public var figure: String
    /// What it was before and is there.
    public var old: UInt64, new: UInt64
  }

  /// The curves by name, each with its values.
  var curves: [(name: String, values: [UInt64])] {
    [
      ("VSS", samples.map(\.virtual)), ("RSS", samples.map(\.resident)), ("free", samples.map(\.free)),
      ("cache", samples.map(\.cached)), ("swap", samples.map(\.swapUsed)),
      ("faults", samples.map { UInt64(max($0.faults, 0)) }),
    ]
  }

  /// The largest steps of memory, in order of time.
  ///
  /// - Parameter limit: how many.
  public func steps(_ limit: Int = 8) -> [Step] {
    var found: [Step] = []
    for index in samples.indices.dropFirst() {
      let (old, new) = (samples[index - 1], samples[index])
      guard old.boot == new.boot else { continue }
      let figures: [(String, UInt64, UInt64)] =
        old.process == new.process
        ? [
          ("RSS", old.resident, new.resident), ("VSS", old.virtual, new.virtual),
          ("free", old.free, new.free),
        ]
        : [("free", old.free, new.free)]
      let largest = figures.max { Self.distance($0.1, $0.2) < Self.distance($1.1, $1.2) }
      guard let largest, largest.1 != largest.2 else { continue }
      // RSS tells more of a statement than the free memory that mirrors it.
      let figure =
        figures.first { Self.distance($0.1, $0.2) * 8 >= Self.distance(largest.1, largest.2) * 7 } ?? largest
      found.append(Step(index: index, figure: figure.0, old: figure.1, new: figure.2))
    }
    // Of a loop's rounds the largest is enough.
    var told: Set<String> = []
    let largest = found.sorted {
      (Self.distance($1.old, $1.new), $0.index) < (Self.distance($0.old, $0.new), $1.index)
    }
    .filter { told.insert("\(samples[$0.index].line) \(samples[$0.index].text)").inserted }.prefix(limit)
    return largest.sorted { $0.index < $1.index }
  }

  private static func distance(_ old: UInt64, _ new: UInt64) -> UInt64 { new > old ? new - old : old - new }
}
