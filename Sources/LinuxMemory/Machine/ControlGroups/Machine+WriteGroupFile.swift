// What is written to the files of a control group.

extension Machine {
  /// Writes to a file of a group, which has it and can be written.
  ///
  /// - Parameter process: who writes; it may be the one that invokes the OOM killer.
  /// - Returns: the errno of the file's own rules.
  package mutating func write(
    _ text: String, to file: ControlGroupFile, of id: ControlGroupID, by process: ProcessID
  ) -> Result<Void, ErrorNumber> {
    // The kernel hears nothing of a write of nothing.
    if text.isEmpty { return .success(()) }
    let memory = controlGroups[id].memory
    switch file {
    case .memoryMinimum: return limit(text) { $0.ledger.groups.setMinimum($1, of: memory) }
    case .memoryLow: return limit(text) { $0.ledger.groups.setLow($1, of: memory) }
    case .memoryMaximum: return limit(text) { $0.setMemoryMaximum($1, of: memory, by: process) }
    case .memoryHigh: return limit(text) { $0.setMemoryHigh($1, of: memory, by: process) }
    case .swapMaximum: return limit(text) { $0.ledger.groups.setSwapMaximum($1, of: memory) }
    case .swapHigh: return limit(text) { $0.ledger.groups.setSwapHigh($1, of: memory) }
    case .zswapMaximum: return limit(text) { $0.ledger.groups[memory].zswapMaximum = $1 }
    case .memoryOOMGroup:
      return flag(text, otherwise: .EINVAL) { $0.ledger.groups[memory].killsTogether = $1 }
    case .memoryReclaim: return reclaimOnRequest(text, in: memory, by: process)
    case .processes, .threads: return moveProcess(named: text, to: id, by: process)
    case .subtreeControl: return changeSubtreeControl(text, of: id, by: process)
    case .freeze: return flag(text, otherwise: .ERANGE) { $0.controlGroups[id].isToFreeze = $1 }
    case .pressureCounting: return flag(text, otherwise: .ERANGE) { $0.controlGroups[id].countsPressure = $1 }
    case .kill:
      return LimitText.parseInteger(text).flatMap { value in
        guard value == 1 else { return .failure(.ERANGE) }
        killControlGroup(id)
        return .success(())
      }
    case .maximumDepth: return count(text) { $0.controlGroups[id].maximumDepth = $1 }
    case .maximumDescendants: return count(text) { $0.controlGroups[id].maximumDescendants = $1 }
    case .type:
      // A threaded group needs threads, which are not modelled.
      return .failure(LimitText.stripped(text) == "threaded" ? .EOPNOTSUPP : .EINVAL)
    default: return .failure(.EINVAL)
    }
  }

  private mutating func limit(
    _ text: String, _ set: (inout Machine, Int) -> Void
  ) -> Result<Void, ErrorNumber> {
    // No limit is LONG_MAX pages where a long has 32 bits (`PAGE_COUNTER_MAX`).
    let none = configuration.profile.wordSize == 4 ? Int(Int32.max) : PageCounter.unlimited
    return LimitText.parse(text, unlimited: "max").map { set(&self, $0 < none ? $0 : PageCounter.unlimited) }
  }

  private mutating func flag(
    _ text: String, otherwise error: ErrorNumber, _ set: (inout Machine, Bool) -> Void
  ) -> Result<Void, ErrorNumber> {
    LimitText.parseInteger(text).flatMap { value in
      guard value == 0 || value == 1 else { return .failure(error) }
      set(&self, value == 1)
      return .success(())
    }
  }

  private mutating func count(
    _ text: String, _ set: (inout Machine, Int?) -> Void
  ) -> Result<Void, ErrorNumber> {
    if LimitText.stripped(text) == "max" {
      set(&self, nil)
      return .success(())
    }
    return LimitText.parseInteger(text).flatMap { value in
      guard value >= 0 else { return .failure(.ERANGE) }
      set(&self, value)
      return .success(())
    }
  }

