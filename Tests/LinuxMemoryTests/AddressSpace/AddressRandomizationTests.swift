// Random addresses against those that a kernel with randomisation gave to 150 processes of each architecture.

import Testing

@testable import LinuxMemory

@Suite("Address space randomisation")
struct AddressRandomizationTests {
  /// What can be random: how far the stack's end is below the top of the address space, the highest mapping below it,
  /// the heap behind the program; and for x86_64 how far vvar lies above the stack.
  struct Shifts {
    var stack: UInt64
    var mapping: UInt64
    var heap: UInt64
    var vvar: UInt64?
    var stackPointer: UInt64
  }

  /// The layouts of a few hundred processes.
  private func shifts(_ architecture: MachineConfiguration.Architecture) throws -> [Shifts] {
    var configuration = MachineConfiguration()
    configuration.architecture = architecture
    let top: UInt64 = architecture == .x8664 ? 0x7fff_ffff_f000 : 0xc000_0000
    var found: [Shifts] = []
    for seed in 0..<20 as Range<UInt64> {
      configuration.addressSpaceRandomization = seed
      for process in 88..<108 as Range<Int32> {
        let layout = AddressSpaceLayout(
          profile: configuration.profile, seed: configuration.addressSpaceRandomization,
          process: ProcessID(process), stackLimit: 8 << 20)
        let isAbove = layout.specialStart >= layout.stackTop
        #expect(isAbove == (architecture == .x8664) || top - layout.stackTop < 6 * 4096)
        if isAbove {
          // The two mappings end below the next bound of 2 MiB.
          let bound = (layout.stackTop + 0x6000 + 0x1f_ffff) & ~0x1f_ffff
          #expect(layout.specialStart + 0x6000 <= min(bound, top))
        }
        found.append(
          Shifts(
            stack: top - layout.stackTop, mapping: top - layout.mappingTop,
            heap: layout.heapStart - layout.program.end,
            vvar: isAbove ? layout.specialStart - layout.stackTop : nil,
            stackPointer: layout.stackTop - InitialStack(layout: layout, programPath: "/bin/main").start))
      }
    }
    return found
  }

  /// Expects pages (or other units) spread over a range, its ends nearly reached.
  private func expectSpread(_ values: [UInt64], over range: ClosedRange<UInt64>, unit: UInt64 = 4096) throws {
    let least = try #require(values.min())
    let most = try #require(values.max())
    let slack = (range.upperBound - range.lowerBound) / 20 + unit
    #expect(range.contains(least) && range.contains(most))
    #expect(least - range.lowerBound <= slack && range.upperBound - most <= slack)
    #expect(values.allSatisfy { $0 % unit == 0 })
    let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
    let mean = values.reduce(0) { $0 + $1 / UInt64(values.count) }
    #expect(max(mean, middle) - min(mean, middle) <= 2 * slack)
  }

  @Test("x86_64: stack 16 GiB, mappings 1 TiB, heap 1 GiB")
  func wide() throws {
    let found = try shifts(.x8664)
    try expectSpread(found.map(\.stack), over: 0...0x4_0000_0000)
    // 8 MiB of stack, what the stack may be shifted by, and the guard gap come before.
    let gap: UInt64 = (8 << 20) + 0x3_ffff_f000 + (1 << 20)
    try expectSpread(found.map(\.mapping), over: gap...gap + (1 << 40))
    try expectSpread(found.map(\.heap), over: 0...(1 << 30))
    // Recorded: 0x200 to 0x21c0 with a few more bytes of environment.
    try expectSpread(found.map(\.stackPointer), over: 0x1b0...0x21b0, unit: 16)
    // Recorded: 0 to 0x1be000, 0x831f8 on average.
    let above = found.compactMap(\.vvar)
    #expect(above.count == found.count)
    #expect(above.max() ?? 0 > 0x180_000 && above.min() ?? 1 < 0x4000)
    #expect((0x70_000...0x90_000).contains(above.reduce(0, +) / UInt64(above.count)))
  }

