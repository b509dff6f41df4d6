// Making, removing and filling control groups, as their directories and files ask for (kernel/cgroup/cgroup.c).

extension Machine {
  /// Whether the kernel has control groups of version 2 that are simulated.
  package var hasControlGroups: Bool { configuration.kernel.hasControlGroups }

  /// Mounts the file system of control groups; a second mount shows the same groups.
  ///
  /// - Parameters:
  ///   - sharesProtection: whether protection that no child claims is shared (`memory_recursiveprot`).
  ///   - countsLocally: whether events count only where they happen (`memory_localevents`).
  package mutating func mountControlGroups(sharesProtection: Bool = false, countsLocally: Bool = false) {
    controlGroups.isMounted = true
    ledger.groups.sharesProtection = sharesProtection
    ledger.groups.countsLocally = countsLocally
  }

  /// Makes a group (mkdir(2)).
  ///
  /// - Returns: `EINVAL`, `EEXIST`; `EAGAIN` when `cgroup.max.depth` or `cgroup.max.descendants` of a
  ///   group above is reached, `ENOSPC` when there are too many groups.
  @discardableResult
  package mutating func makeControlGroup(
    _ name: String, below parent: ControlGroupID, by process: ProcessID
  ) -> Result<ControlGroupID, ErrorNumber> {
    if let error = controlGroups.checkMaking(name, below: parent) { return .failure(error) }
    let hasMemory = controlGroups[parent].hasMemory
    if ControlGroupFile(rawValue: name)?.exists(isRoot: parent == .root, hasMemory: hasMemory) == true {
      return .failure(.EEXIST)
    }
    sweepGroups()
    var memory: MemoryGroup?
    if controlGroups[parent].delegatesMemory {
      memory = addMemoryGroup(below: controlGroups[parent].memory, of: controlGroups.nextID, by: process)
      if memory == nil { return .failure(.ENOSPC) }
    }
    let id = controlGroups.add(name, below: parent, memory: memory)
    record(.controlGroup(.made(path: controlGroups.path(of: id))))
    return .success(id)
  }

  /// Removes a group without processes and groups below (rmdir(2)); what it is charged for stays charged.
  ///
  /// - Returns: `EBUSY` when it is in use, and for the root.
  package mutating func removeControlGroup(_ id: ControlGroupID) -> Result<Void, ErrorNumber> {
    let group = controlGroups[id]
    guard id != .root, group.populace == 0, group.children.isEmpty else { return .failure(.EBUSY) }
    let path = controlGroups.path(of: id)
    controlGroups.remove(id)
    if group.hasMemory { close(group.memory) }
    record(
      .controlGroup(
        .removed(
          path: path,
          heldPages: ledger.groups.contains(group.memory) && group.hasMemory
            ? ledger.groups[group.memory].memory.usage : 0)))
    return .success(())
  }

  /// Puts a process into a group; what it has been charged for stays charged to the old one (a write to
  /// `cgroup.procs`).
  ///
  /// - Returns: `ESRCH` for no such process, `EBUSY` for a group that distributes controllers to groups below.
  package mutating func moveProcess(_ process: ProcessID, to id: ControlGroupID) -> Result<Void, ErrorNumber>
  {
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    if id != .root, controlGroups[id].delegatesMemory { return .failure(.EBUSY) }
    let old = processes[task].controlGroup
    if old == id { return .success(()) }
    // What the process has so far stays with whoever was charged for it.
    settleObjects(of: task)
    controlGroups.leave(process, old)
    controlGroups.enter(process, id)
    processes[task].controlGroup = id
    if !ledger.groups.isTrivial { adoptObjects(of: task) }
    record(.controlGroup(.moved(process: process, path: controlGroups.path(of: id))))
    return .success(())
  }

  /// Takes a process that ends out of its group.
  mutating func leaveControlGroup(_ task: ProcessHandle) {
    controlGroups.leave(task.id, processes[task].controlGroup)
    sweepGroups()
  }

  /// Switches the memory controller on or off for the groups below one.
  ///
  /// - Returns: `ENOENT` where the group has it not itself, `EBUSY` for a group with processes, and for one whose
  ///   groups below pass it on.
  mutating func delegateMemory(_ isOn: Bool, in id: ControlGroupID, by process: ProcessID) -> Result<
    Void, ErrorNumber
  > {
    let group = controlGroups[id]
    if group.delegatesMemory == isOn { return .success(()) }
    if isOn {
      guard group.hasMemory else { return .failure(.ENOENT) }
      guard id == .root || group.processes.isEmpty else { return .failure(.EBUSY) }
    } else {
      guard !group.children.contains(where: { controlGroups[$0].delegatesMemory }) else {
        return .failure(.EBUSY)
      }
    }
    controlGroups[id].delegatesMemory = isOn
    for child in group.children {
      if isOn {
        guard let memory = addMemoryGroup(below: group.memory, of: child, by: process) else { continue }
        controlGroups[child].hasMemory = true
        setMemory(memory, of: child)
      } else {
        let memory = controlGroups[child].memory
        controlGroups[child].hasMemory = false
        setMemory(group.memory, of: child)
        close(memory)
      }
    }
    return .success(())
  }

