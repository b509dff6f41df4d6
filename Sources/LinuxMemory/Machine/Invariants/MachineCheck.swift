// What holds of a machine at any moment between two calls, checked from outside.

extension Machine {
  /// Everything that is wrong with the machine's bookkeeping, in words; empty for a sound machine.
  ///
  /// Each mechanism keeps its own rules. Over them: every frame of the page allocator is free or has exactly one owner,
  /// and each kind of owner has as many as it is charged for; page tables, shared frames, reclaim's lists, files, swap
  /// and shared memory say the same of each page; counters equal what they count.
  public func invariantViolations() -> [String] { MachineCheck(self).violations }
}

/// A look through all of a machine's state for what does not agree.
struct MachineCheck {
  let machine: Machine
  /// The anonymous frames that page tables point to.
  let mapped: MappedFrames

  init(_ machine: Machine) {
    self.machine = machine
    mapped = MappedFrames(of: machine)
  }

  /// What is wrong, in words.
  var violations: [String] {
    var found = mechanismViolations() + frameViolations() + sharingViolations() + listViolations()
    found +=
      swapViolations() + sharedMemoryViolations() + mappedFileViolations() + counterViolations()
      + groupViolations()
    for process in machine.processes.all {
      if process.isAlive || process.addressSpace.areas.list.isEmpty { continue }
      found.append("process \(process.id) has ended and still has mappings")
    }
    return found
  }

  /// The rules of each mechanism by itself.
  private func mechanismViolations() -> [String] {
    var found =
      machine.ledger.invariantViolations() + machine.processes.invariantViolations()
      + machine.files.invariantViolations()
    found +=
      machine.slab.invariantViolations() + machine.vmallocArea.invariantViolations()
      + machine.swapCache.invariantViolations()
    found += machine.pageLists.invariantViolations()
    for case let area? in machine.swap.areas { found += area.invariantViolations() }
    for process in machine.processes.all {
      found += process.addressSpace.invariantViolations().map { "process \(process.id): \($0)" }
    }
    return found
  }

  /// Frames with more than one user are those that several entries point to, and these are anonymous.
  private func sharingViolations() -> [String] {
    var found: [String] = []
    for run in mapped.runs {
      machine.sharedFrames.forEachPart(of: run.frames) { part, users in
        if users != run.users {
          found.append("frame \(part.start.rawValue) has \(run.users) entries and \(users) users")
        }
      }
    }
    machine.sharedFrames.forEachShared { frames, users in
      let count = mapped.count(in: frames)
      if count != frames.count {
        found.append(
          "of \(frames.count) frames with \(users) users from \(frames.start.rawValue) \(count) are mapped")
      }
    }
    return found
  }

  /// Files have the mappings that they count, and what processes map of them is in the page cache.
  private func mappedFileViolations() -> [String] {
    var found: [String] = []
    var mapped: [FileIdentifier: Int] = [:]
    for process in machine.processes.live {
      for area in process.addressSpace.areas.list {
        guard case .file(let file) = area.backing else { continue }
        mapped[file, default: 0] += area.pageCount
        process.addressSpace.pageTable.mappings.forEach(in: area.pages) { entry in
          guard case .program = entry.value.target else { return }
          let first = entry.start - area.pages.lowerBound + area.pageOffset
          if machine.files.firstMissing(in: first..<first + entry.count, of: file) != nil {
            found.append("process \(process.id) maps pages of file \(file.rawValue) that are not in memory")
          }
        }
      }
    }
    for file in machine.files.files {
      let counted = machine.files.record(file.identifier)?.mappedPages ?? 0
      if counted != mapped[file.identifier] ?? 0 {
        found.append(
          "file \(file.path) is mapped by \(mapped[file.identifier] ?? 0) pages, \(counted) counted")
      }
    }
    return found
  }

  /// Shared objects have the mappings and pages that they count, and what processes map of them is theirs.
  private func sharedMemoryViolations() -> [String] {
    var found: [String] = []
    var mapped: [Int: Int] = [:]
    for process in machine.processes.live {
      for area in process.addressSpace.areas.list {
        guard case .sharedMemory(let number) = area.backing else { continue }
        mapped[number, default: 0] += area.pageCount
        process.addressSpace.pageTable.mappings.forEach(in: area.pages) { entry in
          guard case .shared(let frame) = entry.value.target else { return }
          let first = entry.start - area.pages.lowerBound + area.pageOffset
          let pages =
            machine.sharedMemory.objects[number]?.pages.extents(in: first..<first + entry.count) ?? []
          let isTheirs = pages.allSatisfy { $0.value.frame == frame + Int($0.start - first) }
          if !isTheirs || pages.reduce(0, { $0 + $1.count }) != entry.count {
            found.append(
              "process \(process.id) maps other frames than object \(number) has, from page \(entry.start)")
          }
        }
      }
    }
    for (number, object) in machine.sharedMemory.objects where object.mappedPages != mapped[number] ?? 0 {
      found.append(
        "object \(number) is mapped by \(mapped[number] ?? 0) pages, \(object.mappedPages) counted")
    }
    let pages = machine.sharedMemory.objects.values.reduce(0) { sum, object in
      object.pages.all.reduce(sum) { $0 + Int($1.count) }
    }
    if pages != machine.sharedMemory.pageCount {
      found.append("\(pages) pages of shared memory, \(machine.sharedMemory.pageCount) counted")
    }
    return found
  }
}
