// A small kernel for the allocator's tests: one process, its break, its mappings, its pages.

@testable import LinuxMemory

/// What became of a page.
enum ModelPage: UInt8 {
  case zeroPage = 1
  case present = 2
}

/// The kernel below malloc in the way the recordings were made: address randomisation and huge pages off,
/// and the area for mappings without holes, its upper end aligned to 2 MiB.
struct ModelKernel: MallocKernel {
  static let pageSize: UInt64 = 4096
  static let hugePageSize: UInt64 = 2 << 20
  static let userAddressTop: UInt64 = 0x7fff_ffff_f000

  let initialBreak: UInt64
  let mappingTop: UInt64
  /// Whether lengths that are a multiple of 2 MiB are aligned to it (kernels since 6.7).
  var alignsHugeMappings = true
  /// More than this in one request is refused (overcommit_memory=0).
  var commitCeiling: UInt64 = 1 << 35
  var addressSpaceLimit = UInt64.max
  var dataLimit = UInt64.max

  private(set) var currentBreak: UInt64
  private(set) var residencyGeneration: UInt64 = 1
  private(set) var faults = 0
  private(set) var pages: [UInt64: ModelPage] = [:]
  /// Mappings by address, without overlap.
  private(set) var mappings: [(start: UInt64, length: UInt64, isAccessible: Bool)] = []
  /// The system calls since the last `takeLog`, in the recordings' notation.
  private(set) var log: [String] = []
  var listensToAllocator = false
  var events: [GlibcEvent] = []

  init(initialBreak: UInt64 = 0x5555_5555_c000, mappingTop: UInt64 = 0x7fff_f740_0000) {
    self.initialBreak = initialBreak
    self.mappingTop = mappingTop
    currentBreak = initialBreak
  }

  mutating func takeLog() -> [String] {
    defer { log = [] }
    return log
  }

  mutating func record(_ event: GlibcEvent) { events.append(event) }

  mutating func takeEvents() -> [GlibcEvent] {
    defer { events = [] }
    return events
  }

  mutating func randomWord() -> UInt64 {
    log.append("getrandom")
    return 0x5eed_ca11_ab1e_0b1d
  }

  mutating func abort(_ message: String) -> FatalSignal {
    log.append("abort=\"\(message)\"")
    return FatalSignal(process: ProcessID(1), signal: 6, message: message)
  }

  mutating func killSpinning() -> FatalSignal { FatalSignal(process: ProcessID(1), signal: 9) }

  // MARK: The break

  mutating func brk(_ address: UInt64) -> UInt64 {
    guard address != 0 else {
      log.append("brk0")
      return currentBreak
    }
    let grows = address >= currentBreak
    let change = grows ? address - currentBreak : currentBreak - address
    let isRefused = !moveBreak(to: address)
    log.append("brk\(grows ? "+" : "-")\(hex(change))\(isRefused ? "!" : "")")
    return currentBreak
  }

  /// As in Linux, the break stays a page away from the next mapping.
  private mutating func moveBreak(to address: UInt64) -> Bool {
    guard address >= initialBreak else { return address == currentBreak }
    let oldEnd = pageUp(currentBreak)
    let newEnd = pageUp(address)
    if newEnd > oldEnd {
      guard mayMap(newEnd - oldEnd),
        !mappings.contains(where: { $0.start < newEnd + Self.pageSize && $0.start >= oldEnd })
      else { return false }
    } else if newEnd < oldEnd {
      drop(newEnd, oldEnd - newEnd)
    }
    currentBreak = address
    return true
  }

  // MARK: Mappings

  var heapBytes: UInt64 { pageUp(currentBreak) - initialBreak }
  var mappedBytes: UInt64 { mappings.reduce(0) { $0 + $1.length } }
  var dataBytes: UInt64 { heapBytes + mappings.reduce(0) { $0 + ($1.isAccessible ? $1.length : 0) } }

  private func mayMap(_ length: UInt64) -> Bool {
    guard length <= commitCeiling else { return false }
    return heapBytes + mappedBytes + length <= addressSpaceLimit && dataBytes + length <= dataLimit
  }

