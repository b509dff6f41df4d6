// The check of a machine's bookkeeping notices each way of breaking it: what code would do that forgets one step.

import Testing

@testable import LinuxMemory

@Suite struct BrokenMachineTests {
  /// One forgotten or doubled step.
  struct Mutation: CustomTestStringConvertible, Sendable {
    var name: String
    var apply: @Sendable (inout Machine) throws -> Void
    var testDescription: String { name }

    init(_ name: String, _ apply: @escaping @Sendable (inout Machine) throws -> Void) {
      (self.name, self.apply) = (name, apply)
    }
  }

  /// A machine on which everything is in use: a forked process, huge pages whole and split, locked and lazily free
  /// pages, shared memory, files clean and dirty, swap, slabs, blocks, vmalloc, and a zombie.
  private static func busyMachine(_ architecture: MachineConfiguration.Architecture) throws -> Machine {
    var configuration = MachineConfiguration()
    configuration.architecture = architecture
    configuration.ram = 768 << 20
    configuration.swap = 256 << 20
    configuration.transparentHugePages = .always
    var machine = try Machine(configuration: configuration)
    let process = try machine.spawn(name: "main").get()
    let page: UInt64 = 4096
    let large = try machine.mmap(length: 24 << 20, in: process).get()
    try machine.access(large, length: 24 << 20, .write, in: process)
    _ = try machine.munmap(large + 5 << 20, length: page, in: process).get()
    _ = try machine.madvise(large, length: 64 * page, .free, in: process).get()
    let small = try machine.mmap(length: 64 * page, in: process).get()
    _ = try machine.madvise(small, length: 64 * page, .noHugePage, in: process).get()
    try machine.access(small, length: 64 * page, .write, in: process)
    _ = try machine.mlock(small, length: 8 * page, in: process).get()
    _ = try machine.madvise(small + 16 * page, length: 16 * page, .pageOut, in: process).get()
    try machine.access(small + 16 * page, length: 4 * page, .read, in: process)
    let shared = try machine.mmap(length: 32 * page, flags: [.shared, .anonymous], in: process).get()
    try machine.access(shared, length: 16 * page, .write, in: process)
    let child = try machine.fork(process, name: "child").get()
    try machine.access(small, length: 2 * page, .write, in: child)
    let other = try machine.fork(process, name: "zombie").get()
    machine.exit(other, status: 3)
    _ = try machine.createFile("/data", size: 64 * page).get()
    _ = try machine.readFile("/data", from: 0, length: 64 * page, by: process).get()
    _ = try machine.createFile("/log", size: 0).get()
    _ = try machine.writeFile("/log", from: 0, length: 8 * page, by: process).get()
    _ = try machine.kmalloc(100, .GFP_KERNEL).get()
    _ = try machine.kmalloc(100_000, .GFP_KERNEL).get()
    _ = try machine.vmalloc(10 * page).get()
    _ = try machine.allocPages(.GFP_KERNEL, order: 3).get()
    _ = try machine.malloc(100, in: process)
    try addGroup(to: &machine)
    return machine
  }

  /// A control group with a process, swapped pages, page cache, and objects of the kernel's.
  private static func addGroup(to machine: inout Machine) throws {
    let main = ProcessID(88)
    try machine.write("+memory", to: .subtreeControl, of: .root, by: main).get()
    let web = try machine.makeControlGroup("web", below: .root, by: main).get()
    let process = try machine.spawn(name: "web", in: web).get()
    let start = try machine.mmap(length: 1 << 20, in: process).get()
    try machine.access(start, length: 1 << 20, .write, in: process)
    _ = try machine.madvise(start, length: 1 << 17, .pageOut, in: process).get()
    _ = try machine.createFile("/web", size: 1 << 20).get()
    _ = try machine.readFile("/web", by: process).get()
  }

  private static func main(_ machine: Machine) throws -> ProcessHandle {
    try #require(machine.processes.allHandles.first { machine.processes[$0].name == "main" })
  }

