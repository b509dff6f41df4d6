// Streams of file pages much longer than memory, passed at once and piece by piece; and where files end.

import Testing

@testable import LinuxMemory

@Suite("Streams of file pages")
struct SteadyStreamTests {
  /// A machine of 128 MiB, sometimes with a program that keeps memory, and a reader.
  private func machine(holding megabytes: UInt64 = 0, swap: UInt64 = 0) throws -> (Machine, ProcessID) {
    var configuration = MachineConfiguration()
    configuration.ram = 128 << 20
    configuration.swap = swap
    var machine = try Machine(configuration: configuration)
    let reader = try machine.spawn(name: "reader").get()
    if megabytes > 0 {
      let start = try machine.mmap(length: megabytes << 20, in: reader).get()
      try machine.access(start, length: megabytes << 20, .write, in: reader)
    }
    return (machine, reader)
  }

  /// Everything that counts, as numbers.
  private func counts(_ machine: Machine) -> [Int] {
    let counters = machine.reclaim.counters
    let zones = machine.pageAllocator.zones
    return zones.map(\.freePages) + PageListKind.allCases.map { machine.pageLists.count($0) } + [
      machine.files.cachedPages, machine.files.dirtyPages, Int(machine.reclaim[.root].evictionAge),
      counters.kswapdRuns, counters.scannedByKswapd, counters.stolenByKswapd, counters.stolenFile,
      counters.refaultedFile, counters.readFromDisk, counters.dirtied, counters.written,
      counters.lowMarkHitQuickly, counters.directReclaims, counters.swappedOut,
      zones.reduce(0) { $0 + $1.allocatedPages }, zones.reduce(0) { $0 + $1.servedRequests },
    ]
  }

  /// Whether numbers are alike within a thousandth or what one round of reclaim moves.
  private func expectAlike(_ left: Machine, _ right: Machine) {
    for (index, (one, other)) in zip(counts(left), counts(right)).enumerated() {
      #expect(abs(one - other) <= 2048 + max(one, other) / 1000, "number \(index): \(one) and \(other)")
    }
  }

  /// The pages of all files in memory are the pages on the lists, and all frames are different.
  private func expectConsistent(_ machine: Machine) {
    var pages = 0
    var frames: Set<Int> = []
    machine.files.forEachCachedRun { file, page, run in
      pages += run.count
      frames.formUnion(run.start.rawValue..<run.start.rawValue + run.count)
      for offset in 0..<UInt64(run.count) {
        #expect(machine.pageLists.list(of: page + offset, owner: .file(file)) != nil)
      }
    }
    #expect(frames.count == pages)
    #expect(pages == machine.files.cachedPages)
    #expect(pages == machine.pageLists.count(.inactiveFile) + machine.pageLists.count(.activeFile))
  }

  @Test(
    "reading at once is like reading in parts",
    arguments: [(0, 0), (40, 0), (50, 64 << 20)] as [(UInt64, UInt64)])
  func reading(held: UInt64, swap: UInt64) throws {
    let size: UInt64 = 480 << 20
    let part: UInt64 = 160 << 20
    var (whole, reader) = try machine(holding: held, swap: swap)
    _ = try whole.createFile("/data", size: size).get()
    var parts = whole
    let rounds = held == 0 ? 2 : 1
    for _ in 0..<rounds {
      #expect(try whole.readFile("/data", by: reader).get() == size)
      for offset in stride(from: 0, to: size, by: Int(part)) {
        _ = try parts.readFile("/data", from: offset, length: part, by: reader).get()
      }
    }
    let counters = whole.reclaim.counters
    #expect(counters.readFromDisk == Int(size / 4096) * rounds)
    #expect(counters.stolenFile == counters.readFromDisk - whole.files.cachedPages)
    #expect(counters.refaultedFile == Int(size / 4096) * (rounds - 1))
    expectAlike(whole, parts)
    expectConsistent(whole)
  }

