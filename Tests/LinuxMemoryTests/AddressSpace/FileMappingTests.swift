// Mappings of files: who pays for a page, and what becomes of it when the page cache loses it.

import Testing

@testable import LinuxMemory

struct FileMappingTests {
  private static let page: UInt64 = 4096

  private func makeMachineWithFile(pages: UInt64) throws -> (Machine, ProcessID) {
    var machine = try makeMachine(("thp", "never"))
    _ = try machine.files.create("/data", size: pages * Self.page).get()
    let reader = try machine.spawn(name: "reader").get()
    return (machine, reader)
  }

  private func usage(_ machine: Machine, _ process: ProcessID, at address: UInt64) throws -> MappingUsage {
    let process = try #require(machine.process(process))
    let area = try #require(process.addressSpace.areas.area(containing: address))
    return machine.usage(of: area, in: process)
  }

  @Test("a read maps the page cache's own pages, which count as RssFile, Mapped and Cached, and cost no more")
  func reading() throws {
    var (machine, reader) = try makeMachineWithFile(pages: 1000)
    let place = try machine.mmap(file: "/data", length: 1000 * Self.page, in: reader).get()
    let before = try #require(machine.process(reader)).addressSpace.resident
    let free = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    try machine.access(place, length: 1000 * Self.page, .read, in: reader)
    let process = try #require(machine.process(reader))
    #expect(process.addressSpace.resident.file == before.file + 1000)
    #expect(process.addressSpace.resident.anonymous == before.anonymous)
    #expect(machine.memoryStatistics.mapped == 1000)
    #expect(machine.files.cachedPages == 1000)
    // Page tables beside the pages themselves.
    let left = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    #expect((1000...1010).contains(free - left))
    // do_sync_mmap_readahead reads 32 pages around each page that is missing.
    #expect((31...64).contains(process.usage.majorFaults))
    #expect(machine.invariantViolations() == [])
  }

  @Test("two readers share each page, and each has half of it in Pss")
  func sharing() throws {
    var (machine, first) = try makeMachineWithFile(pages: 64)
    let second = try machine.spawn(name: "second").get()
    let (a, b) = (
      try machine.mmap(file: "/data", length: 64 * Self.page, in: first).get(),
      try machine.mmap(file: "/data", offset: 32 * Self.page, length: 32 * Self.page, in: second).get()
    )
    try machine.access(a, length: 64 * Self.page, .read, in: first)
    try machine.access(b, length: 32 * Self.page, .read, in: second)
    let usage = try usage(machine, first, at: a)
    #expect(usage.privateClean == 32 * Self.page)
    #expect(usage.sharedClean == 32 * Self.page)
    #expect(usage.proportional >> 12 == 48 * Self.page)
    #expect(machine.memoryStatistics.mapped == 64)
    #expect(machine.invariantViolations() == [])
  }

