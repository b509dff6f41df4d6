// One process of the simulated machine.

/// A process: who it is, its address space, limits and counters (the kernel's `task_struct` and
/// `mm_struct`).
public struct LinuxProcess: Sendable, Equatable, Codable {
  /// Its number.
  public let id: ProcessID
  /// The process that waits for it.
  public internal(set) var parent: ProcessID
  /// Its name, at most 15 bytes as in `/proc/PID/comm`.
  public internal(set) var name: String
  /// Whether it still runs; a zombie holds no memory and waits for its parent.
  public internal(set) var exitStatus: ExitStatus?
  /// Whether it was forked and has not loaded a program since (the kernel's PF_FORKNOEXEC).
  public private(set) var isForkedOnly = false
  /// The user it runs as; 0 is root.
  public var userID: UInt32 = 0
  /// How the OOM killer should treat it, -1000 … 1000 (`/proc/PID/oom_score_adj`).
  public var oomScoreAdjustment: Int = 0
  /// The lowest adjustment that it may give itself without privilege.
  public var oomScoreAdjustmentMinimum: Int = 0
  /// The `errno` of its C library; ``ErrorNumber/none`` before the first error.
  public var errno = ErrorNumber.none
  /// Its C library's `rand`; nil before the first use, which counts as a seed of 1.
  var randomNumbers: RandomNumbers?
  /// Its limits.
  public internal(set) var limits: ResourceLimits
  /// What it has used so far.
  public internal(set) var usage = ResourceUsage()
  /// When it started, in microseconds since boot.
  public let startTime: UInt64
  /// Its memory.
  public internal(set) var addressSpace: AddressSpace
  /// Where its C library's allocator is kept; nil while a call of it runs, and for a process that has ended.
  var mallocStorage: MallocStorage?
  /// The kernel's own pages for it.
  var kernelPages = ProcessKernelPages()
  /// Whether it was set to the state of a process elsewhere, so that nobody knows what its malloc has given out.
  package internal(set) var isRestored = false
  /// Its threads beside the main one, by age; those that ended stay until they are joined.
  public internal(set) var threads: [LinuxThread] = []
  /// What the thread will be called that is being made.
  var nextThreadName: String?
  /// The control group that it is in.
  package internal(set) var controlGroup = ControlGroupID.root
  /// Pages whose charge brought its group above `memory.high` since it was last in user mode.
  var pagesOverHigh = 0
  /// The kernel's objects for it, as far as groups are charged for them.
  var objects = ObjectCharges()

  /// Its C library's allocator, for looking at; nil for a process that has ended.
  package var malloc: MallocState? { mallocStorage?.state }
  /// Whether it still runs.
  public var isAlive: Bool { exitStatus == nil }
  /// How many of its threads run, the main one included.
  public var threadCount: Int { 1 + threads.count { $0.isAlive } }
  /// Whether it has root's privileges (CAP_SYS_RESOURCE, CAP_IPC_LOCK and the others).
  public var isPrivileged: Bool { userID == 0 }

  /// Makes a process without memory.
  init(
    id: ProcessID, parent: ProcessID, name: String, limits: ResourceLimits, startTime: UInt64,
    addressSpace: AddressSpace, malloc: MallocState
  ) {
    self.id = id
    self.parent = parent
    self.name = LinuxProcess.commandName(name)
    self.limits = limits
    self.startTime = startTime
    self.addressSpace = addressSpace
    mallocStorage = MallocStorage(malloc)
  }

  /// Makes the child of a process, with its mappings but without pages (`dup_mm`, kernel/fork.c).
  init(copying parent: LinuxProcess, id: ProcessID, name: String, startTime: UInt64) {
    self.id = id
    self.parent = parent.id
    self.name = LinuxProcess.commandName(name)
    isForkedOnly = true
    userID = parent.userID
    oomScoreAdjustment = parent.oomScoreAdjustment
    oomScoreAdjustmentMinimum = parent.oomScoreAdjustmentMinimum
    errno = parent.errno
    randomNumbers = parent.randomNumbers
    limits = parent.limits
    self.startTime = startTime
    addressSpace = AddressSpace(inheritedFrom: parent.addressSpace)
    mallocStorage = parent.mallocStorage
    if mallocStorage?.state.hadThreads == true { mallocStorage?.withState { $0.leaveOtherThreads() } }
    controlGroup = parent.controlGroup
  }

  /// The part of a name that the kernel keeps (TASK_COMM_LEN is 16 with the closing NUL).
  package static func commandName(_ name: String) -> String {
    var kept = ""
    var length = 0
    for scalar in name.unicodeScalars {
      length += scalar.utf8.count
      if length > 15 || scalar.value == 0 { break }
      kept.unicodeScalars.append(scalar)
    }
    return kept
  }
}
