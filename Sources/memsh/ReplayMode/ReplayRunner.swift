// Carrying out `memsh replay`.

import LinuxMemory
import MemScript
import ScriptLanguage

/// Replays one trace and prints what was asked for.
struct ReplayRunner {
  private let replay: Invocation.Replay
  private let console: Console

  /// The most bytes that a trace may have.
  private static let traceLimit = 2 << 30

  /// Prepares a replay.
  init(_ replay: Invocation.Replay, console: Console) {
    self.replay = replay
    self.console = console
  }

  /// Replays.
  ///
  /// - Returns: the exit status.
  func run() throws -> Int32 {
    let source = try ScriptFile.read(replay.file, limit: Self.traceLimit)
    guard source.bytes.count <= Self.traceLimit else {
      throw HostFileError(path: source.name, reason: "larger than 2 GiB")
    }
    let trace: AllocationTrace
    do throws(Diagnostic) {
      trace = try AllocationTrace(reading: source)
    } catch {
      console.print([error])
      return ExitStatus.failure
    }
    switch replay.output {
    case .results: return try printResults(of: trace)
    case .timing: return try printTiming(of: trace)
    case .script: return try printScript(of: trace)
    case .report: return try printReport(of: trace)
    }
  }

  /// Replays the trace as it is and, when settings are given, once more with them.
  private func printReport(of trace: AllocationTrace) throws -> Int32 {
    let changed = try plan(for: trace)
    for warning in changed.warnings { console.printError("warning: \(warning)\n") }
    var report = ReplayReport(of: trace, showsBytes: replay.showsBytes)
    let settings = changed.settings.map(\.text) + [changed.tunables].compactMap { $0 }
    if !settings.isEmpty {
      var plain = changed
      plain.settings = []
      plain.tunables = nil
      report.add(try run(plain, title: "default"), title: "default")
    }
    let title = settings.joined(separator: " ")
    let outcome = try run(changed, title: title)
    report.add(outcome, title: title)
    console.print(report.text)
    return outcome.ending.map { ExitStatus.signal($0.signal) } ?? ExitStatus.success
  }

  /// Replays to the end, with a progress bar.
  private func run(_ plan: ReplayPlan, title: String) throws -> ReplayOutcome {
    var progress = ProgressBar(title: title)
    defer { progress.clear() }
    return try plan.run { progress.show($0, of: $1) }
  }

  private func printTiming(of trace: AllocationTrace) throws -> Int32 {
    let timing = try ReplayTiming(of: try plan(for: trace))
    console.print(timing.text)
    return timing.ending.map { ExitStatus.signal($0.signal) } ?? ExitStatus.success
  }

  private func printScript(of trace: AllocationTrace) throws -> Int32 {
    let plan = try plan(for: trace)
    for warning in plan.warnings { console.printError("warning: \(warning)\n") }
    for line in ReplayScript(of: plan, name: replay.file) { console.print(line + "\n") }
    return ExitStatus.success
  }

  /// What the options ask for.
  private func plan(for trace: AllocationTrace) throws -> ReplayPlan {
    var plan = ReplayPlan(trace: trace)
    plan.machine = try machineSettings()
    plan.settings = try replay.options.map { try MallocSetting($0) }
    plan.tunables = replay.tunables
    plan.touching = replay.touching
    return plan
  }

  private func printResults(of trace: AllocationTrace) throws -> Int32 {
    for line in try ReplayResultLines(of: trace, on: try configuration(ReplayResultLines.machineSettings)) {
      console.print(line + "\n")
    }
    return ExitStatus.success
  }

  /// A machine: the given settings, over which those of `--machine` win.
  private func configuration(_ base: [(String, String)]) throws -> MachineConfiguration {
    let settings = try machineSettings()
    let isNarrow = settings.contains { $0.key == "arch" && $0.value == .string("i386") }
    // What the recordings' machine had is more than a 32-bit one can have.
    let defaults = try MachineConfiguration(
      settings: base.map { (key: $0.0, value: isNarrow && $0.0 == "ram" ? "4G" : $0.1) })
    return try MachineConfiguration(
      settings: settings.map { ($0.key, $0.value.description) }, base: defaults)
  }

  /// What `--machine` says.
  private func machineSettings() throws -> [MachineSetting] {
    try replay.machine.map { try Session.machineSettings(fromOption: $0) } ?? []
  }
}
