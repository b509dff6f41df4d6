// Going back and forth between the states of a session.

import LinuxMemory
import ScriptLanguage

/// What going back, or forth again, came to.
public struct RewindReport: Equatable, Sendable {
  /// The first lines of the inputs that were taken back or done again, in that order.
  public internal(set) var inputs: [String] = []
  /// How many of them went without having been counted one by one, because there was no room for their states.
  public internal(set) var uncounted = 0
  /// How many earlier inputs cannot be taken back any more, when the oldest state that is kept was reached.
  public internal(set) var forgotten = 0
}

extension Session {
  /// The state of the session now. It takes some microseconds, whatever the machine's size.
  public func snapshot() -> SessionSnapshot {
    let variables = engine.snapshot()
    var machine = machine
    machine.events = EventPort()
    return SessionSnapshot(
      machine: machine, firstConfiguration: firstConfiguration, path: path, variables: variables,
      names: names, currentProcess: currentProcess,
      workingDirectory: workingDirectory, exportedVariables: exportedVariables, shellSettings: shellSettings,
      staleAddresses: staleAddresses, homeName: homeName, status: status,
      bootCount: bootCount, statementCount: statementCount, explainedWords: explainedWords,
      byteCount: machine.stateByteCount + variables.byteCount)
  }

  /// Puts the session back to a state of its own. Does nothing while a script runs.
  public func restore(_ state: SessionSnapshot) {
    guard !engine.isRunning else { return }
    engine.abandon()
    openRun = nil
    firstConfiguration = state.firstConfiguration
    machine = state.machine
    attachMachine()
    engine.restore(state.variables)
    path = state.path
    names = state.names
    currentProcess = state.currentProcess
    workingDirectory = state.workingDirectory
    exportedVariables = state.exportedVariables
    shellSettings = state.shellSettings
    staleAddresses = state.staleAddresses
    homeName = state.homeName
    status = state.status
    isPanicSaid = machine.isHalted
  }

  /// Goes on counting where another session was.
  func continueCounts(of state: SessionSnapshot) {
    bootCount = state.bootCount
    statementCount = state.statementCount
    explainedWords = state.explainedWords
    attachMachine()
  }

  // MARK: Steps

  /// Keeps the state before an input as a step, if the input changed anything.
  ///
  /// - Returns: whether it did.
  @discardableResult
  func noteStep(_ input: SessionInput, before: SessionSnapshot) -> Bool {
    let now = snapshot()
    guard !now.isSameState(as: before) else { return false }
    path.append(input)
    // A state for which there is no room beside itself is not kept: then the earlier one is the way back.
    guard before.byteCount <= limits.stateBytes / 2 else {
      timeline.addFollower()
      return true
    }
    unrepeatable += timeline.push(Timeline.Step(title: input.title, before: before))
    return true
  }

  /// How many inputs that were taken back cannot be done again since the last call, because another input changed
  /// something.
  package func takeUnrepeatableCount() -> Int {
    defer { unrepeatable = 0 }
    return unrepeatable
  }

  /// Takes the last inputs back that changed anything: the machine, the variables and the shell are as before them.
  ///
  /// - Parameter count: how many.
  /// - Returns: what was taken back, newest first; fewer inputs when no more are kept.
  public func undo(_ count: Int = 1) -> RewindReport {
    var report = RewindReport()
    guard !engine.isRunning else { return report }
    while report.inputs.count < count {
      guard !timeline.line.past.isEmpty, let step = timeline.undo(from: snapshot()) else {
        report.forgotten = timeline.line.forgotten
        break
      }
      restore(step.before)
      report.inputs.append(step.title)
      report.uncounted += step.followers
    }
    return report
  }

  /// Does inputs again that were taken back, without running them anew.
  ///
  /// - Parameter count: how many.
  /// - Returns: what was done again, in that order; fewer inputs when no more were taken back.
  public func redo(_ count: Int = 1) -> RewindReport {
    var report = RewindReport()
    guard !engine.isRunning else { return report }
    while report.inputs.count < count, let (step, after) = timeline.redo() {
      restore(after)
      report.inputs.append(step.title)
    }
    return report
  }

  /// Makes the present state the one that undo does not go behind.
  package func beginStepsHere() { timeline.beginHere() }

  // MARK: Named states and branches

  /// Gives the present state a name to come back to.
  ///
  /// - Returns: whether the name was that of another state, which has none now.
  @discardableResult
  package func setCheckpoint(_ name: String) -> Bool {
    timeline.setCheckpoint(name, to: snapshot())
  }

  /// The names of the checkpoints, sorted.
  package var checkpointNames: [String] { timeline.checkpoints.keys.sorted() }

  /// The state of a checkpoint, nil when there is none of that name.
  package func checkpoint(_ name: String) -> SessionSnapshot? { timeline.checkpoints[name] }

  /// Goes back to a checkpoint, as a step that can be taken back.
  ///
  /// - Returns: whether there is one of that name.
  package func restoreCheckpoint(_ name: String) -> Bool {
    guard !engine.isRunning, let state = timeline.checkpoints[name] else { return false }
    let now = snapshot()
    guard !now.isSameState(as: state) else { return true }
    unrepeatable += timeline.push(Timeline.Step(title: ".restore \(name)", before: now))
    restore(state)
    return true
  }

  /// Lets a checkpoint, or a branch that is not the present one, go.
  ///
  /// - Returns: whether there was one.
  package func forgetState(_ name: String) -> Bool { timeline.forget(name) }

  /// The name of the present branch.
  package var branchName: String { timeline.branch }

  /// The names of all branches, sorted.
  package var branchNames: [String] { timeline.branchNames }

  /// Goes on with a branch, and keeps the one that is left as it is.
  ///
  /// - Parameters:
  ///   - name: the branch; one that there is not begins now.
  ///   - start: where a new one begins; nil for the present state.
  /// - Returns: whether the branch is new.
  @discardableResult
  package func switchBranch(to name: String, from start: SessionSnapshot? = nil) -> Bool {
    if name == timeline.branch || engine.isRunning { return false }
    if let state = timeline.switchBranch(to: name, leaving: snapshot(), inherits: start == nil) {
      restore(state)
      return false
    }
    if let start { restore(start) }
    return true
  }
}
