// One file of /proc or /sys: its path, what reading it gives and what writing it does.

import LinuxMemory

/// Whom and what a path of `/proc` or `/sys` names.
struct ProcFileTarget: Sendable, Equatable {
  /// The process that reads or writes; `/proc/self` is its directory.
  var actor: ProcessID
  /// The process of a path `/proc/PID/…`.
  var process: ProcessID?
  /// The thread of a path `/proc/PID/task/TID/…`, or of `/proc/TID/…`.
  var thread: ProcessID?
  /// The name of a path `…/NAME/…`, such as that of a slab cache.
  var name: String = ""
}

/// A kind of file, known by the pattern of its path.
struct ProcFile: Sendable {
  /// Renders the content.
  typealias Reader = @Sendable (Machine, ProcFileTarget) throws(ErrorNumber) -> String
  /// Takes what is written, in one piece.
  typealias Writer = @Sendable (inout Machine, ProcFileTarget, String) throws(ErrorNumber) -> Void

  /// The path, in which `PID` stands for a process, `TID` for one of its threads and `NAME` for any name the file's directory lists.
  let pattern: String
  /// The pattern's parts.
  let parts: [Substring]
  /// Reads it; nil for a file that can only be written.
  let read: Reader?
  /// Writes it; nil for a file that can only be read.
  let write: Writer?
  /// On which machines it exists.
  let exists: @Sendable (Machine) -> Bool

  /// Declares a file that can only be read and that every machine has.
  static func readOnly(_ pattern: String, _ read: @escaping Reader) -> ProcFile {
    ProcFile(pattern, read: read, write: nil)
  }

  /// Declares a file.
  init(
    _ pattern: String, exists: @escaping @Sendable (Machine) -> Bool = { _ in true }, read: Reader?,
    write: Writer?
  ) {
    self.pattern = pattern
    self.parts = pattern.split(separator: "/")
    self.exists = exists
    self.read = read
    self.write = write
  }
}
