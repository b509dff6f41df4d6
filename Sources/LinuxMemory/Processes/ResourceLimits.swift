// The limits of a process (setrlimit(2)).

/// One of the resources that a process's limits restrict, with Linux's number for it.
package enum Resource: Int, CaseIterable, Sendable {
  /// CPU time in seconds (RLIMIT_CPU).
  case processorTime = 0
  /// The size of a file that is written, in bytes (RLIMIT_FSIZE).
  case fileSize = 1
  /// Private writable memory in bytes (RLIMIT_DATA).
  case data = 2
  /// The stack in bytes (RLIMIT_STACK).
  case stack = 3
  /// The size of a core dump in bytes (RLIMIT_CORE).
  case coreFileSize = 4
  /// Resident memory in bytes; Linux does not enforce it (RLIMIT_RSS).
  case residentSet = 5
  /// Processes of the same user (RLIMIT_NPROC).
  case processes = 6
  /// Open files (RLIMIT_NOFILE).
  case openFiles = 7
  /// Locked memory in bytes (RLIMIT_MEMLOCK).
  case lockedMemory = 8
  /// The address space in bytes (RLIMIT_AS).
  case addressSpace = 9
  /// File locks (RLIMIT_LOCKS).
  case fileLocks = 10
  /// Queued signals (RLIMIT_SIGPENDING).
  case pendingSignals = 11
  /// Bytes in message queues (RLIMIT_MSGQUEUE).
  case messageQueueSize = 12
  /// How far the nice value may be raised (RLIMIT_NICE).
  case nicePriority = 13
  /// The highest real-time priority (RLIMIT_RTPRIO).
  case realTimePriority = 14
  /// Microseconds of real-time running without a pause (RLIMIT_RTTIME).
  case realTimeTimeout = 15
}

/// A soft and a hard limit; the soft one counts, and may be raised to the hard one.
public struct ResourceLimit: Hashable, Sendable, Codable {
  /// The value that stands for no limit (RLIM_INFINITY).
  public static let unlimited = UInt64.max

  /// The limit in force.
  public var soft: UInt64
  /// How far an unprivileged process may raise the soft limit.
  public var hard: UInt64

  /// Makes a limit.
  public init(soft: UInt64, hard: UInt64) {
    self.soft = soft
    self.hard = hard
  }
}

/// The limits of a process, one for each resource.
public struct ResourceLimits: Hashable, Sendable, Codable {
  private var limits: [ResourceLimit]

  /// The limits that the first process of Linux 6.1 has and that all others inherit.
  ///
  /// - Parameter maximumProcesses: How many tasks the machine's memory allows for, which limits
  ///   processes and pending signals.
  public init(maximumProcesses: UInt64 = 3_868) {
    let none = ResourceLimit.unlimited
    limits = Array(repeating: ResourceLimit(soft: none, hard: none), count: Resource.allCases.count)
    self[.stack].soft = 8 << 20
    self[.coreFileSize].soft = 0
    self[.processes] = ResourceLimit(soft: maximumProcesses, hard: maximumProcesses)
    self[.openFiles] = ResourceLimit(soft: 1_024, hard: 4_096)
    self[.lockedMemory] = ResourceLimit(soft: 8 << 20, hard: 8 << 20)
    self[.pendingSignals] = ResourceLimit(soft: maximumProcesses, hard: maximumProcesses)
    self[.messageQueueSize] = ResourceLimit(soft: 819_200, hard: 819_200)
    self[.nicePriority] = ResourceLimit(soft: 0, hard: 0)
    self[.realTimePriority] = ResourceLimit(soft: 0, hard: 0)
  }

  /// The limit of a resource.
  package subscript(resource: Resource) -> ResourceLimit {
    get { limits[resource.rawValue] }
    set { limits[resource.rawValue] = newValue }
  }
}
