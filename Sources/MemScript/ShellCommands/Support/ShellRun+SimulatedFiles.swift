// How shell commands open simulated files.

import LinuxMemory
import ScriptLanguage

extension ShellRun {
  /// What an operand names.
  func place(_ operand: ShellWord) -> SimulatedPlace {
    session.place(at: absolute(operand.text))
  }

  /// Opens a file for writing as truncate(1) and fallocate(1) do, saying what is wrong as they do.
  ///
  /// - Parameter creates: whether a missing file is made.
  /// - Returns: the file; nil when there is none, which is an error only where one was to be made.
  /// - Throws: `ScriptError` for a place where files are not modelled.
  mutating func openForWriting(_ operand: ShellWord, creates: Bool) throws -> SimulatedFile? {
    let prefix =
      command.name == "truncate" ? "cannot open '\(operand.text)' for writing" : "cannot open \(operand.text)"
    switch place(operand) {
    case .file(let file): return file
    case .stream: throw ScriptError("'\(operand.text)' has no size", argument: operand.index)
    case .directory: complain("\(command.name): \(prefix): Is a directory")
    case .reserved:
      throw ScriptError(
        "files at '\(operand.text)' are not modelled", kind: .notModelled("files at '\(operand.text)'"),
        argument: operand.index,
        hint: "files can lie anywhere but under /proc, /sys and /dev")
    case .vacant:
      guard creates else { return nil }
      switch session.machine.createFile(absolute(operand.text), size: 0, by: session.shellProcess) {
      case .success(let file): return file
      case .failure(let error): complain("\(command.name): \(prefix): \(error.message)")
      }
    }
    return nil
  }
}
