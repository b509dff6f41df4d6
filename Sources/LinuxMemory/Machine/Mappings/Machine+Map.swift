// mmap(2): new mappings.

extension Machine {
  /// Makes a mapping.
  ///
  /// - Parameters:
  ///   - address: Where the process would like it, or where it must be with `MAP_FIXED`; 0 for anywhere.
  ///   - length: Bytes, rounded up to pages.
  ///   - protection: What may be done with it.
  ///   - flags: Private or shared, and how. What ``MappingFlags/unmodelledName`` names is refused with
  ///     `EOPNOTSUPP`.
  ///   - process: Whose mapping.
  /// - Returns: Its address, or `EINVAL`, `ENOMEM`, `EPERM`, `EAGAIN`, `EEXIST` as mmap(2) says.
  /// - Throws: SIGKILL when the process was killed while the pages of a locked or populated mapping came.
  public mutating func mmap(
    address: UInt64 = 0, length: UInt64, protection: MemoryPermissions = [.read, .write],
    flags: MappingFlags = [.private, .anonymous], in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    // There are no files to map.
    guard flags.contains(.anonymous) else { return .failure(.EBADF) }
    return try mmap(address, length, protection, flags, of: nil, in: process)
  }

  /// Makes a mapping of a file, as mmap(2) with a file's descriptor does.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - offset: Where in the file it begins: a multiple of the page size.
  ///   - address: As for anonymous memory.
  ///   - length: Bytes, rounded up to pages; what lies behind the file's end gives SIGBUS.
  ///   - protection: What may be done with it.
  ///   - flags: `.private`, where written pages become the process's own, or `.shared`, and how.
  ///   - process: Whose mapping.
  /// - Returns: Its address; `ENOENT` for no such file, `EINVAL`, `EOVERFLOW`, and as for anonymous memory.
  /// - Throws: SIGKILL when the process was killed while the pages of a locked or populated mapping came.
  public mutating func mmap(
    file path: String, offset: UInt64 = 0, address: UInt64 = 0, length: UInt64,
    protection: MemoryPermissions = .read, flags: MappingFlags = .private, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    guard offset.isMultiple(of: pageSize) else { return .failure(.EINVAL) }
    guard offset <= .max - length else { return .failure(.EOVERFLOW) }
    let part = MappedPart(file: file.identifier, path: path, firstPage: offset >> pageShift)
    return try mmap(address, length, protection, flags.subtracting(.anonymous), of: part, in: process)
  }

  /// What a mapping shows of a file.
  private struct MappedPart {
    var file: FileIdentifier
    var path: String
    var firstPage: UInt64
  }

  private mutating func mmap(
    _ address: UInt64, _ length: UInt64, _ protection: MemoryPermissions, _ flags: MappingFlags,
    of part: MappedPart?, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    let result = makeMapping(address, length, protection, flags, of: part, in: task)
    switch result {
    case .failure(let error):
      record(.addressSpace(.refused(process: process, call: "mmap", error: error)))
    case .success(let area):
      record(
        .addressSpace(.mapped(process: process, address: area.start, length: area.length)))
      let isPopulated = flags.contains(.populate) && !flags.contains(.nonBlocking)
      if isPopulated || area.flags.contains(.locked) { try populate(area.start..<area.end, in: task) }
    }
    return result.map(\.start)
  }

  /// Checks a request and makes the mapping without pages (`do_mmap` and `mmap_region`, mm/mmap.c).
  private mutating func makeMapping(
    _ address: UInt64, _ length: UInt64, _ protection: MemoryPermissions, _ flags: MappingFlags,
    of part: MappedPart?, in task: ProcessHandle
  ) -> Result<VirtualMemoryArea, ErrorNumber> {
    if length == 0 { return .failure(.EINVAL) }
    if flags.unmodelledName != nil { return .failure(.EOPNOTSUPP) }
    guard let length = length.roundedUpToPageExactly else { return .failure(.ENOMEM) }
    let space = processes[task].addressSpace
    if space.areas.list.count > tunables.maxMapCount { return .failure(.ENOMEM) }
    let start: UInt64
    switch place(address, length, flags, in: task) {
    case .failure(let error): return .failure(error)
    case .success(let place): start = place
    }
    var area = VirtualMemoryArea(start: start, end: start + length, permissions: protection)
    if let part {
      area.backing = .file(part.file)
      area.pageOffset = part.firstPage
    }
    area.flags = space.futureLock
    if flags.contains(.locked) {
      guard processes[task].mayLockAtAll else { return .failure(.EPERM) }
      area.flags.insert(.locked)
    }
    guard processes[task].mayLock(area.pageCount, area.flags) else { return .failure(.EAGAIN) }
    switch flags.intersection(.typeMask) {
    case .private: break
    case .shared where !flags.contains(.growsDown): area.flags.insert(.shared)
    // MAP_SHARED_VALIDATE is for files only.
    default: return .failure(.EINVAL)
    }
    if flags.contains(.growsDown) { area.flags.insert(.growsDown) }
    if flags.contains(.noReserve), tunables.overcommitRules.mode != .never { area.flags.insert(.noReserve) }
    if let error = enter(&area, in: task) { return .failure(error) }
    if let part { processes[task].addressSpace.filePaths[part.file] = part.path }
    return .success(area)
  }

