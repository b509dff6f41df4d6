// The end of processes, and what becomes of what they held.

extension Machine {
  /// Ends a process by its own wish.
  ///
  /// - Parameters:
  ///   - process: The process; one that has ended already stays as it is.
  ///   - status: Its exit status, of which the parent sees the low eight bits.
  public mutating func exit(_ process: ProcessID, status: Int32) {
    guard let task = processes.living(process) else { return }
    let name = processes[task].name
    terminate(task, .exited(status & 0xff))
    record(.process(.exited(process: process, name: name, status: status & 0xff)))
  }

  /// Sends a signal to a process.
  ///
  /// - Parameters:
  ///   - process: Who gets it.
  ///   - signal: 0 only asks whether the process exists. Signals that are ignored or that stop and
  ///     continue a process have no effect, all others end it.
  /// - Returns: `ESRCH` when there is no such process, `EINVAL` when there is no such signal.
  public mutating func kill(_ process: ProcessID, signal: Int32) -> Result<Void, ErrorNumber> {
    guard (0...64).contains(signal) else { return .failure(.EINVAL) }
    guard let task = processes.handle(of: process) else { return .failure(.ESRCH) }
    // SIGCHLD, SIGURG and SIGWINCH are ignored by default; SIGCONT, SIGSTOP and its kin only pause, and
    // there is no scheduler. init has no handler for any signal and so gets none.
    let harmless: Set<Int32> = [0, 17, 18, 19, 20, 21, 22, 23, 28]
    if harmless.contains(signal) || process.rawValue == 1 { return .success(()) }
    if processes.isLiving(task) { terminate(task, .killed(signal: signal)) }
    return .success(())
  }

  /// Ends a process: its memory is freed, its children go to init, and its parent learns how it ended.
  ///
  /// A machine that is told to end its work may leave the process alive with a part of its memory.
  ///
  /// A child of init is waited for at once; another one stays as a zombie as long as its parent lives.
  mutating func terminate(_ task: ProcessHandle, _ status: ExitStatus) {
    guard processes.isLiving(task), task.id.rawValue != 1 else { return }
    if case .killed = status { processes.keepRemains(task) }
    guard releaseMemory(in: task) else { return }
    processes[task].exitStatus = status
    leaveControlGroup(task)
    endingCount += 1
    if case .killed(let signal) = status {
      record(.process(.killed(process: task.id, name: processes[task].name, signal: signal)))
    }
    let parent = processes[task].parent
    if parent.rawValue == 1 || !isAlive(parent) { processes.remove(task) }
    for child in processes.allHandles where processes[child].parent == task.id {
      if processes[child].isAlive {
        processes[child].parent = ProcessID(1)
      } else {
        processes.remove(child)
      }
    }
  }

  /// Takes back a process whose making failed or was broken off: it leaves nothing behind.
  mutating func abandon(_ task: ProcessHandle) {
    let wasStopped = work.beginInsisting()
    terminate(task, .killed(signal: 9))
    if processes.contains(task) { processes.remove(task) }
    work.endInsisting(wasStopped)
  }

  /// Frees everything that a process holds in memory and in swap.
  ///
  /// - Returns: whether that came to its end.
  private mutating func releaseMemory(in task: ProcessHandle) -> Bool {
    let top = processes[task].addressSpace.layout.userAddressTop
    processes[task].addressSpace.notePeaks()
    let peak = processes[task].addressSpace.peakResidentPages
    processes[task].usage.maximumResidentPages = max(
      processes[task].usage.maximumResidentPages, peak)
    let removed = processes[task].addressSpace.removeAreas(0..<top)
    guard dispose(removed, in: task) != nil else { return false }
    unlist(0..<UInt64.max, of: .process(task.id))
    releaseTables(for: 0..<top, in: task)
    releaseThreads(of: task)
    freeKernelPages(of: task)
    dischargeObjects(of: task)
    processes[task].mallocStorage = nil
    return true
  }
}
