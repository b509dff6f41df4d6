// `machine from="DIR"`: going on from the state of a captured machine.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// Goes on from the state of a captured machine, as an input `machine from="PATH"` does.
  ///
  /// - Returns: how that ended; what is wrong has been said.
  @discardableResult
  package func takeCapture(_ path: String) -> RunOutcome {
    let quoted = path.flatMap { "\\\"{}$`".contains($0) ? "\\\($0)" : "\($0)" }
    return run(
      SourceText(name: "--from", text: "machine \(Session.captureKey)=\"\(String(quoted))\""), isStep: true)
  }

  /// The setting that names a capture.
  static let captureKey = "from"

  /// Puts a machine in the state of a capture in place, and says what could not be taken over.
  ///
  /// - Throws: `ScriptError` where the host does not allow it, and for files that tell of no machine.
  func takeOver(_ path: String) throws -> MachineCapture {
    guard let captureLoader else {
      throw ScriptError(
        "a captured machine is not allowed here", argument: 0,
        hint: "the host sets Session.captureLoader to allow it")
    }
    let source = openRun?.source.name ?? ""
    let besideScript = Session.includedPath(path, from: source)
    let files: MachineCapture.Files
    do {
      files = try captureLoader(besideScript)
    } catch  where besideScript != path {
      // A script that a shell has saved elsewhere means the folder in which the shell was.
      guard let found = try? captureLoader(path) else { throw error }
      files = found
    }
    // Reading and placing takes time by how much was captured.
    try budget.charge(files.byteCount / 64 + 1)
    do throws(ScriptError) {
      let capture = try MachineCapture(files)
      let made = try capture.machine()
      machine = made
      for note in capture.leftOut + capture.differences(from: made) { warn(note) }
      return capture
    } catch {
      throw ScriptError(error.message, argument: 0)
    }
  }

  /// Lets scripts name the captured processes: the first of each name, if a process can be called so.
  func bindNames(of capture: MachineCapture) {
    for process in capture.state.processes where names.identifier(of: process.name) == nil {
      guard (try? Session.checkProcessName(process.name)) != nil else { continue }
      names.bind(process.name, to: process.id)
    }
  }
}
