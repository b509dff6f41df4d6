// A fresh process looks like the recorded ones.

import Testing

@testable import LinuxMemory

/// A machine with settings such as `("thp", "never")`.
func makeMachine(_ settings: (key: String, value: String)...) throws -> Machine {
  try Machine(configuration: MachineConfiguration(settings: settings))
}

@Suite struct SpawnTests {
  @Test func freshProcessHasTheRecordedLayout() throws {
    var machine = try makeMachine()
    let main = try machine.spawn(name: "main").get()
    #expect(main == ProcessID(88))
    let space = try #require(machine.processes[main]?.addressSpace)
    #expect(space.pageTablePages * 4 == 28)
    #expect(space.areas.totals.total * 4 == 1648 - 516 - 136)
    #expect(space.areas.totals.stack * 4 == 132)
    #expect(space.executablePages.program * 4 == 620)
    #expect(space.executablePages.libraries * 4 == 8)
    let maps = space.areas.list.map { String($0.start, radix: 16) }
    #expect(
      maps == [
        "400000", "401000", "49c000", "4c6000", "4ca000", "4cd000", "7ffff7ff9000", "7ffff7ffd000",
        "7ffffffde000",
      ])
    #expect(space.name(of: space.areas.list[8]) == "[stack]")
    #expect(space.name(of: space.areas.list[6]) == "[vvar]")
    #expect(machine.invariantViolations() == [])
  }

  @Test func fresh32BitProcessHasTheRecordedLayout() throws {
    var machine = try makeMachine(("arch", "i386"))
    let main = try machine.spawn(name: "main").get()
    let space = try #require(machine.processes[main]?.addressSpace)
    #expect(space.pageTablePages * 4 == 12)
    #expect(space.executablePages.program * 4 == 580)
    let starts = space.areas.list.suffix(3).map { String($0.start, radix: 16) }
    #expect(starts == ["b7ffa000", "b7ffe000", "bffdf000"])
    #expect(machine.invariantViolations() == [])
  }

  @Test func seedShiftsAddressesTheSameWayEachTime() throws {
    func layout(_ seed: String) throws -> AddressSpaceLayout {
      var machine = try makeMachine(("aslr", seed))
      let main = try machine.spawn(name: "main").get()
      return try #require(machine.processes[main]).addressSpace.layout
    }
    #expect(try layout("7") == layout("7"))
    #expect(try layout("7") != layout("8"))
  }

  @Test func exitGivesEverythingBack() throws {
    for arch in ["x86_64", "i386"] {
      var machine = try makeMachine(("arch", arch))
      let free = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
      let committed = machine.commit.committedPages
      let main = try machine.spawn(name: "main").get()
      let address = try machine.mmap(length: 64 << 20, in: main).get()
      try machine.access(address, length: 64 << 20, .write, in: main)
      _ = try machine.brk(0x900_0000, in: main)
      let child = try machine.fork(main, name: "child").get()
      try machine.access(address, length: 10 << 20, .write, in: child)
      machine.exit(main, status: 3)
      #expect(machine.processes.exitStatus(of: main) == .exited(3))
      machine.exit(child, status: 0)
      #expect(machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount == free)
      #expect(machine.commit.committedPages == committed)
      #expect(machine.sharedFrames.isEmpty)
    }
  }

  @Test func aForkThatFindsNoMemoryChangesNothing() throws {
    var machine = try makeMachine(("ram", "128M"), ("thp", "never"))
    machine.tunables.overcommitMemory = 2
    let main = try machine.spawn(name: "main").get()
    while case .success = try machine.mmap(length: 1 << 20, in: main) {}
    let before = machine
    #expect(try machine.fork(main, name: "child") == .failure(.ENOMEM))
    // What the CPU keeps to itself of the account may have been handed over meanwhile.
    let isUnchanged =
      machine.processes == before.processes && machine.commit.committedPages == before.commit.committedPages
    #expect(isUnchanged && machine.pageAllocator == before.pageAllocator)
    #expect(machine.invariantViolations() == [])
  }
}
