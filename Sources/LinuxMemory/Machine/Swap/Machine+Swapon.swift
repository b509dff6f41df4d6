// mkswap, swapon and swapoff.

extension Machine {
  /// The file that a machine configured with swap has it in.
  public static let swapFilePath = "/swapfile"

  /// Writes the signature of a swap area into the first page of a file (mkswap(8)).
  ///
  /// - Returns: as ``writeFile(_:from:length:by:)``; `EBUSY` for swap that is on.
  /// - Throws: SIGKILL when the process was killed for want of memory.
  public mutating func formatSwap(
    _ path: String, by process: ProcessID
  ) throws(FatalSignal) -> Result<Void, ErrorNumber> {
    guard swap.number(of: path) == nil else { return .failure(.EBUSY) }
    return try writeFile(path, from: 0, length: 4096, by: process).map { _ in
      guard let file = files.file(at: path) else { return }
      files.modify(file.identifier) { $0.isSwap = true }
      synchronize(path)
    }
  }

  /// Switches a swap area on (swapon(2)).
  ///
  /// - Parameters:
  ///   - path: a file that was made for swap, see `FileStore`.
  ///   - priority: 0 … 32767, or `nil` for the next lower one.
  /// - Returns: `ENOENT` for no such file, `EINVAL` for one without the signature of swap, `EBUSY` when it is on.
  public mutating func swapOn(_ path: String, priority: Int? = nil) -> Result<Void, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    guard file.isSwap else { return .failure(.EINVAL) }
    if file.kind == .regular, files.blockPages(of: file.identifier) < file.pageCount {
      log.append("swapon: swapfile has holes", at: clock, level: .error)
      return .failure(.EINVAL)
    }
    let kind: SwapArea.Kind = path.hasPrefix("/dev/") ? .partition : .file
    let pages = Int(file.size / 4096)
    return swap.switchOn(path: path, kind: kind, pages: pages, priority: priority).map { number in
      guard let area = swap.areas[number] else { return }
      let size = area.slotCount * 4
      log.append(
        "Adding \(size)k swap on \(path).  Priority:\(area.priority) extents:1 across:\(size)k FS",
        at: clock, level: .information)
      record(.reclaim(.swapOn(path: path, pages: area.slotCount, priority: area.priority)))
    }
  }

  /// Switches a swap area off, bringing back what it holds (swapoff(2), mm/swapfile.c).
  ///
  /// - Parameters:
  ///   - path: the area.
  ///   - process: who calls; when memory ends on the way, that process is killed and the area stays on.
  /// - Returns: `ENOENT` for no such file, `EINVAL` when it is not on, `ENOMEM` when the commit account would not
  ///   fit without it, or a control group has no room for its pages and nobody in it may be killed.
  /// - Throws: SIGKILL when the caller was killed.
  public mutating func swapOff(
    _ path: String, by process: ProcessID
  ) throws(FatalSignal) -> Result<Void, ErrorNumber> {
    guard files.file(at: path) != nil else { return .failure(.ENOENT) }
    guard let number = swap.number(of: path), let area = swap.areas[number] else { return .failure(.EINVAL) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    guard chargeCommit(area.slotCount, for: task) else { return .failure(.ENOMEM) }
    unchargeCommit(area.slotCount)
    swap.close(number)
    oomKiller.swapoffProcess = process
    defer {
      oomKiller.swapoffProcess = nil
      oomKiller.isSwapoffKilled = false
    }
    do {
      try bringBack(area: number, for: task)
    } catch {
      swap.reopen(number)
      if oomKiller.isSwapoffKilled { terminate(task, .killed(signal: 9)) }
      if processes.isLiving(task), !isHalted, !work.isStopped { return .failure(.ENOMEM) }
      throw error
    }
    swap.remove(number)
    record(.reclaim(.swapOff(path: path)))
    return .success(())
  }

  private mutating func bringBack(area: Int, for caller: ProcessHandle) throws(FatalSignal) {
    for task in processes.allHandles {
      guard mayGoOn() else { throw FatalSignal(process: caller.id, signal: 9) }
      guard processes.contains(task) else { continue }
      let entries = processes[task].addressSpace.pageTable.mappings.extents(in: 0..<UInt64.max)
      for entry in entries {
        guard case .swapped(let slot) = entry.value.target, slot.area == area, processes.isLiving(task) else {
          continue
        }
        _ = try readFromSwap(entry.range, of: task, isWrite: true, asker: caller)
      }
    }
    let slots = swap.areas[area]?.slotCount ?? 0
    let all = SwapSlotRange(start: SwapSlot(area: area, offset: 1), count: max(slots, 1))
    for part in swapCache.mapped(in: all) { releaseSwapCopies(of: part.frames) }
  }
}