  @Test("what stays in memory after a stream is the end of the file")
  func window() throws {
    var (machine, reader) = try machine()
    _ = try machine.createFile("/hot", size: 8 << 20).get()
    for _ in 0..<2 { _ = try machine.readFile("/hot", by: reader).get() }
    #expect(machine.pageLists.count(.activeFile) == 2048)
    let file = try machine.createFile("/data", size: 1 << 40).get()
    _ = try machine.readFile("/data", by: reader).get()
    let cached = UInt64(machine.files.cachedPages(of: file.identifier))
    let start = file.pageCount - cached
    #expect(machine.files.firstMissing(in: start..<file.pageCount, of: file.identifier) == nil)
    expectConsistent(machine)
    // What was evicted last is remembered as such, and not what was before.
    _ = try machine.readFile("/data", from: (start - 1) * 4096, length: 4096, by: reader).get()
    #expect(machine.reclaim.counters.activatedByRefault == 1)
    _ = try machine.readFile("/data", from: (start - 3000) * 4096, length: 4096, by: reader).get()
    _ = try machine.readFile("/data", from: 0, length: 4096, by: reader).get()
    #expect(machine.reclaim.counters.activatedByRefault == 1)
    // The first page of a file brings three more (mm/readahead.c, get_init_ra_size).
    #expect(machine.reclaim.counters.refaultedFile == 6)
    // Reading what is there makes it active.
    let before = machine.reclaim.counters
    let (first, count) = ((start + 100) * 4096, cached - 100)
    _ = try machine.readFile("/data", from: first, length: count * 4096, by: reader).get()
    #expect(machine.reclaim.counters.readFromDisk == before.readFromDisk)
    #expect(machine.reclaim.counters.activated == before.activated + Int(count))
    expectConsistent(machine)
  }

  @Test("writing and copying at once are like doing so in parts")
  func writing() throws {
    let size: UInt64 = 480 << 20
    let part: UInt64 = 160 << 20
    var (whole, writer) = try machine()
    _ = try whole.createFile("/target", size: 0).get()
    _ = try whole.createFile("/copy", size: 0).get()
    var parts = whole
    #expect(try whole.writeFile("/target", from: 0, length: size, by: writer).get() == size)
    let copy = try whole.copyFile(
      "/target", from: 0, to: "/copy", at: 4096, length: .max, piece: 1 << 20, by: writer)
    #expect(copy == FileCopy(bytesRead: size, bytesWritten: size))
    #expect(whole.files.file(at: "/copy")?.size == size + 4096)
    for offset in stride(from: 0, to: size, by: Int(part)) {
      _ = try parts.writeFile("/target", from: offset, length: part, by: writer).get()
    }
    for offset in stride(from: 0, to: size, by: 1 << 20) {
      _ = try parts.readFile("/target", from: offset, length: 1 << 20, by: writer).get()
      _ = try parts.writeFile("/copy", from: offset + 4096, length: 1 << 20, by: writer).get()
    }
    expectAlike(whole, parts)
    expectConsistent(whole)
    #expect(whole.files.usedBlocks == parts.files.usedBlocks)
    #expect(whole.reclaim.counters.dirtied == parts.reclaim.counters.dirtied)
    whole.synchronize()
    #expect(whole.reclaim.counters.written == Int(2 * size / 4096))
  }

  @Test("files end at 2^32 − 1 blocks, and so does the file system")
  func limits() throws {
    var (machine, writer) = try machine()
    let last = SimulatedFile.largestSize
    #expect(machine.files.create("/a", size: last + 1) == .failure(.EFBIG))
    _ = try machine.createFile("/a", size: 0).get()
    #expect(machine.truncateFile("/a", to: last + 1).failure == .EFBIG)
    #expect(machine.truncateFile("/a", to: last).failure == nil)
    #expect(try machine.writeFile("/a", from: last - 1, length: 2, by: writer).get() == 1)
    #expect(try machine.writeFile("/a", from: last, length: 1, by: writer).failure == .EFBIG)
    #expect(machine.files.usedBlocks == 1)
    #expect(machine.allocateFile("/a", from: .max, length: 1).failure == .EINVAL)
    #expect(machine.allocateFile("/a", from: 1, length: last).failure == .EFBIG)
    #expect(machine.allocateFile("/a", from: 0, length: last).failure == nil)
    #expect(machine.files.freeBlocks == 1)
    // What is left of the file system goes to the one that fills it.
    _ = try machine.createFile("/b", size: 0).get()
    #expect(machine.allocateFile("/b", from: 0, length: 10_000).failure == .ENOSPC)
    #expect(machine.files.file(at: "/b")?.size == 4096)
    #expect(try machine.writeFile("/b", from: 4000, length: 200, by: writer).get() == 96)
    #expect(try machine.writeFile("/b", from: 4096, length: 1, by: writer).failure == .ENOSPC)
    #expect(machine.files.create("/c", size: 1) == .failure(.ENOSPC))
    #expect(machine.removeFile("/a").failure == nil)
    #expect(machine.files.usedBlocks == 1)
  }
}

extension Result where Failure == ErrorNumber {
  /// The error, or nil.
  fileprivate var failure: ErrorNumber? {
    if case .failure(let error) = self { error } else { nil }
  }
}
