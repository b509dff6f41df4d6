// What would be if something had been set from the beginning: the inputs, run again beside the session.

import LinuxMemory
import ScriptLanguage

/// What is different when the inputs run again.
struct RehearsalChange: Sendable {
  /// How it was written.
  var title = ""
  /// Settings of the machine that win over those of the script.
  var machine: [MachineSetting] = []
  /// Assignments as in `GLIBC_TUNABLES` for every program, which win over its environment.
  var tunables = ""
}

/// What a session is to find out that runs the inputs of another one again, and what it has found.
final class Rehearsal {
  /// The settings of malloc that every program has.
  let tunables: String
  /// At which look at a heap the inputs have gone far enough, counted from the last input's beginning.
  private let look: Int
  /// The process that is looked at there; nil before that.
  private(set) var figures: HeapFigures?

  /// Plans to go as far as a look.
  init(tunables: String, asFarAs look: Int) {
    self.tunables = tunables
    self.look = look
  }

  /// Notes the figures and stops the run when it has come to the look that is wanted.
  ///
  /// - Returns: whether this was it.
  func reached(_ count: Int, _ figures: @autoclosure () -> HeapFigures, _ budget: ScriptBudget) -> Bool {
    guard count == look else { return false }
    self.figures = figures()
    budget.stop(with: ScriptInterruption())
    return true
  }
}

/// What one process has of memory, as far as its malloc decides it. In bytes.
struct HeapFigures: Equatable {
  /// VmRSS.
  var residentBytes: UInt64
  /// VmSize.
  var virtualBytes: UInt64
  /// How many arenas there are.
  var arenaCount: Int
  /// How many bytes of RSS malloc_trim(0) would return; nil where that cannot be told.
  var trimmedBytes: UInt64?
}

extension Session {
  /// The figures of a process.
  func heapFigures(of process: LinuxProcess, _ state: MallocState) -> HeapFigures {
    HeapFigures(
      residentBytes: process.residentBytes, virtualBytes: process.virtualBytes, arenaCount: state.arenaCount,
      trimmedBytes: machine.trimForecast(in: process.id)?.residentBytes)
  }

  /// Runs all inputs that led here again in a session of its own, as far as the present look at a heap.
  ///
  /// The run is charged to this one's. It says nothing, and calls no command of the host's.
  ///
  /// - Parameters:
  ///   - change: what is different.
  ///   - steps: how many steps it may take; nil for what this run has left.
  /// - Returns: what the process has then; nil where the inputs do not come so far, or end on the way.
  func rehearse(_ change: RehearsalChange, steps: Int? = nil) -> HeapFigures? {
    guard rehearsal == nil, let present = openRun else { return nil }
    var limits = limits
    limits.steps = min(steps ?? .max, budget.stepsToGo)
    limits.deadline = nil
    limits.stateBytes = max(limits.stateBytes - stateByteCount(), 0)
    let pairs = change.machine.map { ($0.key, $0.value.description) }
    guard let configuration = try? MachineConfiguration(settings: pairs, base: firstConfiguration),
      let session = try? Session(
        commands: commands, machine: configuration,
        overrides: overrides.filter { own in !pairs.contains { $0.0 == own.key } } + change.machine,
        limits: limits, output: { _, _ in })
    else { return nil }
    let rehearsal = Rehearsal(tunables: change.tunables, asFarAs: heapLooks)
    session.rehearsal = rehearsal
    session.setTunables(of: session.currentProcess)
    session.budget.payer = budget
    session.includeLoader = includeLoader
    session.captureLoader = captureLoader
    session.isStrict = isStrict
    session.goesOnAfterFailure = goesOnAfterFailure
    for input in path {
      guard input.end != .interrupted else { return nil }
      if input.text.hasPrefix(".process ") {
        _ = try? session.stay(in: Session.processOperand(of: input.text))
      } else {
        session.run(
          SourceText(name: input.script ?? "input", text: input.text), isInteractive: input.script == nil,
          isStep: true)
      }
    }
    session.run(present.source, isInteractive: present.isInteractive, isStep: present.isStep)
    return rehearsal.figures
  }

  /// Counts a look at a heap.
  ///
  /// - Returns: whether it is the one to which the inputs run again, which end there.
  func noteHeapLook(_ process: LinuxProcess, _ state: MallocState) -> Bool {
    heapLooks += 1
    return rehearsal?.reached(heapLooks, heapFigures(of: process, state), budget) ?? false
  }
}
