// Single system calls: what they do to pages, limits and counters.

import Testing

@testable import LinuxMemory

@Suite struct AddressSpaceCallsTests {
  private func space(_ machine: Machine, _ process: ProcessID) throws -> AddressSpace {
    try #require(machine.processes[process]?.addressSpace)
  }

  @Test func wildAccessEndsTheProcess() throws {
    let machine = try makeMachine()
    for (address, length) in [
      (UInt64(0), UInt64(1)), (0x400000, 1), (.max, 2), (1 << 63, 1), (.max - 5, .max),
    ] {
      var copy = machine
      let main = try copy.spawn(name: "main").get()
      #expect(throws: FatalSignal(process: main, signal: 11)) {
        try copy.access(address, length: length, .write, in: main)
      }
      #expect(copy.processes[main] == nil)
      #expect(copy.processes.exitStatus(of: main) == .killed(signal: 11))
    }
  }

  @Test func stackGrowsToItsLimit() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let top = try space(machine, main).layout.stackTop
    try machine.access(top - (1 << 20), length: 8, .write, in: main)
    #expect(try space(machine, main).areas.totals.stack == 256)
    try machine.access(top - (8 << 20), length: 8, .write, in: main)
    #expect(try space(machine, main).areas.totals.stack == 2048)
    #expect(throws: FatalSignal(process: main, signal: 11)) {
      try machine.access(top - (8 << 20) - 8, length: 8, .write, in: main)
    }
    #expect(machine.invariantViolations() == [])
  }

  @Test func limitsRefuse() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let total = UInt64(try space(machine, main).areas.totals.total) << 12
    _ = machine.setrlimit(.addressSpace, to: ResourceLimit(soft: total + 8192, hard: .max), in: main)
    #expect(try machine.mmap(length: 12288, in: main) == .failure(.ENOMEM))
    _ = try machine.mmap(length: 8192, in: main).get()
    #expect(try machine.sbrk(4096, in: main) == .failure(.ENOMEM))
    _ = machine.setrlimit(.addressSpace, to: ResourceLimit(soft: .max, hard: .max), in: main)
    _ = machine.setrlimit(.data, to: ResourceLimit(soft: 4096, hard: .max), in: main)
    #expect(try machine.mmap(length: 4096, in: main) == .failure(.ENOMEM))
    #expect(try machine.mmap(length: 4096, protection: .read, in: main).map { _ in true } == .success(true))
    #expect(
      machine.setrlimit(.data, to: ResourceLimit(soft: 2, hard: 1), in: main) == .failure(.EINVAL))
    #expect(machine.invariantViolations() == [])
  }

  @Test func lockingMoreThanThereAreAddresses() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    #expect(try machine.mlock(0, length: 0 &- 4096, in: main) == .failure(.ENOMEM))
    #expect(try machine.munlock(0, length: 0 &- 4096, in: main) == .failure(.ENOMEM))
    #expect(try machine.mlock(4096, length: 0 &- 4096, in: main) == .failure(.EINVAL))
    #expect(machine.invariantViolations() == [])
  }

  @Test func lockedMemoryIsLimitedForUsers() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 16 << 20, in: main).get()
    machine.processes[try #require(machine.processes.living(main))].userID = 1000
    #expect(try machine.mlock(start, length: 9 << 20, in: main) == .failure(.ENOMEM))
    #expect(try machine.mlock(start, length: 8 << 20, in: main) == .success(0))
    #expect(try machine.mlock(start, length: 8 << 20, in: main) == .success(0))
    #expect(try machine.mlock(start + (8 << 20), length: 1, in: main) == .failure(.ENOMEM))
    #expect(
      try machine.mmap(length: 4096, flags: [.private, .anonymous, .locked], in: main) == .failure(.EAGAIN))
    #expect(try machine.mlockall(.current, in: main) == .failure(.ENOMEM))
    #expect(try machine.munlock(start, length: 16 << 20, in: main) == .success(0))
    _ = machine.setrlimit(.lockedMemory, to: ResourceLimit(soft: 0, hard: 0), in: main)
    #expect(try machine.mlock(start, length: 1, in: main) == .failure(.EPERM))
    #expect(try machine.mlockall(.onFault, in: main) == .failure(.EINVAL))
    #expect(machine.invariantViolations() == [])
  }

  @Test func lockOnFaultLeavesPagesForLater() throws {
    var machine = try makeMachine(("thp", "never"))
    let main = try machine.spawn(name: "main").get()
    let resident = try space(machine, main).resident.total
    _ = try machine.mlockall([.current, .future, .onFault], in: main).get()
    _ = try machine.mmap(length: 1 << 20, in: main).get()
    // The kernel's own code cannot be locked, and so comes at once.
    #expect(try space(machine, main).resident.total == resident + 1)
    #expect(try space(machine, main).areas.totals.locked == space(machine, main).areas.totals.total - 6)
    #expect(machine.invariantViolations() == [])
  }

  @Test func adviceGivesPagesBack() throws {
    var machine = try makeMachine(("thp", "never"))
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 1 << 20, in: main).get()
    let before = try space(machine, main).resident.anonymous
    #expect(try machine.madvise(start, length: 1 << 20, .populateWrite, in: main) == .success(0))
    #expect(try space(machine, main).resident.anonymous == before + 256)
    let tables = try space(machine, main).pageTablePages
    #expect(try machine.madvise(start, length: 1 << 19, .dontNeed, in: main) == .success(0))
    #expect(try space(machine, main).resident.anonymous == before + 128)
    #expect(try space(machine, main).pageTablePages == tables)
    let runs = try machine.mincore(start, length: 1 << 20, in: main).get()
    #expect(
      runs == [ResidencyRun(isResident: false, count: 128), ResidencyRun(isResident: true, count: 128)])
    #expect(try machine.madvise(start, length: 1 << 20, .free, in: main) == .success(0))
    #expect(try space(machine, main).resident.lazilyFree == 128)
    try machine.access(start + (1 << 19), length: 8192, .write, in: main)
    #expect(try space(machine, main).resident.lazilyFree == 126)
    #expect(try machine.madvise(start + 1, length: 1, .free, in: main) == .failure(.EINVAL))
    #expect(try machine.madvise(start - (4 << 20), length: 4096, .normal, in: main) == .failure(.ENOMEM))
    _ = try machine.mlock(start, length: 4096, in: main)
    #expect(try machine.madvise(start, length: 4096, .dontNeed, in: main) == .failure(.EINVAL))
    #expect(machine.invariantViolations() == [])
  }

  @Test func remapKeepsPages() throws {
    var machine = try makeMachine(("thp", "never"))
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 64 << 12, in: main).get()
    try machine.access(start, length: 64 << 12, .write, in: main)
    let frame = try space(machine, main).mapping(ofPage: start >> 12)?.frame
    let resident = try space(machine, main).resident.anonymous
    let committed = machine.commit.committedPages
    // Above lies the vvar mapping, so growing means moving.
    #expect(
      try machine.mremap(start, oldLength: 64 << 12, newLength: 128 << 12, flags: [], in: main)
        == .failure(.ENOMEM))
    #expect(machine.commit.committedPages == committed)
    let moved = try machine.mremap(start, oldLength: 64 << 12, newLength: 128 << 12, in: main).get()
    #expect(moved == start - (128 << 12))
    #expect(try space(machine, main).mapping(ofPage: moved >> 12)?.frame == frame)
    #expect(try space(machine, main).resident.anonymous == resident)
    #expect(machine.commit.committedPages == committed + 64)
    #expect(try machine.mremap(moved, oldLength: 128 << 12, newLength: 4096, in: main) == .success(moved))
    #expect(try space(machine, main).resident.anonymous == resident - 63)
    #expect(machine.commit.committedPages == committed - 63)
    #expect(
      try machine.mremap(moved, oldLength: 4096, newLength: 8192, flags: [], in: main) == .success(moved))
    #expect(try machine.mremap(moved + 1, oldLength: 4096, newLength: 8192, in: main) == .failure(.EINVAL))
    #expect(try machine.mremap(0x1000, oldLength: 4096, newLength: 8192, in: main) == .failure(.EFAULT))
    let fixed = moved - (64 << 20)
    #expect(
      try machine.mremap(
        moved, oldLength: 4096, newLength: 4096, flags: [.mayMove, .fixed], newAddress: fixed, in: main)
        == .success(fixed))
    #expect(try space(machine, main).mapping(ofPage: fixed >> 12)?.frame == frame)
    #expect(machine.invariantViolations() == [])
  }

  @Test func sharedMemoryIsSharedWithTheChild() throws {
    var machine = try makeMachine(("thp", "never"))
    let free = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    let main = try machine.spawn(name: "main").get()
    let start = try machine.mmap(length: 256 << 12, flags: [.shared, .anonymous], in: main).get()
    try machine.access(start, length: 100 << 12, .write, in: main)
    #expect(try space(machine, main).resident.shared == 100)
    let child = try machine.fork(main, name: "child").get()
    #expect(try space(machine, child).resident.shared == 0)
    try machine.access(start, length: 128 << 12, .write, in: child)
    #expect(try space(machine, child).resident.shared == 128)
    #expect(
      try space(machine, child).mapping(ofPage: start >> 12)?.frame
        == space(machine, main).mapping(ofPage: start >> 12)?.frame)
    #expect(machine.sharedMemory.pageCount == 128)
    machine.exit(main, status: 0)
    #expect(machine.sharedMemory.pageCount == 128)
    machine.exit(child, status: 0)
    #expect(machine.sharedMemory.pageCount == 0)
    #expect(machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount == free)
    #expect(machine.invariantViolations() == [])
  }

  @Test func signalsEndProcesses() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    let child = try machine.fork(main, name: "a name that is too long").get()
    #expect(machine.processes[child]?.name == "a name that is ")
    #expect(machine.processes[child]?.parent == main)
    #expect(throws: Never.self) { try machine.kill(child, signal: 15).get() }
    // It stays a zombie until its parent is gone.
    #expect(machine.processes[child]?.exitStatus == .killed(signal: 15))
    #expect(machine.processes.exitStatus(of: child)?.shellStatus == 143)
    machine.exit(main, status: 258)
    #expect(machine.processes[child] == nil)
    #expect(machine.processes.exitStatus(of: main)?.shellStatus == 2)
    #expect(machine.processes.live.map(\.id) == [ProcessID(1)])
    if case .success = machine.kill(main, signal: 9) { Issue.record("a dead process took a signal") }
    #expect(machine.invariantViolations() == [])
  }
}