  @Test("i386: stack 8 MiB, mappings 1 MiB, heap 32 MiB")
  func narrow() throws {
    let found = try shifts(.i386)
    try expectSpread(found.map(\.stack), over: 0...0x80_0000)
    try expectSpread(found.map(\.mapping), over: 0x800_0000...0x80f_f000)
    try expectSpread(found.map(\.heap), over: 0...(32 << 20))
    try expectSpread(found.map(\.stackPointer), over: 0x100...0x2100, unit: 16)
  }

  @Test("without randomisation the stack begins where it was recorded")
  func fixed() throws {
    for (architecture, start, argument, end) in [
      (.x8664, 0x7fff_ffff_ee50, 0x7fff_ffff_efe9, 0x7fff_ffff_efee),
      (.i386, 0xbfff_ff00, 0xbfff_ffed, 0xbfff_fff2),
    ] as [(MachineConfiguration.Architecture, UInt64, UInt64, UInt64)] {
      var configuration = MachineConfiguration()
      configuration.architecture = architecture
      let layout = AddressSpaceLayout(
        profile: configuration.profile, seed: configuration.addressSpaceRandomization, process: ProcessID(88),
        stackLimit: 8 << 20)
      let stack = InitialStack(layout: layout, programPath: "/bin/main")
      #expect(stack.start == start)
      #expect(stack.arguments == argument..<end)
      #expect(layout.specialStart == layout.mappingTop - 0x6000)
    }
  }

  @Test(
    "the stack limit moves the mappings, as recorded",
    arguments: [
      // unlimited: at most five sixths of the address space
      (.x8664, .max, 0x6aaa_aaaa_a000, 1 << 40), (.i386, .max, 0xa000_0000, 0xff000),
      // ulimit -s 300000
      (.i386, 300_000 << 10, 0x12df_7000, 0xff000),
    ] as [(MachineConfiguration.Architecture, UInt64, UInt64, UInt64)])
  func stackLimit(
    architecture: MachineConfiguration.Architecture, limit: UInt64, least: UInt64, range: UInt64
  ) throws {
    var configuration = MachineConfiguration()
    configuration.architecture = architecture
    let top: UInt64 = architecture == .x8664 ? 0x7fff_ffff_f000 : 0xc000_0000
    for seed in 0..<50 as Range<UInt64> {
      configuration.addressSpaceRandomization = seed
      let layout = AddressSpaceLayout(
        profile: configuration.profile, seed: configuration.addressSpaceRandomization, process: ProcessID(88),
        stackLimit: limit)
      let distance = top - layout.mappingTop
      #expect(distance >= least && distance <= least + range + 4096)
    }
  }

  @Test("a process with random addresses runs, forks and gives all back")
  func runs() throws {
    for (seed, architecture) in [(1, .x8664), (2, .i386)] as [(UInt64, MachineConfiguration.Architecture)] {
      var configuration = MachineConfiguration()
      configuration.architecture = architecture
      configuration.addressSpaceRandomization = seed
      var machine = try Machine(configuration: configuration)
      let free = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
      let process = try machine.spawn(name: "main").get()
      let space = try #require(machine.processes[process]).addressSpace
      let names = space.areas.list.map { space.name(of: $0) }.filter { $0.hasPrefix("[") }
      #expect(
        names
          == (architecture == .x8664 ? ["[stack]", "[vvar]", "[vdso]"] : ["[vvar]", "[vdso]", "[stack]"]))
      let start = try machine.mmap(length: 1 << 20, in: process).get()
      let below = architecture == .x8664 ? space.layout.mappingTop : space.layout.specialStart
      #expect(start == below - (1 << 20))
      _ = try machine.brk(space.layout.heapStart + 8192, in: process)
      let child = try machine.fork(process, name: "child").get()
      machine.exit(child, status: 0)
      machine.exit(process, status: 0)
      #expect(machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount == free)
    }
  }
}