  @Test("a write to a private mapping makes a copy; one to a shared mapping makes the file's page dirty")
  func writing() throws {
    var (machine, writer) = try makeMachineWithFile(pages: 64)
    let own = try machine.mmap(
      file: "/data", length: 64 * Self.page, protection: [.read, .write], flags: .private, in: writer
    ).get()
    try machine.access(own, length: 64 * Self.page, .read, in: writer)
    try machine.access(own, length: 10 * Self.page, .write, in: writer)
    #expect(try usage(machine, writer, at: own).anonymous == 10 * Self.page)
    #expect(machine.memoryStatistics.dirty == 0)
    let common = try machine.mmap(
      file: "/data", length: 64 * Self.page, protection: [.read, .write], flags: .shared, in: writer
    ).get()
    try machine.access(common, length: 5 * Self.page, .write, in: writer)
    #expect(machine.memoryStatistics.dirty == 5)
    #expect(
      try usage(machine, writer, at: common).sharedDirty + usage(machine, writer, at: common).privateDirty
        == 5 * Self.page)
    #expect(machine.invariantViolations() == [])
  }

  @Test("drop_caches leaves mapped pages alone (mapping_evict_folio); once unmapped they go")
  func dropping() throws {
    var (machine, reader) = try makeMachineWithFile(pages: 100)
    let place = try machine.mmap(file: "/data", length: 100 * Self.page, in: reader).get()
    try machine.access(place, length: 40 * Self.page, .read, in: reader)
    let mapped = machine.memoryStatistics.mapped
    #expect((40...48).contains(mapped))
    machine.dropPageCache()
    #expect(machine.memoryStatistics.mapped == mapped && machine.files.cachedPages == mapped)
    #expect(machine.invariantViolations() == [])
    _ = try machine.munmap(place, length: 100 * Self.page, in: reader)
    machine.dropPageCache()
    #expect(machine.files.cachedPages == 0)
    #expect(machine.invariantViolations() == [])
  }

  @Test("a file that is removed stays for who maps it, and goes with the last mapping")
  func removing() throws {
    var (machine, reader) = try makeMachineWithFile(pages: 10)
    let place = try machine.mmap(file: "/data", length: 10 * Self.page, in: reader).get()
    try machine.access(place, length: Self.page, .read, in: reader)
    #expect(throws: Never.self) { try machine.removeFile("/data").get() }
    #expect(machine.files.file(at: "/data") == nil)
    try machine.access(place, length: 10 * Self.page, .read, in: reader)
    let process = try #require(machine.process(reader))
    let area = try #require(process.addressSpace.areas.area(containing: place))
    #expect(process.addressSpace.name(of: area) == "/data (deleted)")
    #expect(machine.invariantViolations() == [])
    // Another file may have the name meanwhile.
    _ = try machine.files.create("/data", size: 4096).get()
    machine.exit(reader, status: 0)
    #expect(machine.files.cachedPages == 0 && machine.files.files.count == 1)
    #expect(machine.invariantViolations() == [])
  }

  @Test("a file that is cut loses also the copies of what was behind its end")
  func cutting() throws {
    var (machine, writer) = try makeMachineWithFile(pages: 10)
    let place = try machine.mmap(
      file: "/data", length: 10 * Self.page, protection: [.read, .write], flags: .private, in: writer
    ).get()
    try machine.access(place, length: 10 * Self.page, .write, in: writer)
    _ = machine.truncateFile("/data", to: 4 * Self.page)
    #expect(try usage(machine, writer, at: place).anonymous == 4 * Self.page)
    #expect(machine.invariantViolations() == [])
  }

  @Test("what is filled at once ends where the file ends; only an access behind it is a bus error")
  func populating() throws {
    var (machine, reader) = try makeMachineWithFile(pages: 3)
    let place = try machine.mmap(
      file: "/data", length: 8 * Self.page, flags: [.private, .populate], in: reader
    ).get()
    #expect(machine.isAlive(reader))
    #expect(try usage(machine, reader, at: place).resident == 3 * Self.page)
  }

  @Test("a page behind the file's end gives SIGBUS")
  func behindTheEnd() throws {
    var (machine, reader) = try makeMachineWithFile(pages: 3)
    let place = try machine.mmap(file: "/data", length: 5 * Self.page, in: reader).get()
    try machine.access(place, length: 3 * Self.page, .read, in: reader)
    #expect(throws: FatalSignal(process: reader, signal: 7)) {
      try machine.access(place + 3 * Self.page, length: 1, .read, in: reader)
    }
    #expect(machine.files.record(FileIdentifier(0))?.mappedPages ?? 0 == 0)
    #expect(machine.invariantViolations() == [])
  }

  @Test("random mappings, accesses, forks, ends and reclaim keep the books", arguments: 0..<4)
  func random(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var machine = try makeMachine(("ram", "128M"), ("swap", "64M"), ("thp", "never"))
    var files: [(path: String, pages: UInt64)] = []
    for number in 0..<3 {
      let pages = UInt64.random(in: 1...6000, using: &random)
      files.append(("/f\(number)", pages))
      _ = try machine.files.create("/f\(number)", size: pages * Self.page).get()
    }
    var ids = [try machine.spawn(name: "p0").get()]
    for step in 0..<160 {
      ids.removeAll { !machine.isAlive($0) }
      if ids.isEmpty { ids = [try machine.spawn(name: "again").get()] }
      let id = try #require(ids.randomElement(using: &random))
      let file = try #require(files.randomElement(using: &random))
      let areas = try #require(machine.process(id)).addressSpace.areas.list
      let area = try #require(areas.randomElement(using: &random))
      do {
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<3:
          let offset = UInt64.random(in: 0..<file.pages, using: &random)
          _ = try machine.mmap(
            file: file.path, offset: offset * Self.page,
            length: UInt64.random(in: 1...3000, using: &random) * Self.page,
            protection: Bool.random(using: &random) ? .read : [.read, .write],
            flags: Bool.random(using: &random) ? .private : .shared, in: id)
        case 3..<7:
          let kind: AccessKind =
            Bool.random(using: &random) && area.permissions.contains(.write) ? .write : .read
          if case .file = area.backing { try machine.access(area.start, length: area.length, kind, in: id) }
        case 7:
          if case .file = area.backing {
            let half = area.start + area.length / 2 / Self.page * Self.page
            _ = try machine.munmap(half, length: area.end - half, in: id)
          }
        case 8: if ids.count < 5 { ids.append(try machine.fork(id, name: "child").get()) }
        case 9:
          if case .file = area.backing {
            _ = try machine.mremap(
              area.start, oldLength: area.length, newLength: area.length * 2, flags: .mayMove, in: id)
          }
        case 10: machine.dropPageCache()
        default:
          _ = try machine.mprotect(
            area.start, length: area.length, protection: area.permissions.union(.write), in: id)
        }
      } catch {}
      let violations = machine.invariantViolations()
      #expect(violations == [], "seed \(seed), step \(step)")
      if !violations.isEmpty { return }
    }
  }
}
