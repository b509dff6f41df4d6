// Swapping out and in, swapoff, and the page cache, through the whole machine.

import Testing

@testable import LinuxMemory

@Suite("Reclaim paths")
struct SwapPathTests {
  /// Frames free, on per-CPU lists, or in slabs: a cache keeps some that are empty.
  func free(_ machine: Machine) -> Int {
    machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
      + machine.slab.reclaimablePages
  }

  @Test("memory beyond RAM goes to swap and comes back; an exit gives everything back")
  func roundTrip() throws {
    var machine = try Machine.recorded(swap: 256 << 20)
    let before = free(machine)
    let process = try machine.hold(megabytes: 1050)
    let resident = try #require(machine.processes[process]).addressSpace.resident
    #expect(resident.swapped > 25_000)
    #expect(machine.swap.usedSlots == resident.swapped)
    #expect(machine.reclaim.counters.swappedOut == resident.swapped)
    #expect(machine.oomScore(of: process) ?? 0 > 1200)
    let faults = try machine.getrusage(process).get().majorFaults
    let area = try #require(machine.processes[process]).addressSpace.areas.list.max { $0.length < $1.length }
    let start = try #require(area).start
    try machine.access(start, length: 64 << 20, .read, in: process)
    let after = try machine.getrusage(process).get().majorFaults
    #expect(after > faults)
    // Some were still in the swap cache.
    #expect((56 << 8...64 << 8).contains(machine.reclaim.counters.swappedIn))
    machine.exit(process, status: 0)
    #expect(free(machine) == before)
    #expect(machine.reclaim.swapIndexNodes.isEmpty)
    #expect(machine.swap.usedSlots == 0)
    #expect(machine.swapCache.count == 0)
    #expect(machine.pageLists.count(.inactiveAnonymous) == 0)
    #expect(machine.invariantViolations() == [])
  }

  @Test("locked memory stays")
  func locked() throws {
    var machine = try Machine.recorded(swap: 256 << 20)
    let process = try machine.spawn(name: "rt").get()
    let start = try machine.mmap(length: 300 << 20, in: process).get()
    _ = try machine.mlock(start, length: 300 << 20, in: process).get()
    _ = try machine.hold(megabytes: 750)
    let resident = try #require(machine.processes[process]).addressSpace.resident
    #expect(resident.anonymous >= 300 << 8)
    #expect(machine.pageLists.count(.unevictable) == 300 << 8)
    #expect(machine.swap.usedSlots > 10_000)
    _ = try machine.munlock(start, length: 300 << 20, in: process).get()
    #expect(machine.pageLists.count(.unevictable) == 0)
    #expect(machine.invariantViolations() == [])
  }

  @Test("swapoff brings everything back when it fits")
  func swapoff() throws {
    var machine = try Machine.recorded(swap: 256 << 20)
    let holder = try machine.hold(megabytes: 900)
    let other = try machine.hold(megabytes: 150)
    #expect(machine.swap.usedSlots > 20_000)
    machine.exit(other, status: 0)
    let caller = try machine.spawn(name: "swapoff").get()
    try machine.swapOff("/dev/vda", by: caller).get()
    let resident = try #require(machine.processes[holder]).addressSpace.resident
    #expect(resident.swapped == 0)
    #expect(resident.anonymous >= 900 << 8)
    #expect(machine.swap.totalSlots == 0)
    #expect(throws: ErrorNumber.EINVAL) { try machine.swapOff("/dev/vda", by: caller).get() }
    #expect(throws: ErrorNumber.ENOENT) { try machine.swapOff("/nonesuch", by: caller).get() }
    #expect(machine.invariantViolations() == [])
  }

