// One process of the machine as its C library sees it.

/// The kernel behind the allocator of a process: its system calls and its page faults.
///
/// It exists only inside `Machine.withAllocator`, which keeps the machine in place meanwhile.
struct ProcessMemory: MallocKernel {
  private let machine: UnsafeMutablePointer<Machine>
  private let task: ProcessHandle
  private(set) var currentBreak: UInt64 = 0
  private(set) var residencyGeneration: UInt64 = 0
  let listensToAllocator: Bool

  init(_ machine: UnsafeMutablePointer<Machine>, _ task: ProcessHandle) {
    self.machine = machine
    self.task = task
    listensToAllocator = machine.pointee.events.isObserved
    refresh()
  }

  /// Takes over what the last system call or fault changed.
  private mutating func refresh() {
    guard machine.pointee.processes.isLiving(task) else { return }
    currentBreak = machine.pointee.processes[task].addressSpace.programBreak
    residencyGeneration = machine.pointee.processes[task].addressSpace.residencyGeneration
  }

  private var process: ProcessID { task.id }

  var programName: String {
    machine.pointee.processes.isLiving(task) ? machine.pointee.processes[task].name : ""
  }

  mutating func brk(_ address: UInt64) throws(FatalSignal) -> UInt64 {
    defer { refresh() }
    return try machine.pointee.brk(address, in: process)
  }

  mutating func mmap(length: UInt64) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { refresh() }
    return try machine.pointee.mmap(length: length, in: process)
  }

  mutating func reserve(
    length: UInt64, near address: UInt64, isFree: Bool
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { refresh() }
    return try machine.pointee.mmap(
      address: address, length: length, protection: [],
      flags: isFree ? [.private, .anonymous, .noReserve] : [.private, .anonymous], in: process
    )
  }

  mutating func mapStack(length: UInt64, isAccessible: Bool) throws(FatalSignal) -> Result<
    UInt64, ErrorNumber
  > {
    defer { refresh() }
    return try machine.pointee.mmap(
      length: length, protection: isAccessible ? [.read, .write] : [],
      flags: [.private, .anonymous, .stack], in: process)
  }

  mutating func markGuard(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  > {
    defer { refresh() }
    return try machine.pointee.madvise(address, length: length, .guardInstall, in: process).map { _ in }
  }

  mutating func denyAccess(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  > {
    defer { refresh() }
    return try machine.pointee.mprotect(address, length: length, protection: [], in: process).map { _ in }
  }

  mutating func startThread(_ number: Int) -> Bool {
    defer { refresh() }
    guard machine.pointee.processes.isLiving(task) else { return false }
    return machine.pointee.startThread(number, in: task)
  }

  mutating func endThread(_ number: Int) {
    if machine.pointee.processes.isLiving(task) { machine.pointee.endThread(number, in: task) }
  }

  mutating func forgetThread(_ number: Int) {
    if machine.pointee.processes.isLiving(task) { machine.pointee.forgetThread(number, in: task) }
  }

  mutating func readProcessorCount() -> Int { machine.pointee.configuration.cpus }

  mutating func readOvercommitMode() {}

  mutating func allowAccess(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  > {
    defer { refresh() }
    return try machine.pointee.mprotect(
      address, length: length, protection: [.read, .write], in: process
    ).map { _ in }
  }

  mutating func munmap(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<Void, ErrorNumber> {
    defer { refresh() }
    return try machine.pointee.munmap(address, length: length, in: process).map { _ in }
  }

  mutating func mremap(
    _ address: UInt64, oldLength: UInt64, newLength: UInt64
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { refresh() }
    return try machine.pointee.mremap(
      address, oldLength: oldLength, newLength: newLength, flags: .mayMove, in: process)
  }

  mutating func discardPages(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  > {
    defer { refresh() }
    return try machine.pointee.madvise(address, length: length, .dontNeed, in: process).map { _ in }
  }

  mutating func touch(_ address: UInt64, length: UInt64, write: Bool) throws(FatalSignal) {
    defer { refresh() }
    try machine.pointee.access(address, length: length, write ? .write : .read, in: process)
  }

  mutating func randomWord(atStart: Bool) -> UInt64 {
    // The seed and the process: another process gets another word, every run the same.
    let seed = machine.pointee.configuration.addressSpaceRandomization ?? 0
    return SplitMix64.mixed((seed &+ UInt64(UInt32(bitPattern: process.rawValue))) &* SplitMix64.step)
  }

  mutating func abort(_ message: String) -> FatalSignal {
    _ = machine.pointee.kill(process, signal: 6)
    return FatalSignal(process: process, signal: 6, message: message)
  }

  mutating func killSpinning() -> FatalSignal {
    _ = machine.pointee.kill(process, signal: 9)
    return FatalSignal(
      process: process, signal: 9,
      message: "a list of malloc's chunks is a circle: the call would never return, so the process is killed")
  }

  func spend(_ units: Int) throws(FatalSignal) {
    guard machine.pointee.work.spend(units) else { throw FatalSignal(process: process, signal: 9) }
  }

  mutating func record(_ event: GlibcEvent) { machine.pointee.record(.glibc(event), by: task.id) }
}

extension Machine {
  /// Runs a call of a process's allocator, which is taken out of the process meanwhile, and takes its errno over.
  ///
  /// - Throws: The signal that ended the process, SIGKILL for a process that has ended before.
  mutating func withAllocator<Result>(
    of process: ProcessID,
    _ body: (inout MallocState, inout ProcessMemory) throws(FatalSignal) -> Result
  ) throws(FatalSignal) -> Result {
    guard let task = processes.living(process), var storage = processes[task].mallocStorage.take()
    else { throw FatalSignal(process: process, signal: 9) }
    defer {
      // The call may have ended processes, this one too.
      if processes.isLiving(task) {
        if let errno = storage.takeErrorNumber() { processes[task].errno = errno }
        processes[task].mallocStorage = storage
      } else {
        processes.completeRemains(of: task.id, storage)
      }
    }
    // The pointer is used only inside this scope, in which nobody else can reach the machine.
    return try withUnsafeMutablePointer(to: &self) { (machine) throws(FatalSignal) -> Result in
      var kernel = ProcessMemory(machine, task)
      return try storage.withState { (state) throws(FatalSignal) -> Result in
        let owner = state.memory.owner
        // Whoever begins to own words takes room for tables that no other step pays for.
        defer { if state.memory.owner != owner { machine.pointee.note(work: ArenaMemory.stepsOfOwnership) } }
        return try body(&state, &kernel)
      }
    }
  }
}