  /// Ends all processes in a group and those below (a write to `cgroup.kill`).
  mutating func killControlGroup(_ id: ControlGroupID) {
    for member in controlGroups.subtree(of: id) {
      for process in controlGroups[member].processes {
        if let task = processes.living(process) { terminate(task, .killed(signal: 9)) }
      }
    }
  }

  /// Whether a process stands still because its group is frozen.
  package func isFrozen(_ process: ProcessID) -> Bool {
    guard !controlGroups.isTrivial, let task = processes.living(process) else { return false }
    return controlGroups.isFrozen(processes[task].controlGroup)
  }

  /// The path of a process's group, as `/proc/PID/cgroup` shows it.
  package func controlGroupPath(of process: ProcessID) -> String? {
    guard let task = processes.handle(of: process) else { return nil }
    let id = processes[task].controlGroup
    // A zombie stays in a group that was removed.
    return controlGroups.contains(id) ? controlGroups.path(of: id) : "/ (deleted)"
  }

  /// How many removed groups below one are still charged for something (`nr_dying_descendants`).
  func dyingDescendants(of id: ControlGroupID) -> Int {
    let group = controlGroups[id]
    guard group.hasMemory else { return 0 }
    return ledger.groups.subtree(of: group.memory).reduce(0) { sum, member in
      sum + (ledger.groups[member].isOnline || ledger.groups.isEmpty(member) ? 0 : 1)
    }
  }

  /// Lets a group of the controller and all groups below that have none of their own be charged.
  private mutating func setMemory(_ memory: MemoryGroup, of id: ControlGroupID) {
    controlGroups[id].memory = memory
    for child in controlGroups[id].children where !controlGroups[child].hasMemory {
      setMemory(memory, of: child)
    }
  }

  private mutating func addMemoryGroup(
    below parent: MemoryGroup, of home: ControlGroupID, by process: ProcessID
  ) -> MemoryGroup? {
    guard let group = ledger.groups.add(below: parent, home: home) else { return nil }
    for size in perCPUBytesOfGroup where parent != .root {
      chargeObject(size, kind: .perCPU, to: parent, for: processes.living(process))
    }
    return group
  }

  /// Per-CPU memory that a group takes, for its counters and those of its lists: so much for each CPU, and a pointer for
  /// every four bytes that names who is charged (`pcpu_obj_full_size`, mm/percpu-internal.h).
  private var perCPUBytesOfGroup: [Int] { [1144, 640].map { $0 * (configuration.cpus + 2) } }

  /// Closes a group of the controller that nobody can enter any more; it goes when nothing is charged to it.
  private mutating func close(_ group: MemoryGroup) {
    ledger.groups.setMinimum(0, of: group)
    ledger.groups.setLow(0, of: group)
    ledger.groups.drainStock(of: group)
    passObjects(of: group)
    ledger.groups.close(group)
    sweepGroups()
  }

  /// Lets the group above a closing one be charged for the kernel's objects.
  private mutating func passObjects(of group: MemoryGroup) {
    let frames =
      ledger.charge(of: FrameOwner(.pageTable, of: group))
      + ledger.charge(of: FrameOwner(.process, of: group))
    let pages = ledger.groups[group].kernelPages - frames
    let hasObjects = ledger.groups[group].objectBytes > 0
    let parent = ledger.groups.passObjects(of: group, pages: pages)
    guard hasObjects else { return }
    files.passFiles(of: group, to: parent)
    for task in processes.allHandles { processes[task].objects.pass(from: group, to: parent) }
  }

  /// Forgets removed groups to which nothing is charged any more.
  mutating func sweepGroups() {
    guard ledger.groups.offlineCount > 0 else { return }
    // A group above may be empty once those below it are gone.
    while let group = ledger.groups.all.last(where: {
      $0 != .root && !ledger.groups[$0].isOnline && ledger.groups.isEmpty($0)
    }) {
      let parent = ledger.groups[group].parent ?? .root
      ledger.groups.remove(group)
      for size in perCPUBytesOfGroup where parent != .root {
        dischargeObject(size, kind: .perCPU, of: parent)
      }
    }
  }
}