  /// Puts an area into the address space in place of what is there, once all limits agree.
  ///
  /// - Returns: Why not.
  private mutating func enter(_ area: inout VirtualMemoryArea, in task: ProcessHandle) -> ErrorNumber? {
    let replaced = processes[task].addressSpace.areas.pageCount(in: area.start..<area.end)
    guard processes[task].mayExpand(by: area, replacing: replaced) else { return .ENOMEM }
    if replaced > 0, case .failure = removeMappings(area.start..<area.end, in: task) { return .ENOMEM }
    let isShared = area.flags.contains(.shared)
    let isFile = area.backing != .anonymous
    // What lies in a file needs no promise of memory (`accountable_mapping`, mm/mmap.c).
    let isCharged =
      !area.flags.contains(.noReserve) && (isShared ? !isFile : area.permissions.contains(.write))
    if isCharged, !chargeCommit(area.pageCount, for: task) { return .ENOMEM }
    retainObject(of: area, pages: area.pageCount)
    if isShared, !isFile {
      let number = sharedMemory.create(
        mappedPages: area.pageCount, chargedPages: isCharged ? area.pageCount : nil)
      area.backing = .sharedMemory(number)
      area.pageOffset = 0
    } else if isCharged {
      area.flags.insert(.accounted)
    }
    processes[task].addressSpace.areas.insert(area)
    processes[task].addressSpace.notePeaks()
    return nil
  }

  /// Where a mapping goes (`get_unmapped_area`).
  func place(
    _ address: UInt64, _ length: UInt64, _ flags: MappingFlags, in task: ProcessHandle
  ) -> Result<UInt64, ErrorNumber> {
    let top = processes[task].addressSpace.layout.userAddressTop
    if length > top { return .failure(.ENOMEM) }
    if !flags.isDisjoint(with: [.fixed, .fixedNoReplace]) {
      if address > top - length { return .failure(.ENOMEM) }
      if !address.isMultiple(of: pageSize) { return .failure(.EINVAL) }
      if address < tunables.mmapMinimumAddress, !processes[task].isPrivileged {
        return .failure(.EPERM)
      }
      let isTaken = !processes[task].addressSpace.areas.isFree(address..<address + length)
      if flags.contains(.fixedNoReplace), isTaken { return .failure(.EEXIST) }
      return .success(address)
    }
    let wanted = address & ~(pageSize - 1)
    let hint = wanted == 0 ? 0 : max(wanted, tunables.mmapMinimumAddress)
    // MAP_32BIT takes the hint only when it lies there.
    let hintTop = flags.contains(.below2GiB) && configuration.profile.hasLowMappings ? min(top, 2 << 30) : top
    if hint != 0, length <= hintTop, hint <= hintTop - length,
      isFreeWithGuard(hint..<hint + length, in: task)
    {
      return .success(hint)
    }
    if flags.contains(.below2GiB), configuration.profile.hasLowMappings {
      let gap = processes[task].addressSpace.areas.lowestGap(
        length: length, in: 1 << 30..<2 << 30)
      return gap.map(Result.success) ?? .failure(.ENOMEM)
    }
    // Only private memory for which no place was asked is aligned to huge pages.
    let mayAlign = hint == 0 && !flags.contains(.shared)
    let gap = processes[task].addressSpace.gap(
      length: length, above: tunables.mmapMinimumAddress,
      alignment: mayAlign ? configuration.mappingAlignment : nil)
    return gap.map(Result.success) ?? .failure(.ENOMEM)
  }

  private func isFreeWithGuard(_ range: Range<UInt64>, in task: ProcessHandle) -> Bool {
    let areas = processes[task].addressSpace.areas
    let next = areas.index(endingAfter: range.lowerBound)
    return next == areas.list.count
      || areas.list[next].lowest >= range.upperBound
  }
}
