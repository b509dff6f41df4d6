// What others ask about processes.

extension Machine {
  /// A process that runs or is a zombie, nil when there is none of that number.
  public func process(_ id: ProcessID) -> LinuxProcess? { processes[id] }

  /// Whether a process exists and runs; a zombie does not.
  public func isAlive(_ id: ProcessID) -> Bool { processes.isAlive(id) }

  /// The `errno` of a process, 0 for one that does not exist.
  public func errno(of id: ProcessID) -> ErrorNumber {
    guard let task = processes.handle(of: id) else { return .none }
    return processes[task].errno
  }

  /// Sets the `errno` of a process, as the C library's wrapper of a failed system call does.
  public mutating func setErrno(_ errno: ErrorNumber, of id: ProcessID) {
    guard let task = processes.handle(of: id) else { return }
    processes[task].errno = errno
  }
}