  @Test("swapoff that does not fit kills its caller, even an immune one, and swap stays on")
  func swapoffKills() throws {
    var machine = try Machine.recorded(swap: 256 << 20)
    let holder = try machine.hold(megabytes: 1100)
    let used = machine.swap.usedSlots
    let caller = try machine.spawn(name: "swapoff").get()
    try machine.writeOOMScoreAdjustment("-1000", of: caller, by: ProcessID(1)).get()
    #expect(throws: FatalSignal(process: caller, signal: 9)) { try machine.swapOff("/dev/vda", by: caller) }
    #expect(machine.victims == ["swapoff"])
    #expect(machine.processes[holder]?.isAlive == true)
    #expect(machine.swap.totalSlots == 65_535)
    #expect(machine.swap.usedSlots < used)
    #expect(
      machine.log.lines.contains { $0.text.hasPrefix("swapoff invoked oom-killer: gfp_mask=0x140cca(") })
    #expect(machine.log.lines.contains { $0.text.hasPrefix("Free swap  = -") })
    #expect(machine.invariantViolations() == [])
  }

  @Test("swapoff in mode 2 that would break the commit limit is refused")
  func swapoffInMode2() throws {
    var machine = try Machine.recorded(swap: 256 << 20)
    _ = try machine.hold(megabytes: 1100)
    _ = try machine.writeTunable("overcommit_ratio", text: "92", by: ProcessID(1)).get()
    _ = try machine.writeTunable("overcommit_memory", text: "2", by: ProcessID(1)).get()
    let caller = try machine.spawn(name: "t").get()
    #expect(throws: ErrorNumber.ENOMEM) { try machine.swapOff("/dev/vda", by: caller).get() }
    #expect(machine.swap.totalSlots == 65_535)
    let line = "__vm_enough_memory: pid: \(caller), comm: t, no enough memory for the allocation"
    #expect(machine.log.lines.last?.text == line)
    #expect(machine.invariantViolations() == [])
  }

  @Test("a file is read into the page cache, a second time it becomes active, and memory takes it back")
  func pageCache() throws {
    var machine = try Machine.recorded()
    _ = try machine.createFile("/data", size: 600 << 20).get()
    let reader = try machine.spawn(name: "cat").get()
    let read = try machine.readFile("/data", by: reader).get()
    #expect(read == 600 << 20)
    #expect(machine.pageLists.count(.inactiveFile) == 153_600)
    _ = try machine.readFile("/data", by: reader).get()
    #expect(machine.pageLists.count(.activeFile) == 153_600)
    let hog = try machine.runHog(megabytes: 700)
    #expect(hog.signal == nil)
    // Recorded: 25 442 pages active, 25 403 inactive after the hog.
    let active = machine.pageLists.count(.activeFile)
    let inactive = machine.pageLists.count(.inactiveFile)
    #expect(active + inactive == machine.files.cachedPages)
    #expect(abs(active - inactive) < 700)
    #expect(active + inactive > 40_000)
    _ = try machine.writeTunable("drop_caches", text: "3", by: reader).get()
    #expect(machine.files.cachedPages == 0)
    #expect(machine.log.lines.last?.text == "cat (\(reader)): drop_caches: 3")
    #expect(machine.invariantViolations() == [])
  }

  @Test("pages that fork shared go to swap once, for both")
  func sharedPages() throws {
    var machine = try Machine.recorded(swap: 512 << 20)
    let before = free(machine)
    let parent = try machine.hold(megabytes: 200)
    let child = try machine.fork(parent, name: "child").get()
    let hog = try machine.hold(megabytes: 900)
    let swapped = [parent, child].map { machine.processes[$0]?.addressSpace.resident.swapped ?? 0 }
    #expect(swapped[0] > 10_000)
    #expect(swapped[0] == swapped[1])
    for process in [child, hog, parent] { machine.exit(process, status: 0) }
    #expect(machine.swap.usedSlots == 0)
    #expect(free(machine) == before)
    #expect(machine.invariantViolations() == [])
  }

  @Test("pages that were only read keep their slots while swap has room, and need no second writing")
  func cleanCopies() throws {
    var machine = try Machine.recorded(swap: 1 << 30)
    let process = try machine.hold(megabytes: 1050)
    let area = try #require(machine.processes[process]).addressSpace.areas.list.max { $0.length < $1.length }
    let start = try #require(area).start
    let written = machine.reclaim.counters.swappedOut
    let used = machine.swap.usedSlots
    try machine.access(start, length: 16 << 20, .read, in: process)
    let kept = machine.swapCache.count - machine.swapCache.unmappedCount
    #expect(kept > 3000)
    #expect(machine.swap.usedSlots == used + machine.reclaim.counters.swappedOut - written)
    // All of it once more, so that the pages go again: these at least need no writing.
    try machine.access(start + 16 << 20, length: 1034 << 20, .read, in: process)
    let read = machine.reclaim.counters.swappedIn
    #expect(machine.reclaim.counters.swappedOut - written < read)
    // What frees a page frees its slot too.
    machine.exit(process, status: 0)
    #expect(machine.swap.usedSlots == 0)
    #expect(machine.swapCache.count == 0)
    #expect(machine.invariantViolations() == [])
  }

  @Test("swapoff takes the slots of pages that were only read too")
  func swapoffOfCleanCopies() throws {
    var machine = try Machine.recorded(swap: 1 << 30)
    let process = try machine.hold(megabytes: 1000)
    let area = try #require(machine.processes[process]).addressSpace.areas.list.max { $0.length < $1.length }
    try machine.access(try #require(area).start, length: 8 << 20, .read, in: process)
    #expect(machine.swapCache.hasMapped)
    let other = try machine.spawn(name: "swapoff").get()
    let freed = try machine.hold(megabytes: 10)
    machine.exit(freed, status: 0)
    let outcome = try? machine.swapOff(Machine.swapFilePath, by: other)
    if case .success = outcome {
      #expect(machine.swap.usedSlots == 0)
      #expect(!machine.swapCache.hasMapped)
    } else {
      // Memory ended on the way: the area is on again and every slot has its owner.
      #expect(machine.swap.freeSlots > 0)
    }
    #expect(machine.invariantViolations() == [])
  }
}
