// Calls by which a process asks about itself or changes its own rules: limits, usage, prctl(2).

/// An option of prctl(2) that is modelled, with Linux's number for it.
public enum ProcessControlOption: Int32, CaseIterable, Sendable {
  /// Renames the process (PR_SET_NAME).
  case setName = 15
  /// Keeps huge pages away from the process, or allows them again (PR_SET_THP_DISABLE).
  case setHugePagesDisabled = 41
  /// Whether huge pages are kept away (PR_GET_THP_DISABLE).
  case hugePagesDisabled = 42
}

extension Machine {
  /// The limit of a resource (getrlimit(2)).
  ///
  /// - Returns: The limit; `ESRCH` when there is no such process.
  package func getrlimit(_ resource: Resource, in process: ProcessID) -> Result<ResourceLimit, ErrorNumber> {
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    return .success(processes[task].limits[resource])
  }

  /// Changes the limit of a resource (setrlimit(2)).
  ///
  /// - Returns: 0; `EINVAL` when the soft limit exceeds the hard one, `EPERM` when a process without
  ///   privilege raises its hard limit.
  package mutating func setrlimit(
    _ resource: Resource, to limit: ResourceLimit, in process: ProcessID
  ) -> Result<UInt64, ErrorNumber> {
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    if limit.soft > limit.hard { return .failure(.EINVAL) }
    let present = processes[task].limits[resource]
    if limit.hard > present.hard, !processes[task].isPrivileged { return .failure(.EPERM) }
    // The kernel's table of open files cannot exceed fs.nr_open.
    if resource == .openFiles, limit.hard > 1_048_576 { return .failure(.EPERM) }
    processes[task].limits[resource] = limit
    return .success(0)
  }

  /// Changes the user that a process runs as (setuid(2)).
  ///
  /// - Parameters:
  ///   - user: The number of the user; 0 is root.
  ///   - process: The process.
  /// - Returns: 0; `EINVAL` for the number that stands for no user, `EPERM` when a process without privilege
  ///   asks for another user than its own.
  public mutating func setuid(_ user: UInt32, in process: ProcessID) -> Result<UInt64, ErrorNumber> {
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    if user == UInt32.max { return .failure(.EINVAL) }
    guard processes[task].isPrivileged || user == processes[task].userID else {
      return .failure(.EPERM)
    }
    processes[task].userID = user
    return .success(0)
  }

  /// What a process has used so far (getrusage(2) with RUSAGE_SELF).
  ///
  /// - Returns: The counters, also of a zombie; `ESRCH` when there is no such process.
  public func getrusage(_ process: ProcessID) -> Result<ResourceUsage, ErrorNumber> {
    guard let task = processes.handle(of: process) else { return .failure(.ESRCH) }
    var usage = processes[task].usage
    let space = processes[task].addressSpace
    usage.maximumResidentPages = max(
      usage.maximumResidentPages, space.peakResidentPages, space.resident.total)
    return .success(usage)
  }

  /// Changes or asks for a property of a process (prctl(2)).
  ///
  /// - Parameters:
  ///   - option: What; others are not modelled.
  ///   - argument: 0 or 1 for PR_SET_THP_DISABLE.
  ///   - text: The name for PR_SET_NAME.
  ///   - process: The process.
  /// - Returns: The value asked for, or 0.
  public mutating func prctl(
    _ option: ProcessControlOption, argument: UInt64 = 0, text: String = "", in process: ProcessID
  ) -> Result<UInt64, ErrorNumber> {
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    switch option {
    case .setName:
      processes[task].name = LinuxProcess.commandName(text)
      return .success(0)
    case .setHugePagesDisabled:
      processes[task].addressSpace.isHugePagesDisabled = argument != 0
      return .success(0)
    case .hugePagesDisabled:
      return .success(processes[task].addressSpace.isHugePagesDisabled ? 1 : 0)
    }
  }
}
