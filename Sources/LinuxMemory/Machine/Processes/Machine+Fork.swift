// fork(2): a copy of a process that shares its memory until either writes.

extension Machine {
  /// Makes a copy-on-write child.
  ///
  /// - Parameters:
  ///   - parent: The process that forks.
  ///   - name: What the child is called from now on.
  /// - Returns: The child; `ENOMEM` when its memory cannot be promised or its page table not be built,
  ///   `EAGAIN` when all process numbers are taken or the user has as many processes as RLIMIT_NPROC lets, `ESRCH`
  ///   when there is no such parent.
  /// - Throws: SIGKILL when the parent was killed while the child's page table was built.
  public mutating func fork(
    _ parent: ProcessID, name: String
  ) throws(FatalSignal) -> Result<ProcessID, ErrorNumber> {
    guard let task = processes.living(parent) else { return .failure(.ESRCH) }
    guard mayHaveAnotherProcess(task), let id = processes.nextNumber() else { return .failure(.EAGAIN) }
    guard let charged = chargeInheritance(in: task) else { return .failure(.ENOMEM) }
    guard let kernelPages = takeKernelPages(for: task) else {
      unchargeCommit(charged)
      return .failure(.ENOMEM)
    }
    // Memory for the kernel's pages may have cost processes their lives.
    guard processes.isLiving(task) else {
      freeKernelPages(kernelPages)
      unchargeCommit(charged)
      throw FatalSignal(process: parent, signal: 9)
    }
    var child = LinuxProcess(copying: processes[task], id: id, name: name, startTime: clock)
    child.kernelPages = kernelPages
    chargeForkedObjects(by: task, into: &child.objects)
    for area in child.addressSpace.areas.list { retainObject(of: area, pages: area.pageCount) }
    let copy = processes.insert(child)
    controlGroups.enter(id, child.controlGroup)
    settleObjects(of: copy)
    for area in child.addressSpace.areas.list where area.anonymousGroup != 0 || area.isClockData {
      do throws(FatalSignal) {
        if try copyEntries(of: area, from: task, to: copy) { continue }
      } catch {
        abandon(copy)
        throw error
      }
      abandon(copy)
      return .failure(.ENOMEM)
    }
    processes[copy].addressSpace.notePeaks()
    processes[task].addressSpace.noteLoss()
    returnToUserMode(task)
    record(.process(.forked(process: id, parent: parent, name: child.name)))
    return .success(id)
  }

  /// Whether a process may fork by its user's limit, which does not count for root (`copy_process`, kernel/fork.c).
  mutating func mayHaveAnotherProcess(_ task: ProcessHandle) -> Bool {
    let process = processes[task]
    guard !process.isPrivileged else { return true }
    note(work: processes.count)
    let own = processes.live.reduce(0 as UInt64) {
      $0 + ($1.userID == process.userID ? UInt64($1.threadCount) : 0)
    }
    return own < process.limits[.processes].soft
  }

  /// Charges what a child inherits: each area asks for itself, so that in mode 0 only one that is larger than RAM and
  /// swap is refused (`dup_mmap`, kernel/fork.c).
  ///
  /// - Returns: how many pages were charged; nil when an area was refused, and nothing is charged then.
  private mutating func chargeInheritance(in task: ProcessHandle) -> Int? {
    note(work: processes[task].addressSpace.areas.list.count)
    var charged = 0
    for area in processes[task].addressSpace.areas.list
    where area.flags.contains(.accounted) && !area.flags.contains(.notInherited) {
      guard chargeCommit(area.pageCount, for: task) else {
        unchargeCommit(charged)
        return nil
      }
      charged += area.pageCount
    }
    return charged
  }

  /// Shares the pages of one area with the child and write-protects them on both sides
  /// (`copy_page_range`, mm/memory.c).
  ///
  /// - Returns: Whether there was memory for the child's page table.
  /// - Throws: SIGKILL when the parent was killed for want of that memory.
  private mutating func copyEntries(
    of area: VirtualMemoryArea, from parent: ProcessHandle, to child: ProcessHandle
  ) throws(FatalSignal) -> Bool {
    do throws(FatalSignal) {
      try prepareTables(like: parent, for: area.pages, in: child)
    } catch {
      // The signal is the child's; whether its parent lives is asked next.
    }
    guard processes.isLiving(parent) else { throw FatalSignal(process: parent.id, signal: 9) }
    guard processes.isLiving(child) else { return false }
    var entries = processes[parent].addressSpace.pageTable.mappings.extents(in: area.pages)
    // A fork that a fatal signal breaks off takes the child back.
    guard mayGoOn(entries.count / 8 + 1) else { return false }
    var frames: [FrameRange] = []
    var isProtected = true
    for position in entries.indices {
      let entry = entries[position]
      switch entry.value.target {
      case .anonymous(let frame):
        if entry.value.isWritable {
          isProtected = false
          entries[position].value.flags.remove(.writable)
        }
        let run = FrameRange(start: frame, count: Int(entry.count))
        if let last = frames.last, last.end == run.start {
          frames[frames.count - 1] = FrameRange(start: last.start, count: last.count + run.count)
        } else {
          frames.append(run)
        }
      case .swapped(let slot):
        swap.retain(SwapSlotRange(start: slot, count: Int(entry.count)))
      case .shared, .zeroPage, .program:
        break
      }
    }
    if !isProtected { processes[parent].addressSpace.pageTable.replace(area.pages, with: entries) }
    processes[child].addressSpace.pageTable.replace(area.pages, with: entries)
    sharedFrames.retain(frames)
    return true
  }
}
