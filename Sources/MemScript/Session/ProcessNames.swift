// Which process a name in a script means.

import LinuxMemory

/// The names that `process NAME { … }` and `fork NAME` gave, each with the last process that bore it.
struct ProcessNames: Sendable, Equatable {
  private var identifiers: [String: ProcessID] = [:]
  private var bearers: [ProcessID: String] = [:]

  /// About how many bytes the names take.
  private(set) var stateByteCount = 0

  /// All names, sorted.
  var all: [String] { identifiers.keys.sorted() }

  /// The last process of that name, dead or alive.
  func identifier(of name: String) -> ProcessID? { identifiers[name] }

  /// The name of a process, when it is the last that bore it.
  func name(of process: ProcessID) -> String? {
    bearers[process]
  }

  /// Gives a name to a process.
  mutating func bind(_ name: String, to process: ProcessID) {
    if let earlier = identifiers.updateValue(process, forKey: name) {
      bearers[earlier] = nil
    } else {
      stateByteCount += 128 + name.utf8.count
    }
    bearers[process] = name
  }
}