  /// A mapping of the process and the first entry in it that satisfies a condition.
  private static func entry(
    of machine: Machine, where condition: (PageMapping) -> Bool
  ) throws -> (ProcessHandle, Extent<PageMapping>) {
    let task = try main(machine)
    let entries = machine.processes[task].addressSpace.pageTable.mappings.all
    return (task, try #require(entries.first { condition($0.value) }))
  }

  private static func isSmallAnonymous(_ mapping: PageMapping) -> Bool {
    guard case .anonymous = mapping.target else { return false }
    return !mapping.isHuge && mapping.isWritable
  }

  private static func web(_ machine: Machine) throws -> MemoryGroup {
    machine.controlGroups[try #require(machine.controlGroups.group(at: "/web"))].memory
  }

  static let mutations: [Mutation] = [
    Mutation("a mapped page is given back") { machine in
      let (_, entry) = try entry(of: machine, where: isSmallAnonymous)
      machine.ledger.give(try #require(entry.value.frame), order: 0, of: .anonymous)
    },
    Mutation("a page is given back under another owner's name") { machine in
      let file = try #require(machine.files.file(at: "/data")).identifier
      machine.pageLists.remove(0..<1, of: .file(file))
      for run in machine.files.evict(0..<1, of: file) { machine.ledger.givePages(run, of: .kernel) }
    },
    Mutation("a page is taken and lost") { machine in
      _ = machine.ledger.take(order: 0, .GFP_KERNEL, watermark: .low, for: .kernel)
    },
    Mutation("a block's page table entry is forgotten, its pages are not freed") { machine in
      let (task, entry) = try entry(of: machine, where: isSmallAnonymous)
      _ = machine.processes[task].addressSpace.pageTable.unmap(entry.start..<entry.start + 1)
    },
    Mutation("an unmapped page stays on the list") { machine in
      let (task, entry) = try entry(of: machine, where: isSmallAnonymous)
      _ = machine.processes[task].addressSpace.pageTable.unmap(entry.start..<entry.start + 1)
      machine.ledger.give(try #require(entry.value.frame), order: 0, of: .anonymous)
    },
    Mutation("a mapped page leaves the lists") { machine in
      let (task, entry) = try entry(of: machine, where: isSmallAnonymous)
      machine.pageLists.remove(entry.start..<entry.start + 1, of: .process(task.id))
    },
    Mutation("two entries point to a page that counts one user") { machine in
      let (task, entry) = try entry(of: machine, where: isSmallAnonymous)
      let frame = try #require(entry.value.frame)
      machine.processes[task].addressSpace.pageTable.map(
        entry.start + 1..<entry.start + 2, to: PageMapping(.anonymous(frame), .writable))
    },
    Mutation("fork counts a user and copies no entry") { machine in
      let (_, entry) = try entry(of: machine, where: isSmallAnonymous)
      machine.sharedFrames.retain(FrameRange(start: try #require(entry.value.frame), count: 1))
    },
    Mutation("a shared page loses a user and keeps its entry") { machine in
      var shared: FrameRange?
      machine.sharedFrames.forEachShared { frames, _ in shared = shared ?? frames }
      _ = machine.sharedFrames.release(try #require(shared))
    },
    Mutation("a swap slot has one user too many") { machine in
      let (_, entry) = try entry(of: machine) { if case .swapped = $0.target { true } else { false } }
      guard case .swapped(let slot) = entry.value.target else { return }
      machine.swap.retain(SwapSlotRange(start: slot, count: 1))
    },
    Mutation("a swap slot is freed while an entry refers to it") { machine in
      let (_, entry) = try entry(of: machine) { if case .swapped = $0.target { true } else { false } }
      guard case .swapped(let slot) = entry.value.target else { return }
      machine.swap.release(SwapSlotRange(start: slot, count: 1))
    },
    Mutation("a promise is not taken back") { machine in machine.commit.chargeUnconditionally(1) },
    Mutation("a promise is taken back twice") { machine in
      machine.commit.uncharge(1, ramPages: machine.pageAllocator.totalPages)
    },
    Mutation("a mapping goes and its pages stay") { machine in
      let (task, entry) = try entry(of: machine, where: isSmallAnonymous)
      machine.processes[task].addressSpace.areas.remove(entry.start << 12..<(entry.start + 1) << 12)
    },
    Mutation("a file's dirty pages are written and the counter stays") { machine in
      machine.files.dirtyPages += 1
    },
    Mutation("a file's pages leave memory and not the list") { machine in
      let file = try #require(machine.files.file(at: "/data")).identifier
      machine.ledger.givePages(machine.files.evict(0..<4, of: file), of: .file)
    },
    Mutation("a process loses its kernel stack") { machine in
      machine.processes[try main(machine)].kernelPages = ProcessKernelPages()
    },
    Mutation("a page table's page is not given back") { machine in
      let (task, entry) = try entry(of: machine, where: \.isHuge)
      _ = machine.processes[task].addressSpace.pageTable.directory.removeLowest(for: entry.range)
    },
    Mutation("an object is freed and the cache counts it still") { machine in
      let cache = try #require(
        machine.slab.caches.indices.first { (machine.slab.caches[$0]?.ownObjects ?? 0) > 0 })
      machine.slab.caches[cache]?.ownObjects += 1
    },
    Mutation("a large block is forgotten") { machine in machine.slab.large.removeAll() },
    Mutation("vmalloc forgets an area with its pages") { machine in
      let area = try #require(machine.vmallocArea.areas.first { $0.isRemovable })
      _ = machine.vmallocArea.remove(at: area.start)
    },
    Mutation("a block of alloc_pages is forgotten") { machine in
      var first: Int?
      machine.kernelPages.blocks.forEachBlock { frame, _ in first = first ?? frame }
      machine.kernelPages.blocks[try #require(first)] = nil
    },
    Mutation("a shared object is mapped by nobody and stays") { machine in
      machine.sharedMemory.retain(try #require(machine.sharedMemory.objects.keys.first), pages: 1)
    },
    Mutation("a page of shared memory is replaced in the object alone") { machine in
      let number = try #require(machine.sharedMemory.objects.keys.first)
      let taken = machine.ledger.take(order: 0, .GFP_KERNEL, watermark: .low, for: .shared)
      let frame = try #require(taken)
      machine.sharedMemory.relocate(0, of: number, to: FrameRange(start: frame, count: 1))
    },
    Mutation("a page is in the swap cache and mapped") { machine in
      let (_, entry) = try entry(of: machine) { if case .swapped = $0.target { true } else { false } }
      let (_, mapped) = try Self.entry(of: machine, where: isSmallAnonymous)
      guard case .swapped(let slot) = entry.value.target, let frame = mapped.value.frame else { return }
      machine.addToSwapCache(slot + 8, FrameRange(start: frame, count: 1))
    },
    Mutation("the unused part of a split huge page is forgotten") { machine in
      machine.splitHugePages = SplitHugePages(order: machine.splitHugePages.order)
    },
    Mutation("a zombie keeps a mapping") { machine in
      let zombie = try #require(machine.processes.allHandles.first { !machine.processes[$0].isAlive })
      machine.processes[zombie].addressSpace.areas.insertSeparate(
        VirtualMemoryArea(start: 0x1000, end: 0x2000, permissions: .read))
    },
    Mutation("a group's page is given back and its charge stays") { machine in
      machine.ledger.groups.chargeByForce(1, to: try web(machine))
    },
    Mutation("a group's object goes and its charge stays") { machine in
      let task = try #require(machine.processes.allHandles.first { machine.processes[$0].name == "web" })
      _ = machine.processes[task].objects.remove(100)
    },
    Mutation("a group's slot is freed and its charge stays") { machine in
      machine.ledger.groups.unchargeSwap(1, of: try web(machine))
    },
    Mutation("a page of a group stands on the root's list") { machine in
      let file = try #require(machine.files.file(at: "/web")).identifier
      machine.pageLists.append(0..<1, of: .file(file), to: .inactiveFile)
    },
    Mutation("a process leaves its group and does not say so") { machine in
      let task = try #require(machine.processes.allHandles.first { machine.processes[$0].name == "web" })
      machine.controlGroups.leave(task.id, machine.processes[task].controlGroup)
    },
    Mutation("a group's protection is not told to its parent") { machine in
      machine.ledger.groups[try web(machine)].memory.low = 100
    },
    Mutation("a locked page stays on the list of evictable ones") { machine in
      let task = try main(machine)
      let locked = try #require(machine.pageLists.extents(of: .process(task.id), on: .unevictable).first)
      machine.pageLists.append(locked, of: .process(task.id), to: .inactiveAnonymous)
    },
  ]

  @Test("a sound machine has nothing wrong", arguments: MachineConfiguration.Architecture.allCases)
  func sound(architecture: MachineConfiguration.Architecture) throws {
    #expect(try Self.busyMachine(architecture).invariantViolations() == [])
  }

  @Test("a locked page that only the child of its process has left can be reclaimed")
  func inheritedLock() throws {
    var machine = try Machine(configuration: MachineConfiguration())
    let parent = try machine.spawn(name: "parent").get()
    let memory = try machine.mmap(length: 16 << 12, in: parent).get()
    try machine.access(memory, length: 16 << 12, .write, in: parent)
    _ = try machine.mlock(memory, length: 16 << 12, in: parent).get()
    _ = try machine.fork(parent, name: "child").get()
    #expect(machine.memoryStatistics.mlocked == 16)
    #expect(machine.invariantViolations() == [])
    machine.exit(parent, status: 0)
    // Its unmapping unlocks the pages (munlock_vma_page in page_remove_rmap, mm/rmap.c).
    #expect(machine.memoryStatistics.mlocked == 0)
    #expect(machine.invariantViolations() == [])
  }

  @Test("what forgets a step is noticed", arguments: mutations.indices)
  func broken(number: Int) throws {
    let mutation = Self.mutations[number]
    for architecture in MachineConfiguration.Architecture.allCases {
      var machine = try Self.busyMachine(architecture)
      try mutation.apply(&machine)
      #expect(machine.invariantViolations() != [], "\(mutation.name), \(architecture)")
    }
  }
}
