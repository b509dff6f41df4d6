// Starting programs.

extension Machine {
  /// Starts a program as a child of init, with root's rights and the limits of a fresh system.
  ///
  /// The program is a small statically linked one that has just reached its main function.
  ///
  /// - Parameter name: The program's name; 15 bytes of it show in `/proc/PID/comm`.
  /// - Returns: Its number; `EAGAIN` when all numbers are taken, `ENOMEM` when there is no memory for it.
  public mutating func spawn(name: String) -> Result<ProcessID, Errno> { spawn(name: name, program: nil) }

  /// Starts a program of a certain shape; nil for the ordinary one of the architecture.
  mutating func spawn(name: String, program: ProgramImage?) -> Result<ProcessID, Errno> {
    guard let id = processes.nextNumber() else { return .failure(.EAGAIN) }
    let limits = ResourceLimits(maximumProcesses: maximumProcesses)
    let layout = AddressSpaceLayout(
      profile: configuration.profile, seed: configuration.addressSpaceRandomization, process: id,
      stackLimit: limits[.stack].soft, program: program)
    let space = AddressSpace(layout: layout, programPath: "/bin/" + name)
    guard let kernelPages = takeKernelPages() else { return .failure(.ENOMEM) }
    processes.insert(
      Process(
        id: id, parent: ProcessID(1), name: name, limits: limits, startTime: clock, addressSpace: space,
        malloc: unusedMalloc))
    guard let index = processes.index(of: id) else { return .failure(.EAGAIN) }
    note(work: 16)
    processes[at: index].kernelPages = kernelPages
    guard mapProgram(at: index) else {
      freeKernelPages(kernelPages)
      processes.remove(id)
      return .failure(.ENOMEM)
    }
    do throws(FatalSignal) {
      try load(layout.program, in: id)
    } catch {
      abandon(id)
      return .failure(.ENOMEM)
    }
    events.record(.process(.spawned(process: id, parent: ProcessID(1), name: Process.commandName(name))))
    return .success(id)
  }

  /// The allocator of a program that has not called it yet.
  private var unusedMalloc: MallocState {
    MallocState(
      layout: configuration.profile.wordSize == 8 ? .x86_64 : .i386,
      tunables: MallocTunables(configuration.mallocTunables))
  }

  /// How many tasks the memory allows for (`threads-max` / 2, `fork_init`, kernel/fork.c).
  private var maximumProcesses: UInt64 {
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
      Process(
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
  private mutating func mapProgram(at index: Int) -> Bool {
    let layout = processes[at: index].addressSpace.layout
    let areas = Self.areas(of: layout)
    let accounted = areas.reduce(0) { $1.flags.contains(.accounted) ? $0 + $1.pageCount : $0 }
    guard charge(accounted, at: index) else { return false }
    for area in areas { processes[at: index].addressSpace.areas.insertSeparate(area) }
    processes[at: index].addressSpace.areas.startGapless(
      from: min(layout.mappingTop, layout.specialStart))
    processes[at: index].addressSpace.notePeaks()
    return true
  }

  /// Touches what a program's start-up touches.
  private mutating func load(_ program: ProgramImage, in process: ProcessID) throws(FatalSignal) {
    guard let index = processes.index(of: process) else { return }
    let layout = processes[at: index].addressSpace.layout
    for segment in program.segments {
      let read = segment.range.lowerBound..<segment.range.lowerBound + segment.read * pageSize
      try mapRead(read, process)
      try bringIn(read.upperBound..<read.upperBound + segment.written * pageSize, .write, process)
    }
    let code = layout.specialStart + 4 * pageSize
    try bringIn(code..<code + pageSize, .read, process)
    try bringIn(layout.stackTop - program.stackPages * pageSize..<layout.stackTop, .write, process)
  }

  /// Maps the pages of the file that start-up has read, and no more: where its reads begin and end is not known, only
  /// what the kernel mapped around them.
  private mutating func mapRead(_ range: Range<UInt64>, _ process: ProcessID) throws(FatalSignal) {
    if range.isEmpty { return }
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    try prepareTables(for: pages, in: process)
    guard let index = processes.index(of: process) else { return }
    processes[at: index].addressSpace.pageTable.map(pages, to: PageMapping(.program))
    let around = Int(Self.faultAroundPages)
    countFaults(minor: (pages.count + around - 1) / around, at: index)
  }

  private mutating func bringIn(
    _ range: Range<UInt64>, _ kind: AccessKind, _ process: ProcessID
  ) throws(FatalSignal) {
    guard let index = processes.index(of: process), !range.isEmpty,
      let area = processes[at: index].addressSpace.areas.area(containing: range.lowerBound)
    else { return }
    try bringIn(range, of: area, kind, process)
  }
}
