// Completion of paths and process numbers on a command line.

import LinuxMemory

extension ProcFileSystem {
  /// The paths that a partly typed path can become, in the order of a listing.
  ///
  /// - Parameters:
  ///   - prefix: what was typed, absolute or relative to `directory`.
  ///   - directory: the current directory.
  ///   - machine: the machine whose files they are.
  /// - Returns: whole paths in the form that was typed; a directory ends with a slash.
  func completions(of prefix: String, from directory: String, on machine: Machine) -> [String] {
    let typed = prefix.split(separator: "/", omittingEmptySubsequences: false)
    let name = typed.last.map { String($0) } ?? ""
    let head = String(prefix.dropLast(name.count))
    let parent = SimulatedPath.absolute(head.isEmpty ? "." : head, from: directory)
    return entries(of: parent, on: machine).filter { $0.hasPrefix(name) }.map { entry in
      let path = parent == "/" ? "/\(entry)" : "\(parent)/\(entry)"
      guard case .directory? = node(at: path, on: machine) else { return head + entry }
      return head + entry + "/"
    }
  }

  /// The numbers of the living processes that start with `prefix`, ascending.
  static func processCompletions(of prefix: String, on machine: Machine) -> [String] {
    machine.processes.live.map { String($0.id.rawValue) }.filter { $0.hasPrefix(prefix) }
  }
}
