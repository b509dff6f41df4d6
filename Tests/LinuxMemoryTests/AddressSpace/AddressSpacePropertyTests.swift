// Random system calls and accesses of several processes, judged by the page-by-page model.

import Testing

@testable import LinuxMemory

/// The machine and the model side by side.
private struct Duel {
  static let base: UInt64 = 0x10_0000_0000
  static let width = 72

  var machine: Machine
  var random: SplitMix
  var ids: [ProcessID] = []
  var models: [ProcessModel] = []
  var baseFaults: [UInt64] = []
  var baseAnonymous = 0
  var baseTotal = 0
  let freeAtStart: Int

  init(seed: UInt64) throws {
    machine = try makeMachine(("thp", "never"))
    random = SplitMix(seed: seed)
    freeAtStart = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    let main = try machine.spawn(name: "main").get()
    let process = try #require(machine.processes[main])
    ids = [main]
    models = [ProcessModel()]
    baseFaults = [process.usage.minorFaults]
    baseAnonymous = process.addressSpace.resident.anonymous
    baseTotal = process.addressSpace.areas.totals.total
  }

  func address(_ page: Int) -> UInt64 { Self.base + UInt64(page) * 4096 }

  mutating func range() -> Range<Int> {
    let start = Int.random(in: 0..<Self.width, using: &random)
    return start..<min(start + Int.random(in: 1...16, using: &random), Self.width)
  }

  mutating func permissions() -> MemoryPermissions {
    [[.read, .write], [.read, .write], .read, []].randomElement(using: &random) ?? []
  }

  mutating func step() throws {
    let which = Int.random(in: 0..<ids.count, using: &random)
    let (id, part) = (ids[which], range())
    let (start, length) = (address(part.lowerBound), UInt64(part.count) * 4096)
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<4:
      let permissions = permissions()
      models[which].map(part, permissions)
      let place = try machine.mmap(
        address: start, length: length, protection: permissions, flags: [.private, .anonymous, .fixed],
        in: id)
      #expect(place == .success(start))
    case 4:
      models[which].unmap(part)
      #expect(try machine.munmap(start, length: length, in: id) == .success(0))
    case 5..<8:
      let permissions = permissions()
      let isComplete = models[which].protect(part, permissions)
      let result = try machine.mprotect(start, length: length, protection: permissions, in: id)
      #expect(result == (isComplete ? .success(0) : .failure(.ENOMEM)))
    case 8..<10:
      let isComplete = models[which].discard(part)
      let result = try machine.madvise(start, length: length, .dontNeed, in: id)
      #expect(result == (isComplete ? .success(0) : .failure(.ENOMEM)))
    case 10: try fork(which)
    case 11: finish(which)
    case 12: try move(which, part)
    default: try access(which, part)
    }
  }

  private mutating func access(_ which: Int, _ part: Range<Int>) throws {
    let kind: AccessKind = Bool.random(using: &random) ? .write : .read
    let (start, length) = (address(part.lowerBound) + 7, UInt64(part.count) * 4096 - 14)
    if models[which].mayAccess(part, kind) {
      models[which].access(part, kind)
      try machine.access(start, length: length, kind, in: ids[which])
    } else {
      var copy = machine
      #expect(throws: FatalSignal(process: ids[which], signal: 11)) {
        try copy.access(start, length: length, kind, in: ids[which])
      }
    }
  }

  private mutating func fork(_ which: Int) throws {
    if ids.count == 4 { return }
    let child = try machine.fork(ids[which], name: "child").get()
    var model = models[which].fork()
    // Whether the kernel copies entries of the page of zeros depends on the area's other pages.
    for (number, page) in model.pages {
      guard case .zero = page.state, mapping(child, number) == nil else { continue }
      model.pages[number]?.state = .empty
    }
    ids.append(child)
    models.append(model)
    baseFaults.append(0)
  }

  private mutating func finish(_ which: Int) {
    if ids.count == 1 { return }
    models[which].unmap(0..<Self.width)
    machine.exit(ids[which], status: 0)
    ids.remove(at: which)
    models.remove(at: which)
    baseFaults.remove(at: which)
  }

  private mutating func move(_ which: Int, _ part: Range<Int>) throws {
    let target = Int.random(in: 0...(Self.width - part.count), using: &random)
    let start = address(part.lowerBound)
    guard let area = machine.processes[ids[which]]?.addressSpace.areas.area(containing: start),
      address(part.upperBound) <= area.end,
      target >= part.upperBound || target + part.count <= part.lowerBound
    else { return }
    models[which].move(part, to: target)
    let length = UInt64(part.count) * 4096
    let result = try machine.mremap(
      start, oldLength: length, newLength: length, flags: [.mayMove, .fixed],
      newAddress: address(target), in: ids[which])
    #expect(result == .success(address(target)))
  }

  func mapping(_ process: ProcessID, _ page: Int) -> PageMapping? {
    machine.processes[process]?.addressSpace.mapping(ofPage: address(page) >> 12)
  }

  /// Compares everything that can be seen of the pages.
  func check() throws -> Bool {
    var frames: [ObjectIdentifier: FrameNumber] = [:]
    var isEqual = true
    for (which, id) in ids.enumerated() {
      let process = try #require(machine.processes[id])
      let model = models[which]
      var own = 0
      for page in 0..<Self.width {
        let area = process.addressSpace.areas.area(containing: address(page))
        isEqual = isEqual && area?.permissions == model.pages[page]?.permissions
        let entry = mapping(id, page)
        switch model.pages[page]?.state {
        case nil, .empty: isEqual = isEqual && entry == nil
        case .zero: isEqual = isEqual && entry?.target == .zeroPage
        case .own(let memory):
          own += 1
          let frame = frames[ObjectIdentifier(memory)] ?? entry?.frame
          frames[ObjectIdentifier(memory)] = frame
          isEqual = isEqual && entry?.frame == frame && entry?.isWritable == model.pages[page]?.isWritable
          if let frame { isEqual = isEqual && machine.sharedFrames.users(of: frame) == memory.users }
        }
      }
      isEqual = isEqual && process.addressSpace.resident.anonymous == baseAnonymous + own
      isEqual = isEqual && process.addressSpace.areas.totals.total == baseTotal + model.pages.count
      isEqual = isEqual && process.usage.minorFaults == baseFaults[which] + UInt64(model.minorFaults)
    }
    return isEqual && Set(frames.values).count == frames.count
  }

  /// Ends all processes; nothing may be left of them.
  mutating func end() {
    for id in ids { machine.exit(id, status: 0) }
    let free = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    #expect(free == freeAtStart)
    #expect(machine.sharedFrames.isEmpty)
  }
}

@Suite struct AddressSpacePropertyTests {
  @Test(arguments: 0..<10) func extentsBehaveLikePages(seed: Int) throws {
    var duel = try Duel(seed: UInt64(seed))
    for step in 0..<250 {
      try duel.step()
      try #require(try duel.check(), "seed \(seed), step \(step)")
      guard step.isMultiple(of: 5) else { continue }
      try #require(duel.machine.invariantViolations() == [], "seed \(seed), step \(step)")
    }
    duel.end()
    #expect(duel.machine.invariantViolations() == [], "seed \(seed)")
  }
}
