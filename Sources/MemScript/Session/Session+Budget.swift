// What a run may take of the host: the machine's work, what is kept, and what is printed, all on one account.

import LinuxMemory
import ScriptLanguage
import Synchronization

extension Session {
  /// Throws when the command's process is dead.
  ///
  /// Reading one stored number of the machine is cheap; calling its methods would copy it first.
  @inline(__always)
  func prepare(for command: BoundCommand) throws {
    if machine.endingCount != seenEndings || toleratesDeadMain { try requireActor(for: command.entry) }
  }

  /// Takes what the last run used from the limits of the next, for a host that gives a script in parts.
  ///
  /// - Parameter time: how long it took.
  package func takeFromLimits(_ time: Duration) {
    if let steps = limits.steps { limits.steps = max(steps - budget.stepsTaken, 0) }
    if let deadline = limits.deadline {
      limits.deadline = ScriptDeadline(max(deadline.duration - time, .zero), now: deadline.now)
    }
  }

  /// Calls `body` with the machine in place, without the copy that a call through the property makes.
  func inspectMachine<Result>(_ body: (inout Machine) throws -> Result) rethrows -> Result {
    try body(&machine)
  }

  /// The account of the present run.
  var budget: ScriptBudget { engine.budget }

  /// How many bytes are kept for scripts: the machine, names, exported variables, and what `undo()` needs. Earlier
  /// states go before a script has to end for want of room.
  func stateByteCount() -> Int {
    stateByteCount(ofMachine: inspectMachine { $0.stateByteCount })
  }

  /// The same for a machine that was measured.
  func stateByteCount(ofMachine bytes: Int) -> Int {
    let own = bytes + names.stateByteCount + exportedVariables.stateByteCount
    timeline.shrink(to: max(limits.stateBytes, 0) - own)
    return own + timeline.stateByteCount
  }

  /// Says a text on one of the session's streams, as far as the run's allowance for output goes.
  ///
  /// A long text goes out in pieces, between which a run can be stopped.
  func output(_ kind: OutputKind, _ text: String) {
    if kind == .standard, !captures.isEmpty { return capture(text) }
    var rest = text.utf8[...]
    while !rest.isEmpty, !budget.isStopped {
      let piece = rest.count <= Self.outputPiece ? rest : rest.prefix(Self.outputPiece)
      let allowed = budget.takeOutput(piece.count)
      guard allowed > 0 else { return }
      // A piece ends before a character that it would cut.
      var end = rest.index(rest.startIndex, offsetBy: allowed)
      while end > rest.startIndex, end < rest.endIndex, rest[end] & 0xC0 == 0x80 {
        end = rest.index(before: end)
      }
      if end == rest.startIndex { return }
      deliver(
        kind,
        rest.startIndex == text.startIndex && end == text.endIndex
          ? text : String(text[..<end].suffix(from: rest.startIndex)))
      rest = rest[end...]
    }
  }

  /// Keeps a text for who reads the output of a command.
  private func capture(_ text: String) {
    guard budget.spend(text.utf8.count >> 6 + 1) else { return }
    capturedBytes += text.utf8.count
    guard capturedBytes <= limits.heapBytes else {
      budget.stop(at: .heapBytes)
      return
    }
    captures[captures.count - 1] += text
  }

  /// How many bytes are handed to the host's closure at once.
  private static let outputPiece = 1 << 16

  /// Hands a text to the host's closure, which may refuse it.
  func deliver(_ kind: OutputKind, _ text: String) {
    if kind != .trace { noteReportedOutput(text) }
    if recordSink != nil { return tellOutput(kind, text) }
    do {
      try sink(kind, text)
    } catch let error as ScriptError {
      budget.stop(with: error)
    } catch let error as ScriptInterruption {
      budget.stop(with: error)
    } catch {
      budget.stop(with: ScriptError("the host refused the output: \(error)"))
    }
  }
}

/// Charges a machine's work to the run that asked for it.
///
/// `@unchecked`: a machine's copies carry it to wherever the host takes them, but it touches its session only while a
/// run is on, and then only on that run's thread, which keeps it: `isArmed` tells, and copies are for others to use between
/// runs.
final class SessionWork: WorkObserver, @unchecked Sendable {
  /// Not weak: an object with weak references is slower to use, and this one is used in each call of a script.
  private unowned(unsafe) var session: Session?
  private let isArmed = Atomic<Bool>(false)

  /// Makes an observer that lets everything pass until a session attaches itself and begins a run.
  init() {}

  /// Names the session whose runs are charged.
  func attach(to session: Session) { self.session = session }

  /// Begins or ends the charging of a run.
  func arm(_ isOn: Bool) { isArmed.store(isOn, ordering: .relaxed) }

  func machineWorked(_ units: Int, stateBytes: () -> Int?) -> Bool {
    guard isArmed.load(ordering: .relaxed), let session else { return true }
    return session.budget.spend(units) { stateBytes().map { session.stateByteCount(ofMachine: $0) } }
  }
}
