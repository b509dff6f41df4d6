// The names of slab caches against /sys/kernel/slab of booted kernels.

import Testing

@testable import LinuxMemory

@Suite("Names of slab caches")
struct SlabCacheNamesTests {
  @Test("every link leads to the recorded directory, and a cache has the recorded number of aliases")
  func recordedLinks() throws {
    let machines = [
      "x86_64": try KernelAllocationTests.machine(),
      "i386": try KernelAllocationTests.machine([("arch", "i386")]),
    ]
    var checked = 0
    for line in try Recording("kernel/slab-links.txt").lines where !line.isEmpty && !line.hasPrefix("#") {
      let fields = line.split(separator: " ").map(String.init)
      let cache = try #require(machines[fields[0]]?.slab.cache(named: fields[1]), "\(line)")
      #expect(cache.uniqueName == fields[2], "\(line)")
      #expect(String(cache.references - 1) == fields[3], "\(line)")
      #expect(machines[fields[0]]?.slab.cache(named: fields[2])?.name == cache.name, "\(line)")
      checked += 1
    }
    #expect(checked > 200)
  }

  @Test("a directory's name tells what merged caches have in common")
  func uniqueNames() throws {
    var machine = try KernelAllocationTests.machine()
    let cases: [(flags: SlabFlags, name: String?)] = [
      ([], ":0005008"), ([.SLAB_ACCOUNT], ":A-0005008"), ([.SLAB_RECLAIM_ACCOUNT], ":a-0005008"),
      ([.SLAB_RECLAIM_ACCOUNT, .SLAB_ACCOUNT], ":aA-0005008"), ([.SLAB_CACHE_DMA], ":d-0005008"),
      ([.SLAB_CACHE_DMA32], ":D-0005008"), ([.SLAB_TYPESAFE_BY_RCU], nil),
    ]
    for (index, item) in cases.enumerated() {
      let name = "own\(index)"
      _ = try machine.kmemCacheCreate(name: name, size: 5001, alignment: 0, flags: item.flags).get()
      #expect(machine.slab.cache(named: name)?.uniqueName == item.name)
    }
  }

  @Test("a merged cache keeps its link when it is destroyed, as the shared slabs stay")
  func aliases() throws {
    var machine = try KernelAllocationTests.machine()
    let first = try machine.kmemCacheCreate(name: "first", size: 5000, alignment: 0, flags: []).get()
    let second = try machine.kmemCacheCreate(name: "second", size: 4999, alignment: 0, flags: []).get()
    #expect(first == second)
    #expect(machine.slab.cache(named: "second")?.names == ["first", "second", ":0005000"])
    #expect(machine.slab.cache(named: "first")?.references == 2)
    try machine.kmemCacheDestroy(second)
    #expect(machine.slab.cache(named: "second")?.references == 1)
    try machine.kmemCacheDestroy(first)
    #expect(machine.slab.cache(named: "first") == nil)
  }
}