  mutating func mmap(length: UInt64) -> Result<UInt64, Errno> {
    guard mayMap(length), let start = hole(for: length) else {
      log.append("mmap:\(hex(length))!12")
      return .failure(.ENOMEM)
    }
    insert(start, length)
    log.append("mmap:\(hex(length))@\(place(start))")
    return .success(start)
  }

  /// The highest hole that a length fits into.
  private func hole(for length: UInt64) -> UInt64? {
    let isHuge = alignsHugeMappings && length.isMultiple(of: Self.hugePageSize) && length > 0
    let needed = isHuge ? length + Self.hugePageSize : length
    var end = mappingTop
    for mapping in mappings.reversed() {
      let low = mapping.start + mapping.length
      if end >= low, end - low >= needed { break }
      end = mapping.start
    }
    guard end >= needed, end - needed > pageUp(currentBreak) else { return nil }
    let start = end - length
    return isHuge ? start & ~(Self.hugePageSize - 1) : start
  }

  private mutating func insert(_ start: UInt64, _ length: UInt64, isAccessible: Bool = true) {
    let index = mappings.firstIndex { $0.start > start } ?? mappings.count
    mappings.insert((start, length, isAccessible), at: index)
  }

  /// Maps a page without permissions where the caller says.
  ///
  /// - Returns: 0 or the negative error number.
  mutating func addObstacle(at address: UInt64) -> Int {
    let start = address & ~(Self.pageSize - 1)
    if heapBytes + mappedBytes + Self.pageSize > addressSpaceLimit { return -12 }
    if isMapped(start) || mappings.contains(where: { $0.start == start }) { return -17 }
    insert(start, Self.pageSize, isAccessible: false)
    return 0
  }

  mutating func reserve(length: UInt64) -> Result<UInt64, Errno> {
    guard heapBytes + mappedBytes + length <= addressSpaceLimit, let start = hole(for: length) else {
      log.append("mmap:\(hex(length))!12")
      return .failure(.ENOMEM)
    }
    insert(start, length, isAccessible: false)
    log.append("mmap:\(hex(length))@\(place(start))")
    return .success(start)
  }

  mutating func allowAccess(_ address: UInt64, length: UInt64) -> Result<Void, Errno> {
    log.append("sys10")
    guard dataBytes + length <= dataLimit else { return .failure(.ENOMEM) }
    remove(address, length)
    insert(address, length)
    return .success(())
  }

  mutating func munmap(_ address: UInt64, length: UInt64) -> Result<Void, Errno> {
    let isPossible =
      (address | length) & (Self.pageSize - 1) == 0 && length != 0 && address < Self.userAddressTop
      && length <= Self.userAddressTop - address
    guard isPossible else {
      log.append("munmap:\(hex(length))@\(place(address))!22")
      return .failure(.EINVAL)
    }
    remove(address, length)
    log.append("munmap:\(hex(length))@\(place(address))")
    return .success(())
  }

  /// Removes a range of mappings, which may be parts of them.
  private mutating func remove(_ start: UInt64, _ length: UInt64) {
    let end = start + length
    let touched = mappings.filter { $0.start < end && $0.start + $0.length > start }
    mappings.removeAll { $0.start < end && $0.start + $0.length > start }
    for mapping in touched {
      let isAccessible = mapping.isAccessible
      if mapping.start < start { insert(mapping.start, start - mapping.start, isAccessible: isAccessible) }
      if mapping.start + mapping.length > end {
        insert(end, mapping.start + mapping.length - end, isAccessible: isAccessible)
      }
    }
    drop(start, length)
  }

