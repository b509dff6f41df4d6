// Rewinding: the states that a session can go back to.

/// The earlier states of a session: its steps one by one, those that were taken back, named states and branches.
///
/// A step is an input that changed something. What is only looked at is none.
struct Timeline {
  /// A step with the state before it.
  struct Step {
    var title: String
    var before: SessionSnapshot
    /// How many inputs after it changed something too, but left no state for want of room: they go back with it.
    var followers = 0
  }

  /// A line of steps, with what was taken back of it.
  struct Line {
    /// The steps so far, newest last.
    var past: [Step] = []
    /// What was taken back, the next to be done again last: each step with the state behind it.
    var undone: [(step: Step, after: SessionSnapshot)] = []
    /// How many of the oldest steps were let go.
    var forgotten = 0
  }

  /// How many steps can be taken back; a state shares what did not change with its neighbours.
  static let depth = 1000

  /// The present line.
  private(set) var line = Line()
  /// The name of the present line.
  private(set) var branch = Timeline.firstBranch
  /// The other lines, each with the state in which it was left.
  private(set) var branches: [String: (line: Line, state: SessionSnapshot)] = [:]
  /// The named states.
  private(set) var checkpoints: [String: SessionSnapshot] = [:]
  /// About how many bytes all states take.
  private(set) var stateByteCount = 0

  /// The name of the line that a session begins with.
  static let firstBranch = "trunk"

  // MARK: Steps

  /// Adds a step; what was taken back before cannot be done again then.
  ///
  /// - Returns: how many inputs can no longer be done again.
  mutating func push(_ step: Step) -> Int {
    let lost = line.undone.count
    for undone in line.undone { stateByteCount -= undone.after.byteCount }
    line.undone = []
    if line.past.count == Self.depth { dropOldest() }
    line.past.append(step)
    stateByteCount += step.before.byteCount
    return lost
  }

  /// Notes that an input changed something for whose state there was no room.
  mutating func addFollower() {
    if !line.past.isEmpty { line.past[line.past.count - 1].followers += 1 }
  }

  /// Takes the newest step back.
  ///
  /// - Parameter now: the present state, for doing it again.
  mutating func undo(from now: SessionSnapshot) -> Step? {
    guard let step = line.past.popLast() else { return nil }
    line.undone.append((step, now))
    stateByteCount += now.byteCount - step.before.byteCount
    return step
  }

  /// Does the step again that was taken back last.
  ///
  /// - Returns: the step, and the state behind it.
  mutating func redo() -> (step: Step, after: SessionSnapshot)? {
    guard let undone = line.undone.popLast() else { return nil }
    line.past.append(undone.step)
    stateByteCount += undone.step.before.byteCount - undone.after.byteCount
    return undone
  }

  // MARK: Named states

  /// Gives a state a name.
  ///
  /// - Returns: whether another state bore it.
  mutating func setCheckpoint(_ name: String, to state: SessionSnapshot) -> Bool {
    let earlier = checkpoints.updateValue(state, forKey: name)
    stateByteCount += state.byteCount - (earlier?.byteCount ?? 0)
    return earlier != nil
  }

  // MARK: Branches

  /// Leaves the present line for another one, which is new when no line has that name.
  ///
  /// - Parameter inherits: whether a new line has the steps of the present one.
  /// - Returns: the state in which the other line was left; nil for a new one.
  mutating func switchBranch(to name: String, leaving now: SessionSnapshot, inherits: Bool)
    -> SessionSnapshot?
  {
    if name == branch { return nil }
    branches[branch] = (line, now)
    stateByteCount += now.byteCount
    let other = branches.removeValue(forKey: name)
    stateByteCount -= other?.state.byteCount ?? 0
    branch = name
    if let other {
      line = other.line
    } else if inherits {
      // The steps so far are the new line's, too; what was taken back is the other's.
      line.undone = []
      for step in line.past { stateByteCount += step.before.byteCount }
    } else {
      line = Line()
    }
    return other?.state
  }

  /// Forgets the steps of the present line: it begins now.
  mutating func beginHere() {
    for step in line.past { stateByteCount -= step.before.byteCount }
    for undone in line.undone { stateByteCount -= undone.after.byteCount }
    line = Line()
  }

  /// The names of all lines, the present one included, sorted.
  var branchNames: [String] { (branches.keys + [branch]).sorted() }

  /// Lets a checkpoint, or a branch that is not the present one, go.
  ///
  /// - Returns: whether there was one.
  mutating func forget(_ name: String) -> Bool {
    if let state = checkpoints.removeValue(forKey: name) {
      stateByteCount -= state.byteCount
      return true
    }
    guard let branch = branches.removeValue(forKey: name) else { return false }
    stateByteCount -= branch.state.byteCount
    for step in branch.line.past { stateByteCount -= step.before.byteCount }
    for undone in branch.line.undone { stateByteCount -= undone.after.byteCount }
    return true
  }

  // MARK: Room

  /// Lets what was taken back go, and then the oldest steps, until the states take no more than so many bytes; the newest step stays, as the way back
  /// from a state that is too large, and so does what has a name.
  mutating func shrink(to limit: Int) {
    while stateByteCount > limit, !line.undone.isEmpty {
      stateByteCount -= line.undone.removeFirst().after.byteCount
    }
    while stateByteCount > limit, line.past.count > 1 { dropOldest() }
    guard stateByteCount > limit else { return }
    for name in branches.keys.sorted() {
      while stateByteCount > limit, let oldest = branches[name]?.line.past.first {
        stateByteCount -= oldest.before.byteCount
        branches[name]?.line.past.removeFirst()
        branches[name]?.line.forgotten += 1
      }
    }
  }

  private mutating func dropOldest() {
    stateByteCount -= line.past.removeFirst().before.byteCount
    line.forgotten += 1
  }
}
