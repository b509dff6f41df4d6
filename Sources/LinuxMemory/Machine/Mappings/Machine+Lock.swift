// mlock(2) and its kin: memory that stays in RAM.

/// The flags of mlockall(2), with Linux's values.
public struct LockFlags: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: Int32

  /// Makes flags from bits.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// What is mapped now (MCL_CURRENT).
  public static let current = LockFlags(rawValue: 1)
  /// What will be mapped later (MCL_FUTURE).
  public static let future = LockFlags(rawValue: 2)
  /// Pages are locked when they come, and do not all come at once (MCL_ONFAULT).
  public static let onFault = LockFlags(rawValue: 4)
}

extension Machine {
  /// Locks a range and brings its pages in.
  ///
  /// - Parameters:
  ///   - address: Any address; the range is widened to whole pages.
  ///   - length: Bytes; 0 locks nothing.
  ///   - onFault: Whether pages come only when they are touched (mlock2 with MLOCK_ONFAULT).
  ///   - process: Whose memory.
  /// - Returns: 0; `EPERM` or `ENOMEM` where RLIMIT_MEMLOCK forbids it, `ENOMEM` where nothing is mapped,
  ///   `EINVAL` for a range that leaves the address space.
  /// - Throws: SIGKILL when the process was killed while its pages came.
  public mutating func mlock(
    _ address: UInt64, length: UInt64, onFault: Bool = false, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    guard processes[task].mayLockAtAll else { return refuse("mlock", .EPERM, process) }
    guard let range = Range.pages(covering: address, length) else { return refuse("mlock", .EINVAL, process) }
    let areas = processes[task].addressSpace.areas
    let alreadyLocked = areas.areas(in: range).reduce(UInt64(0)) { sum, area in
      area.flags.contains(.locked)
        ? sum + (min(area.end, range.upperBound) - max(area.start, range.lowerBound)) >> pageShift : sum
    }
    let bytes = range.upperBound - range.lowerBound
    let locked = UInt64(areas.totals.locked) + bytes >> pageShift - alreadyLocked
    guard processes[task].isPrivileged || locked <= processes[task].limitPages(.lockedMemory) else {
      return refuse("mlock", .ENOMEM, process)
    }
    let flags: VirtualMemoryArea.Flags = onFault ? [.locked, .lockOnFault] : .locked
    if let error = setLock(range, flags, in: task) { return refuse("mlock", error, process) }
    record(
      .addressSpace(
        .lockChanged(process: process, address: range.lowerBound, length: bytes, isLocked: true)))
    if let error = try populate(range, in: task) {
      return refuse("mlock", error == .EFAULT ? .ENOMEM : .EAGAIN, process)
    }
    return .success(0)
  }

  /// Unlocks a range.
  ///
  /// - Returns: 0; `ENOMEM` where nothing is mapped, `EINVAL` for a range that leaves the address space.
  public mutating func munlock(
    _ address: UInt64, length: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    guard let range = Range.pages(covering: address, length) else {
      return refuse("munlock", .EINVAL, process)
    }
    if let error = setLock(range, [], in: task) { return refuse("munlock", error, process) }
    record(
      .addressSpace(
        .lockChanged(
          process: process, address: range.lowerBound, length: UInt64(range.count), isLocked: false)))
    return .success(0)
  }

  /// Locks everything that is mapped, or will be.
  ///
  /// - Returns: 0; `EINVAL` for flags that make no sense, `EPERM` or `ENOMEM` where RLIMIT_MEMLOCK forbids it.
  /// - Throws: SIGKILL when the process was killed while its pages came.
  public mutating func mlockall(
    _ flags: LockFlags, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    guard !flags.isEmpty, flags != .onFault, flags.subtracting([.current, .future, .onFault]).isEmpty else {
      return refuse("mlockall", .EINVAL, process)
    }
    guard processes[task].mayLockAtAll else { return refuse("mlockall", .EPERM, process) }
    let total = UInt64(processes[task].addressSpace.areas.totals.total)
    guard
      !flags.contains(.current) || processes[task].isPrivileged
        || total <= processes[task].limitPages(.lockedMemory)
    else { return refuse("mlockall", .ENOMEM, process) }
    let areaFlags: VirtualMemoryArea.Flags = flags.contains(.onFault) ? [.locked, .lockOnFault] : .locked
    processes[task].addressSpace.futureLock = flags.contains(.future) ? areaFlags : []
    if flags.contains(.current) {
      lockAll(areaFlags, in: task)
      let top = processes[task].addressSpace.layout.userAddressTop
      try populate(0..<top, in: task, ignoringErrors: true)
    }
    return .success(0)
  }

  /// Unlocks everything, now and for the future.
  ///
  /// - Returns: 0.
  public mutating func munlockall(in process: ProcessID) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    processes[task].addressSpace.futureLock = []
    lockAll([], in: task)
    return .success(0)
  }

  private mutating func lockAll(_ flags: VirtualMemoryArea.Flags, in task: ProcessHandle) {
    let top = processes[task].addressSpace.layout.userAddressTop
    _ = setLock(0..<top, flags, in: task, ignoringErrors: true)
    record(
      .addressSpace(
        .lockChanged(
          process: processes[task].id, address: 0, length: processes[task].virtualBytes,
          isLocked: !flags.isEmpty)))
  }

  /// Sets the lock flags of all areas in a range (`apply_vma_lock_flags`, mm/mlock.c).
  private mutating func setLock(
    _ range: Range<UInt64>, _ flags: VirtualMemoryArea.Flags, in task: ProcessHandle,
    ignoringErrors: Bool = false
  ) -> ErrorNumber? {
    let limit = tunables.maxMapCount
    var next = range.lowerBound
    for area in Array(processes[task].addressSpace.areas.areas(in: range)) {
      guard mayGoOn() else { return .EINTR }
      if area.start > next, !ignoringErrors { return .ENOMEM }
      let part = max(next, area.start)..<min(area.end, range.upperBound)
      next = part.upperBound
      if area.isSpecial { continue }
      let error = processes[task].addressSpace.areas.modify(part, limit: limit) { area in
        area.flags.subtract([.locked, .lockOnFault])
        area.flags.formUnion(flags)
      }
      splitHugePages(atBoundariesOf: part, in: task)
      if let error, !ignoringErrors { return error }
      if error == nil {
        let pages = part.lowerBound >> pageShift..<part.upperBound >> pageShift
        noteLock(pages, of: task, isLocked: flags.contains(.locked))
      }
    }
    return next < range.upperBound && !ignoringErrors ? .ENOMEM : nil
  }

  private mutating func refuse(
    _ call: String, _ error: ErrorNumber, _ process: ProcessID
  ) -> Result<UInt64, ErrorNumber> {
    record(.addressSpace(.refused(process: process, call: call, error: error)))
    return .failure(error)
  }
}
