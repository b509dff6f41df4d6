// A small kernel for the allocator's tests: one process with its break and its mappings.

@testable import LinuxMemory

/// A kernel below malloc that knows which addresses exist, and nothing of the pages behind them.
struct ModelKernel: MallocKernel {
  static let pageSize: UInt64 = 4096
  static let userAddressTop: UInt64 = 0x7fff_ffff_f000
  /// More than this in one request is refused.
  static let commitCeiling: UInt64 = 1 << 35

  let initialBreak: UInt64
  let mappingTop: UInt64
  private(set) var currentBreak: UInt64
  private(set) var residencyGeneration: UInt64 = 1
  /// Mappings by address, without overlap.
  private var mappings: [(start: UInt64, length: UInt64, isAccessible: Bool)] = []
  let listensToAllocator = false

  init(initialBreak: UInt64 = 0x5555_5555_c000, mappingTop: UInt64 = 0x7fff_f740_0000) {
    self.initialBreak = initialBreak
    self.mappingTop = mappingTop
    currentBreak = initialBreak
  }

  mutating func record(_ event: GlibcEvent) {}

  let programName = "model"

  mutating func randomWord(atStart: Bool) -> UInt64 { 0x5eed_ca11_ab1e_0b1d }

  mutating func abort(_ message: String) -> FatalSignal {
    FatalSignal(process: ProcessID(1), signal: 6, message: message)
  }

  mutating func killSpinning() -> FatalSignal { FatalSignal(process: ProcessID(1), signal: 9) }

  // MARK: The break

  /// As in Linux, the break stays a page away from the next mapping.
  mutating func brk(_ address: UInt64) -> UInt64 {
    guard address >= initialBreak else { return currentBreak }
    let oldEnd = pageUp(currentBreak)
    let newEnd = pageUp(address)
    if newEnd > oldEnd {
      let limit = newEnd + Self.pageSize
      guard newEnd - oldEnd <= Self.commitCeiling,
        !mappings.contains(where: { $0.start < limit && $0.start >= oldEnd })
      else { return currentBreak }
    } else if newEnd < oldEnd {
      residencyGeneration += 1
    }
    currentBreak = address
    return currentBreak
  }

  // MARK: Mappings

  mutating func mmap(length: UInt64) -> Result<UInt64, ErrorNumber> {
    guard length <= Self.commitCeiling else { return .failure(.ENOMEM) }
    return map(length, isAccessible: true)
  }

  mutating func reserve(length: UInt64, near address: UInt64, isFree: Bool) -> Result<UInt64, ErrorNumber> {
    map(length, isAccessible: false)
  }

  mutating func mapStack(length: UInt64, isAccessible: Bool) -> Result<UInt64, ErrorNumber> {
    map(length, isAccessible: isAccessible)
  }

  mutating func markGuard(_ address: UInt64, length: UInt64) -> Result<Void, ErrorNumber> { .success(()) }

  mutating func denyAccess(_ address: UInt64, length: UInt64) -> Result<Void, ErrorNumber> { .success(()) }

  mutating func startThread(_ number: Int) -> Bool { true }

  mutating func endThread(_ number: Int) {}

  mutating func forgetThread(_ number: Int) {}

  mutating func readProcessorCount() -> Int { 2 }

  mutating func readOvercommitMode() {}

  private mutating func map(_ length: UInt64, isAccessible: Bool) -> Result<UInt64, ErrorNumber> {
    guard let start = hole(for: length) else { return .failure(.ENOMEM) }
    insert(start, length, isAccessible: isAccessible)
    return .success(start)
  }

  /// The highest hole that a length fits into.
  private func hole(for length: UInt64) -> UInt64? {
    var end = mappingTop
    for mapping in mappings.reversed() {
      let low = mapping.start + mapping.length
      if end >= low, end - low >= length { break }
      end = mapping.start
    }
    guard end >= length, end - length > pageUp(currentBreak) else { return nil }
    return end - length
  }

  private mutating func insert(_ start: UInt64, _ length: UInt64, isAccessible: Bool = true) {
    let index = mappings.firstIndex { $0.start > start } ?? mappings.count
    mappings.insert((start, length, isAccessible), at: index)
  }

  /// Maps a page without permissions that the break cannot pass.
  mutating func addObstacle(at address: UInt64) {
    insert(address & ~(Self.pageSize - 1), Self.pageSize, isAccessible: false)
  }

  mutating func allowAccess(_ address: UInt64, length: UInt64) -> Result<Void, ErrorNumber> {
    remove(address, length)
    insert(address, length)
    return .success(())
  }

  mutating func munmap(_ address: UInt64, length: UInt64) -> Result<Void, ErrorNumber> {
    let isPossible =
      (address | length) & (Self.pageSize - 1) == 0 && length != 0 && address < Self.userAddressTop
      && length <= Self.userAddressTop - address
    guard isPossible else { return .failure(.EINVAL) }
    remove(address, length)
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
    residencyGeneration += 1
  }

  mutating func mremap(
    _ address: UInt64, oldLength: UInt64, newLength: UInt64
  ) -> Result<UInt64, ErrorNumber> {
    guard newLength != 0, newLength <= Self.commitCeiling, isMapped(address) else { return .failure(.EFAULT) }
    if newLength <= oldLength {
      if newLength < oldLength { remove(address + newLength, oldLength - newLength) }
      return .success(address)
    }
    guard let target = hole(for: newLength) else { return .failure(.ENOMEM) }
    remove(address, oldLength)
    insert(target, newLength)
    return .success(target)
  }

  // MARK: Pages

  mutating func discardPages(_ address: UInt64, length: UInt64) -> Result<Void, ErrorNumber> {
    residencyGeneration += 1
    return .success(())
  }

  mutating func touch(_ address: UInt64, length: UInt64, write: Bool) throws(FatalSignal) {
    guard length > 0 else { return }
    let last = address.addingReportingOverflow(length - 1)
    guard !last.overflow else { throw segmentationFault }
    for number in address >> 12...last.partialValue >> 12 {
      guard isMapped(number << 12) else { throw segmentationFault }
    }
  }

  private var segmentationFault: FatalSignal { FatalSignal(process: ProcessID(1), signal: 11) }

  private func isMapped(_ address: UInt64) -> Bool {
    // The program's data ends where the heap begins.
    if address >= initialBreak - Self.pageSize, address < pageUp(currentBreak) { return true }
    return mappings.contains { address >= $0.start && address - $0.start < $0.length && $0.isAccessible }
  }

  private func pageUp(_ address: UInt64) -> UInt64 { (address + Self.pageSize - 1) & ~(Self.pageSize - 1) }
}
