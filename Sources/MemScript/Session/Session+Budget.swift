// What is looked at before each command: who acts, and how large the machine's state has become.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// How many commands run between two looks at the size of the machine's state.
  static let sizeCheckInterval = 4096

  /// Throws when the command's process is dead, or when the machine's state has outgrown its budget.
  ///
  /// Reading one stored number of the machine is cheap; calling its methods would copy it first.
  @inline(__always)
  func prepare(for command: BoundCommand) throws {
    if machine.endingCount != seenEndings || toleratesDeadMain { try requireActor(for: command.entry) }
    commandsUntilSizeCheck -= 1
    if commandsUntilSizeCheck <= 0 { try measureState() }
  }

  /// Calls `body` with the machine in place, without the copy that a call through the property makes.
  func inspectMachine<Result>(_ body: (UnsafePointer<Machine>) throws -> Result) rethrows -> Result {
    try withUnsafePointer(to: &machine) { try body($0) }
  }

  private func measureState() throws {
    commandsUntilSizeCheck = Session.sizeCheckInterval
    let limit = stateByteLimit
    guard inspectMachine({ $0.pointee.stateByteCount }) > limit else { return }
    throw ScriptError(
      "the machine's state takes more than \(byteCountText(UInt64(clamping: limit))) of the host's memory",
      hint: "the host raises Session.stateByteLimit to allow more")
  }
}
