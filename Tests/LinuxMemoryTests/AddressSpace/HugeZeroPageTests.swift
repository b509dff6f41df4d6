// The huge page of zeros comes with the first read and goes with its last user.

import Testing

@testable import LinuxMemory

struct HugeZeroPageTests {
  @Test(
    "Shrinking the slab caches frees it once every process that mapped it has ended",
    arguments: ["x86_64", "i386"])
  func shrink(_ architecture: String) throws {
    var machine = try makeMachine(("arch", architecture), ("thp", "always"))
    let reader = try machine.spawn(name: "reader").get()
    let start = try machine.mmap(length: 64 << 20, in: reader).get()
    try machine.access(start, length: 64 << 20, .read, in: reader)
    let frame = try #require(machine.hugeZeroPage)
    let child = try machine.fork(reader, name: "child").get()
    _ = try machine.munmap(start, length: 64 << 20, in: reader)

    for process in [reader, child] {
      _ = machine.writeTunable("drop_caches", text: "2", by: child)
      #expect(machine.hugeZeroPage == frame, "\(process) still counts as a user")
      machine.exit(process, status: 0)
    }
    let free = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    _ = machine.writeTunable("drop_caches", text: "3", by: ProcessID(1))
    #expect(machine.hugeZeroPage == nil)
    let freed = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount - free
    #expect(freed == 1 << machine.configuration.profile.pageblockOrder)
    #expect(machine.invariantViolations() == [])
  }
}
