// Starting programs.

extension Machine {
  /// Starts a program as a child of init, with root's rights and the limits of a fresh system.
  ///
  /// The program is a small statically linked one that has just reached its main function.
  ///
  /// - Parameter name: The program's name; 15 bytes of it show in `/proc/PID/comm`.
  /// - Returns: Its number; `EAGAIN` when all numbers are taken, `ENOMEM` when there is no memory for it.
  public mutating func spawn(name: String) -> Result<ProcessID, ErrorNumber> {
    spawn(name: name, program: nil)
  }

  /// Starts a program in a control group, which is charged for its memory from exec on.
  ///
  /// - Returns: as ``spawn(name:)``; `EBUSY` for a group that distributes controllers to groups below.
  package mutating func spawn(name: String, in group: ControlGroupID) -> Result<ProcessID, ErrorNumber> {
    if group != .root, controlGroups[group].delegatesMemory { return .failure(.EBUSY) }
    return spawn(name: name, program: nil, in: group)
  }

  /// Starts a program of a certain shape; nil for the ordinary one of the architecture.
  mutating func spawn(
    name: String, program: ProgramImage?, in group: ControlGroupID = .root
  ) -> Result<ProcessID, ErrorNumber> {
    guard let id = processes.nextNumber() else { return .failure(.EAGAIN) }
    let limits = ResourceLimits(maximumProcesses: maximumProcesses)
    let layout = AddressSpaceLayout(
      profile: configuration.profile, seed: configuration.addressSpaceRandomization, process: id,
      stackLimit: limits[.stack].soft, program: program)
    let space = AddressSpace(layout: layout, programPath: "/bin/" + name)
    guard let kernelPages = takeKernelPages() else { return .failure(.ENOMEM) }
    let task = processes.insert(
      LinuxProcess(
        id: id, parent: ProcessID(1), name: name, limits: limits, startTime: clock, addressSpace: space,
        malloc: unusedMalloc))
    note(work: 16)
    processes[task].kernelPages = kernelPages
    processes[task].controlGroup = group
    controlGroups.enter(id, group)
    guard mapProgram(in: task) else {
      freeKernelPages(kernelPages)
      controlGroups.leave(id, group)
      processes.remove(task)
      return .failure(.ENOMEM)
    }
    do throws(FatalSignal) {
      try load(layout.program, in: task)
      copyTunables(in: task)
    } catch {
      abandon(task)
      return .failure(.ENOMEM)
    }
    record(.process(.spawned(process: id, parent: ProcessID(1), name: LinuxProcess.commandName(name))))
    return .success(id)
  }

  /// The allocator of a program that has not called it yet.
  var unusedMalloc: MallocState {
    MallocState(
      layout: configuration.glibcRelease.layout(isWide: configuration.profile.isWide),
      release: configuration.glibcRelease,
      tunables: MallocTunables(configuration.mallocTunables))
  }

  /// How many tasks the memory allows for (`threads-max` / 2, `fork_init`, kernel/fork.c).
  var maximumProcesses: UInt64 {
    let stack = UInt64(configuration.profile.kernelStackSize)
    let tasks = UInt64(pageAllocator.totalPages) * pageSize / (8 * stack)
    return min(max(tasks, 20), 0x3fff_ffff) / 2
  }

  /// Makes process 1: a shell that waits. Its memory is part of what the system takes at boot.
  mutating func startInit() {
    let limits = ResourceLimits(maximumProcesses: maximumProcesses)
    let id = ProcessID(1)
    let layout = AddressSpaceLayout(
      profile: configuration.profile, seed: configuration.addressSpaceRandomization, process: id,
      stackLimit: limits[.stack].soft)
    var space = AddressSpace(layout: layout, programPath: "/sbin/init")
    for area in Self.areas(of: layout) { space.areas.insertSeparate(area) }
    space.notePeaks()
    commit.chargeUnconditionally(space.areas.totals.accounted)
    processes.insert(
      LinuxProcess(
        id: id, parent: ProcessID(0), name: "init", limits: limits, startTime: 0, addressSpace: space,
        malloc: unusedMalloc))
  }

  /// The mappings that exec makes.
  private static func areas(of layout: AddressSpaceLayout) -> [VirtualMemoryArea] {
    var areas = layout.program.segments.map { segment in
      VirtualMemoryArea(
        start: segment.range.lowerBound, end: segment.range.upperBound, permissions: segment.permissions,
        flags: segment.isAccounted ? .accounted : [],
        backing: segment.fileOffset == nil ? .anonymous : .program, pageOffset: segment.fileOffset)
    }
    let special = layout.specialStart
    areas.append(
      VirtualMemoryArea(
        start: special, end: special + 4 * pageSize, permissions: .read, flags: .notDumped,
        backing: .special(name: "vvar")))
    areas.append(
      VirtualMemoryArea(
        start: special + 4 * pageSize, end: special + AddressSpaceLayout.specialLength,
        permissions: [.read, .execute],
        backing: .special(name: "vdso")))
    areas.append(
      VirtualMemoryArea(
        start: layout.stackTop - layout.program.stackLength, end: layout.stackTop,
        permissions: [.read, .write], flags: [.growsDown, .accounted, .initialStack]))
    return areas.sorted { $0.start < $1.start }
  }

  /// Makes the mappings of a program; false when their memory cannot be promised.
  private mutating func mapProgram(in task: ProcessHandle) -> Bool {
    let layout = processes[task].addressSpace.layout
    let areas = Self.areas(of: layout)
    let accounted = areas.reduce(0) { $1.flags.contains(.accounted) ? $0 + $1.pageCount : $0 }
    guard chargeCommit(accounted, for: task) else { return false }
    for area in areas { processes[task].addressSpace.areas.insertSeparate(area) }
    processes[task].addressSpace.areas.startGapless(
      from: min(layout.mappingTop, layout.specialStart))
    processes[task].addressSpace.notePeaks()
    return true
  }

  /// Touches what a program's start-up touches.
  private mutating func load(_ program: ProgramImage, in task: ProcessHandle) throws(FatalSignal) {
    let layout = processes[task].addressSpace.layout
    for segment in program.segments {
      let read = segment.range.lowerBound..<segment.range.lowerBound + segment.read * pageSize
      try mapRead(read, task)
      try bringIn(read.upperBound..<read.upperBound + segment.written * pageSize, .write, task)
    }
    let code = layout.specialStart + 4 * pageSize
    try bringIn(code..<code + pageSize, .read, task)
    try bringIn(layout.stackTop - program.stackPages * pageSize..<layout.stackTop, .write, task)
  }

  /// Maps the pages of the file that start-up has read, and no more: where its reads begin and end is not known, only
  /// what the kernel mapped around them.
  private mutating func mapRead(_ range: Range<UInt64>, _ task: ProcessHandle) throws(FatalSignal) {
    if range.isEmpty { return }
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    try prepareTables(for: pages, in: task)
    processes[task].addressSpace.pageTable.map(pages, to: PageMapping(.program))
    let around = Int(PageTable.faultAroundPages)
    countFaults(minor: (pages.count + around - 1) / around, in: task)
  }

  private mutating func bringIn(
    _ range: Range<UInt64>, _ kind: AccessKind, _ task: ProcessHandle
  ) throws(FatalSignal) {
    guard !range.isEmpty,
      let area = processes[task].addressSpace.areas.area(containing: range.lowerBound)
    else { return }
    try bringIn(range, of: area, kind, task)
  }
}