  mutating func mremap(
    _ address: UInt64, oldLength: UInt64, newLength: UInt64
  ) -> Result<UInt64, Errno> {
    let call = "mremap:\(hex(oldLength))>\(hex(newLength))@\(place(address))"
    if let error = remapError(address, oldLength, newLength) {
      log.append("\(call)!\(error.rawValue)")
      return .failure(error)
    }
    guard newLength > oldLength else {
      remove(address + newLength, oldLength - newLength)
      log.append("\(call)>\(place(address))")
      return .success(address)
    }
    let growth = newLength - oldLength
    let end = address + oldLength
    let limit = mappings.first { $0.start + $0.length > end }?.start ?? mappingTop
    if mayMap(growth), limit >= end, limit - end >= growth {
      let start = mappings.last { $0.start <= address }?.start ?? address
      mappings.removeAll { $0.start == start }
      insert(start, end + growth - start)
      log.append("\(call)>\(place(address))")
      return .success(address)
    }
    guard mayMap(growth), newLength <= commitCeiling, let target = hole(for: newLength) else {
      log.append("\(call)!12")
      return .failure(.ENOMEM)
    }
    let moved = takePages(address, oldLength)
    remove(address, oldLength)
    insert(target, newLength)
    for (offset, page) in moved { pages[(target >> 12) + offset] = page }
    log.append("\(call)>\(place(target))")
    return .success(target)
  }

  /// What mremap(2) says before it looks for room: lengths that make no sense, and ranges that are not one
  /// mapping.
  private func remapError(_ address: UInt64, _ oldLength: UInt64, _ newLength: UInt64) -> Errno? {
    if newLength == 0 || address & (Self.pageSize - 1) != 0 { return .EINVAL }
    let end = address.addingReportingOverflow(max(oldLength, 1))
    let mapping = mappings.last { $0.start <= address }
    guard !end.overflow, let mapping, address - mapping.start < mapping.length,
      newLength < oldLength || end.partialValue <= mapping.start + mapping.length
    else { return .EFAULT }
    return nil
  }

  // MARK: Pages

  mutating func discardPages(_ address: UInt64, length: UInt64) -> Result<Void, Errno> {
    drop(address, length)
    log.append("madv:\(hex(length))@\(place(address)):4")
    return .success(())
  }

  private mutating func drop(_ start: UInt64, _ length: UInt64) {
    _ = takePages(start, length)
    residencyGeneration += 1
  }

  private mutating func takePages(_ start: UInt64, _ length: UInt64) -> [(UInt64, ModelPage)] {
    let first = start >> 12
    let count = length >> 12
    var taken: [(UInt64, ModelPage)] = []
    if count > UInt64(pages.count) {
      for (number, page) in pages where number >= first && number - first < count {
        taken.append((number - first, page))
      }
      for (offset, _) in taken { pages[first + offset] = nil }
    } else {
      for offset in 0..<count {
        if let page = pages.removeValue(forKey: first + offset) { taken.append((offset, page)) }
      }
    }
    return taken
  }

  mutating func touch(_ address: UInt64, length: UInt64, write: Bool) throws(FatalSignal) {
    guard length > 0 else { return }
    let last = address.addingReportingOverflow(length - 1)
    guard !last.overflow else { throw segmentationFault }
    for number in address >> 12...last.partialValue >> 12 {
      guard isMapped(number << 12) else { throw segmentationFault }
      switch pages[number] {
      case .present: break
      case .zeroPage:
        guard write else { break }
        pages[number] = .present
        faults += 1
      case nil:
        pages[number] = write ? .present : .zeroPage
        faults += 1
      }
    }
  }

  private var segmentationFault: FatalSignal { FatalSignal(process: ProcessID(1), signal: 11) }

  private func isMapped(_ address: UInt64) -> Bool {
    // The program's data ends where the heap begins.
    if address >= initialBreak - Self.pageSize, address < pageUp(currentBreak) { return true }
    var low = 0
    var high = mappings.count
    while low < high {
      let middle = (low + high) / 2
      if mappings[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return false }
    let mapping = mappings[low - 1]
    return address - mapping.start < mapping.length && mapping.isAccessible
  }

  // MARK: Notation

  func hex(_ value: UInt64) -> String { String(value, radix: 16) }

  private func pageUp(_ address: UInt64) -> UInt64 { (address + Self.pageSize - 1) & ~(Self.pageSize - 1) }

  /// An address as the recordings write it: relative to the initial break or to the top of the mappings.
  func place(_ address: UInt64) -> String {
    if address >= initialBreak, address - initialBreak < 1 << 42 { return "h" + hex(address - initialBreak) }
    return address <= mappingTop ? "M" + hex(mappingTop - address) : "?"
  }
}
