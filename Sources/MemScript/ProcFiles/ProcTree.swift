// All files of /proc and /sys of a machine, for programs that read them elsewhere.

import LinuxMemory

/// The files of `/proc` and `/sys` as they are read at one moment.
package struct ProcTree {
  /// What lies at a path.
  package enum Entry: Equatable {
    /// A directory.
    case directory
    /// A file with its content.
    case file(String)
    /// A link to another name in its directory.
    case link(String)
  }

  private let files: ProcFileSystem
  private let machine: Machine

  /// The files of a machine, as a process sees them.
  package init(of machine: Machine, seenBy process: ProcessID) {
    self.machine = machine
    files = ProcFileSystem(actor: process)
  }

  /// Goes through the tree: each directory before what lies in it.
  ///
  /// Files that can only be written are left out.
  ///
  /// - Parameter body: takes a path that begins with `/`, and what lies there.
  package func visit<Failure: Error>(_ body: (String, Entry) throws(Failure) -> Void) throws(Failure) {
    try visit("", depth: 0, files.matches, body)
    guard machine.hasControlGroups else { return }
    try body("/sys/fs", .directory)
    try visitGroups(ControlGroupFiles.mountPoint, body)
  }

  private func visit<Failure: Error>(
    _ directory: String, depth: Int, _ matches: ProcFileSystem.Matches,
    _ body: (String, Entry) throws(Failure) -> Void
  ) throws(Failure) {
    for (name, below) in files.children(of: matches, depth: depth, on: machine) {
      let path = "\(directory)/\(name)"
      if path == "/proc/self" {
        try body(path, .link("\(files.actor)"))
      } else if let (file, target) = below.first(where: { $0.file.parts.count == depth + 1 }) {
        if let read = file.read, let content = try? read(machine, target) { try body(path, .file(content)) }
      } else {
        try body(path, .directory)
        try visit(path, depth: depth + 1, below, body)
      }
    }
  }

  private func visitGroups<Failure: Error>(
    _ directory: String, _ body: (String, Entry) throws(Failure) -> Void
  ) throws(Failure) {
    try body(directory, .directory)
    for name in files.entries(of: directory, on: machine) {
      let path = "\(directory)/\(name)"
      switch files.node(at: path, on: machine) {
      case .directory?: try visitGroups(path, body)
      case .file?:
        if let content = try? files.read(path, on: machine) { try body(path, .file(content)) }
      case nil: break
      }
    }
  }
}
