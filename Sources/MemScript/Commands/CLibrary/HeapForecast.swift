// What another setting or another glibc would have changed in a heap, found by running the script again.

import LinuxMemory
import ScriptLanguage

extension ShellRun {
  /// What `--if` wants to be different.
  ///
  /// - Throws: ``ShellFailure`` for what is neither a variable that malloc reads nor a setting that a machine can have.
  func rehearsalChange(_ options: ShellOptions) throws -> RehearsalChange {
    var change = RehearsalChange()
    for word in options.values("i") {
      let parts = word.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ShellFailure("\(command.name): '\(word.text)' is not NAME=VALUE")
      }
      change.title += (change.title.isEmpty ? "" : " ") + word.text
      let variable = EnvironmentVariable(name: parts[0], value: parts[1])
      if let assignments = MallocTunables.assignments(of: variable) {
        let release = session.machine.configuration.glibcRelease
        if let problem = MallocTunableProblem.problems(in: parts[1], of: parts[0], for: release).first {
          throw ShellFailure("\(command.name): \(problem.warning(of: parts[0]))")
        }
        change.tunables += (change.tunables.isEmpty ? "" : ":") + assignments
      } else if MachineConfiguration.settingKeys.contains(parts[0]) {
        do throws(ConfigurationError) {
          _ = try MachineConfiguration(settings: [(parts[0], parts[1])], base: session.machine.configuration)
        } catch {
          throw ShellFailure("\(command.name): \(error.message)")
        }
        change.machine.append(
          MachineSetting(
            key: parts[0], value: .string(parts[1]), span: SourceSpan(source: 0, start: 0, end: 0)))
      } else {
        let names = (MallocTunables.variables + MachineConfiguration.settingKeys).joined(separator: ", ")
        throw ShellFailure("\(command.name): --if does not know '\(parts[0])'; it takes \(names)")
      }
    }
    return change
  }
}

extension Session {
  /// The figures of a process beside those that it would have if something had been different.
  ///
  /// - Throws: ``ShellFailure`` where the script cannot be run again.
  func heapComparison(
    of found: LookedAtProcess, _ state: MallocState, with change: RehearsalChange
  ) throws -> String {
    let now = heapFigures(of: found.process, state)
    let same = rehearse(RehearsalChange())
    try budget.check()
    guard same == now else {
      throw ShellFailure(
        "heap: what led here cannot be run again: the host had a hand in it, or an input was stopped")
    }
    let then = rehearse(change)
    try budget.check()
    guard let then else {
      throw ShellFailure(
        "heap: with \(change.title) the script does not come so far, or has no room beside this one")
    }
    func row(_ name: String, _ values: [String]) -> String {
      name.alignedLeft(16) + values.map { $0.alignedRight(14) }.joined() + "\n"
    }
    let both = [now, then]
    return fit("the script run again from its beginning with \(change.title)")
      + row("", ["now", "then"])
      + row("VmRSS", both.map { byteCountText($0.residentBytes) })
      + row("VmSize", both.map { byteCountText($0.virtualBytes) })
      + row("arenas", both.map { String($0.arenaCount) })
      + row("malloc_trim(0)", both.map { $0.trimmedBytes.map { byteCountText($0) } ?? "?" })
  }

  /// What fewer arenas would have changed, where the script is short enough to be run again unasked.
  func fewerArenas(of process: LinuxProcess, _ state: MallocState) -> String? {
    let now = heapFigures(of: process, state)
    guard rehearsal == nil, now.arenaCount > 2, unaskedSteps > 0 else { return nil }
    let change = RehearsalChange(tunables: "glibc.malloc.arena_max=2")
    // No script may fail for want of steps because of what it did not ask for.
    let steps = min(unaskedSteps / 2, budget.stepsToGo / 8)
    let before = budget.stepsToGo
    let same = rehearse(RehearsalChange(), steps: steps)
    let then = same == now ? rehearse(change, steps: steps) : nil
    unaskedSteps -= before - budget.stepsToGo
    // A page or two is no answer to why RSS stays.
    guard let then, then.residentBytes < now.residentBytes,
      now.residentBytes - then.residentBytes > max(now.residentBytes / 20, 65_536)
    else { return nil }
    let (old, new) = (byteCountText(now.residentBytes), byteCountText(then.residentBytes))
    return
      "MALLOC_ARENA_MAX=2 from the start would have made RSS \(new) instead of \(old): the script, run again so; "
      + "'heap --if' tries other settings and versions of glibc"
  }
}