  /// Sets `memory.max`; what is above it is reclaimed, and when that is not enough, processes are killed
  /// (`memory_max_write`).
  private mutating func setMemoryMaximum(_ pages: Int, of group: MemoryGroup, by process: ProcessID) {
    ledger.groups.setMaximum(pages, of: group)
    var retries = ReclaimState.failureLimit
    var hasDrained = false
    while ledger.groups[group].memory.usage > pages, mayGoOn(), !isHalted {
      if !hasDrained {
        ledger.groups.drainStock(of: group)
        hasDrained = true
      } else if retries > 0 {
        let above = ledger.groups[group].memory.usage - pages
        if reclaim(above, in: group, for: process) == 0 { retries -= 1 }
      } else {
        countEvent(.oom, in: group)
        guard killInGroup(group, flags: .GFP_KERNEL, pages: 1, asker: processes.living(process)) else {
          return
        }
      }
    }
  }

  /// Sets `memory.high`; what is above it is reclaimed as far as it goes (`memory_high_write`).
  private mutating func setMemoryHigh(_ pages: Int, of group: MemoryGroup, by process: ProcessID) {
    ledger.groups.setHigh(pages, of: group)
    var retries = ReclaimState.failureLimit
    var hasDrained = false
    while ledger.groups[group].memory.usage > pages, mayGoOn() {
      if !hasDrained {
        ledger.groups.drainStock(of: group)
        hasDrained = true
        continue
      }
      if reclaim(ledger.groups[group].memory.usage - pages, in: group, for: process) == 0 {
        if retries == 0 { return }
        retries -= 1
      }
    }
  }

  /// Reclaims so much at once (`memory_reclaim`).
  ///
  /// - Returns: `EINVAL` for what is no size, `EAGAIN` when less came free.
  private mutating func reclaimOnRequest(
    _ text: String, in group: MemoryGroup, by process: ProcessID
  ) -> Result<Void, ErrorNumber> {
    LimitText.parse(text, unlimited: "").flatMap { wanted in
      var freed = 0
      var retries = ReclaimState.failureLimit
      while freed < wanted, mayGoOn() {
        let step = reclaim(wanted - freed, in: group, for: process)
        if step == 0 {
          if retries == 0 { return .failure(.EAGAIN) }
          retries -= 1
        }
        freed += step
      }
      return .success(())
    }
  }

  /// Moves the process whose number was written; 0 is the writer.
  private mutating func moveProcess(
    named text: String, to id: ControlGroupID, by writer: ProcessID
  ) -> Result<Void, ErrorNumber> {
    LimitText.parseInteger(text).flatMap { number in
      guard number >= 0, let value = Int32(exactly: number) else { return .failure(.EINVAL) }
      // The kernel's threads, which have the numbers up to the first process, cannot be moved.
      if number > 1, value <= Self.lastBootProcess, processes[ProcessID(value)] == nil {
        return .failure(.EINVAL)
      }
      return moveProcess(value == 0 ? writer : ProcessID(value), to: id)
    }
  }

  /// Switches controllers on and off for the groups below (`cgroup_subtree_control_write`).
  private mutating func changeSubtreeControl(
    _ text: String, of id: ControlGroupID, by process: ProcessID
  ) -> Result<Void, ErrorNumber> {
    var wanted: [String: Bool] = [:]
    for word in LimitText.stripped(text).split(separator: " ") {
      let name = String(word.dropFirst())
      guard Self.controllers.contains(name), let sign = word.first, sign == "+" || sign == "-" else {
        return .failure(.EINVAL)
      }
      wanted[name] = sign == "+"
    }
    // Only the memory controller acts; the others can be had from the root and do nothing.
    for (name, isOn) in wanted where name != "memory" && isOn && id != .root { return .failure(.ENOENT) }
    guard let isOn = wanted["memory"] else { return .success(()) }
    return delegateMemory(isOn, in: id, by: process)
  }

  private static let controllers: Set = ["cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma", "misc"]
}
