// What a run did, collected for a page: each line's effects, the curves, and the machine at telling moments.

import LinuxMemory

/// The material of a report.
package struct RunReport: Sendable {
  /// What one line of the script did, all its runs together.
  struct LineEffect: Sendable {
    var runs = 0
    /// What the acting process's RSS and VSS, and the free memory, changed by, in bytes.
    var resident: Int64 = 0, virtual: Int64 = 0, free: Int64 = 0
    var faults = 0
    /// What the layers did, as the brief trace says it, of the first run that did something.
    var words: [String] = []
    /// Whether a process died in it.
    var isDeadly = false
  }

  /// The machine at one moment.
  struct Moment: Sendable {
    /// The sample behind which it was.
    var sample: TimelineSample
    var machine: Machine
    /// How much changed since the moment before, for choosing.
    var weight: UInt64
    /// What the script's variables pointed to.
    var pointers: [PointerLabel]
  }

  /// The script's name and text.
  package var name: String, text: String
  /// The machine that was booted first.
  var configuration: MachineConfiguration
  var lines: [Int: LineEffect] = [:]
  var moments: [Moment] = []
  private var last: TimelineSample?

  /// How many moments are kept while it runs, and how many a page shows.
  private static let (mostKept, mostShown) = (32, 10)

  /// Begins a report.
  init(name: String, text: String, configuration: MachineConfiguration) {
    self.name = name
    self.text = text
    self.configuration = configuration
  }

  /// Notes what a statement did.
  mutating func note(
    _ sample: TimelineSample, _ words: @autoclosure () -> [String], _ moment: () -> (Machine, [PointerLabel])
  ) {
    defer { last = sample }
    guard let last else {
      let (machine, pointers) = moment()
      moments.append(Moment(sample: sample, machine: machine, weight: .max, pointers: pointers))
      return
    }
    var effect = lines[sample.line] ?? LineEffect()
    effect.runs += 1
    guard last.boot == sample.boot else {
      effect.words = ["another machine boots"]
      lines[sample.line] = effect
      return noteMoment(sample, isDeadly: true, moment)
    }
    if last.process == sample.process {
      effect.resident &+= Int64(clamping: sample.resident) - Int64(clamping: last.resident)
      effect.virtual &+= Int64(clamping: sample.virtual) - Int64(clamping: last.virtual)
    }
    effect.free &+= Int64(clamping: sample.free) - Int64(clamping: last.free)
    effect.faults += max(sample.faults - last.faults, 0)
    let isDeadly = sample.endings != last.endings
    if effect.words.isEmpty || isDeadly, effect.words.count < 6 {
      let said = words()
      if !said.isEmpty { effect.words = said }
    }
    if isDeadly { effect.isDeadly = true }
    lines[sample.line] = effect
    noteMoment(sample, isDeadly: isDeadly, moment)
  }

  /// Keeps the machine when much has changed since the last moment that was kept.
  private mutating func noteMoment(
    _ sample: TimelineSample, isDeadly: Bool, _ moment: () -> (Machine, [PointerLabel])
  ) {
    guard let before = moments.last?.sample else { return }
    let weight = Self.distance(before, sample)
    guard isDeadly || weight >= max(configuration.ram / 64, 64 << 10) else { return }
    let (machine, pointers) = moment()
    moments.append(
      Moment(sample: sample, machine: machine, weight: isDeadly ? .max : weight, pointers: pointers))
    if moments.count > Self.mostKept { thin(to: Self.mostKept * 3 / 4) }
  }

  private static func distance(_ old: TimelineSample, _ new: TimelineSample) -> UInt64 {
    let change = { (old: UInt64, new: UInt64) in new > old ? new - old : old - new }
    return max(
      change(old.free, new.free), old.process == new.process ? change(old.resident, new.resident) : 0,
      old.process == new.process ? change(old.virtual, new.virtual) : 0, change(old.swapUsed, new.swapUsed))
  }

  /// Lets those moments go that tell least; the first stays.
  private mutating func thin(to count: Int) {
    while moments.count > max(count, 1),
      let least = moments.indices.dropFirst().min(by: { moments[$0].weight < moments[$1].weight })
    {
      let gone = moments.remove(at: least)
      // What it had told, the next one tells too.
      if least < moments.count, moments[least].weight < .max {
        moments[least].weight = max(
          moments[least].weight, Self.distance(moments[least - 1].sample, moments[least].sample))
      }
      if gone.weight == .max { break }
    }
  }

  /// Ends the collection: the last state is a moment, too.
  mutating func close(_ sample: TimelineSample?, _ machine: Machine, _ pointers: [PointerLabel]) {
    thin(to: Self.mostShown - 1)
    if let sample, moments.last?.sample.statement != sample.statement {
      moments.append(Moment(sample: sample, machine: machine, weight: .max, pointers: pointers))
    }
  }
}
