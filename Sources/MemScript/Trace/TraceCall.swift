// What of a script the steps belong to: the calls.

import LinuxMemory

/// A call of a script, to which steps of the layers belong.
struct TraceCall: Equatable {
  /// What kind of call it is, as far as the telling depends on it.
  enum Kind: Equatable {
    /// glibc's allocator: what it touches are its own headers.
    case allocator
    /// Reading and writing of memory.
    case touching
    /// The start of a process.
    case start
    /// Any other, and what belongs to none.
    case other
  }

  /// The command's name.
  var name: String
  var kind: Kind
  /// In whose name it acts.
  var process: ProcessID
}
