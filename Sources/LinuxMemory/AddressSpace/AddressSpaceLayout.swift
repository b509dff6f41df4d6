// Where the parts of a process lie: program, heap, mappings and stack of each architecture.

/// The addresses that exec fixes for a process (the kernel's `mm_struct`: start_code, start_brk,
/// mmap_base and their kin).
public struct AddressSpaceLayout: Hashable, Sendable {
  /// The first address beyond user space.
  public let userAddressTop: UInt64
  /// The highest address that mmap gives out by itself, plus one.
  public let mappingTop: UInt64
  /// The address behind the stack.
  public let stackTop: UInt64
  /// Where the heap starts (`start_brk`).
  public let heapStart: UInt64
  /// The program's code (`start_code` to `end_code`).
  public let code: Range<UInt64>
  /// The program's initialised data (`start_data` to `end_data`).
  public let data: Range<UInt64>
  /// How page tables are built.
  public let geometry: PageTableGeometry
  /// The program that is loaded.
  let program: ProgramImage

  /// What must stay free below a stack (`stack_guard_gap`, 256 pages).
  static let stackGuardGap: UInt64 = 256 * pageSize
  /// The least distance between the stack's top and the mappings.
  private static let leastStackGap: UInt64 = 128 << 20

  /// Lays out a process.
  ///
  /// - Parameters:
  ///   - configuration: The machine; its seed shifts heap, mappings and stack by whole pages.
  ///   - process: The process, so that each gets other addresses from the same seed.
  ///   - stackLimit: RLIMIT_STACK in bytes when the program starts.
  ///   - program: The program; the ordinary one of the architecture when left out.
  init(
    configuration: MachineConfiguration, process: ProcessID, stackLimit: UInt64,
    program: ProgramImage? = nil
  ) {
    let profile = configuration.profile
    let isWide = profile.wordSize == 8
    self.program = program ?? (isWide ? .x8664 : .i386)
    geometry = isWide ? .fourLevels : .twoLevels
    userAddressTop = profile.userAddressTop
    var shift = AddressShift(seed: configuration.addressSpaceRandomization, process: process)
    let stackShift = shift.pages(upTo: isWide ? 1 << 22 : 1 << 11)
    let mappingShift = shift.pages(upTo: isWide ? 1 << 28 : 1 << 8)
    let heapShift = shift.pages(upTo: (32 << 20) >> pageShift)
    let maximumStackShift: UInt64 =
      configuration.addressSpaceRandomization == nil ? 0 : (isWide ? 1 << 22 : 1 << 11) << pageShift
    stackTop = profile.stackTop - stackShift
    let padding = Self.stackGuardGap + maximumStackShift
    let wanted = min(stackLimit, userAddressTop) + padding
    let gap = min(max(wanted, Self.leastStackGap), userAddressTop / 6 * 5)
    mappingTop = (profile.stackTop - gap - mappingShift) & ~(pageSize - 1)
    heapStart = self.program.end + heapShift
    code = self.program.code
    data = self.program.data
  }

  /// Where the search for a gap begins when there is none below ``mappingTop`` (TASK_UNMAPPED_BASE).
  var bottomUpStart: UInt64 { Machine.pageAligned(userAddressTop / 3) }

  /// The addresses that mmap may choose from.
  func mappingLimits(minimum: UInt64) -> Range<UInt64> {
    min(minimum, mappingTop)..<mappingTop
  }
}

/// Address space randomisation as a function of a seed: the same seed shifts the same process by the
/// same pages.
struct AddressShift {
  private var random: SplitMix64?

  init(seed: UInt64?, process: ProcessID) {
    random = seed.map {
      SplitMix64(seed: $0 ^ (UInt64(UInt32(bitPattern: process.rawValue)) &* SplitMix64.step))
    }
  }

  /// Bytes of a shift of fewer than `limit` pages; 0 without a seed.
  mutating func pages(upTo limit: UInt64) -> UInt64 {
    guard let word = random?.next() else { return 0 }
    return (word % limit) << pageShift
  }
}
