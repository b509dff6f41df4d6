// Where the parts of a process lie: program, heap, mappings and stack of each architecture.

/// The addresses that exec fixes for a process (the kernel's `mm_struct`: start_code, start_brk,
/// mmap_base and their kin).
package struct AddressSpaceLayout: Hashable, Sendable, Codable {
  /// The first address beyond user space.
  package let userAddressTop: UInt64
  /// The highest address that mmap gives out by itself, plus one.
  package private(set) var mappingTop: UInt64
  /// The address behind the stack.
  package private(set) var stackTop: UInt64
  /// Where the kernel's own mappings start that every process has: four pages of vvar and two of vdso behind them.
  package private(set) var specialStart: UInt64
  /// Where the heap starts (`start_brk`).
  package private(set) var heapStart: UInt64
  /// The program's code (`start_code` to `end_code`).
  package private(set) var code: Range<UInt64>
  /// The program's initialised data (`start_data` to `end_data`).
  package private(set) var data: Range<UInt64>
  /// How page tables are built.
  package let geometry: PageTableGeometry
  /// The program that is loaded.
  let program: ProgramImage
  /// By how many bytes the stack pointer starts lower than it must.
  let stackPointerShift: UInt64

  /// What must stay free below a stack (`stack_guard_gap`, 256 pages).
  static let stackGuardGap: UInt64 = 256 * pageSize
  /// How much vvar and vdso take together.
  static let specialLength: UInt64 = 6 * pageSize
  /// The least distance between the stack's top and the mappings.
  private static let leastStackGap: UInt64 = 128 << 20

  /// Lays out a process.
  ///
  /// - Parameters:
  ///   - profile: The architecture.
  ///   - seed: Shifts heap, mappings and stack; nil leaves them where they are.
  ///   - process: The process, so that each gets other addresses from the same seed.
  ///   - stackLimit: RLIMIT_STACK in bytes when the program starts.
  ///   - program: The program; the ordinary one of the architecture when left out.
  init(
    profile: ArchitectureProfile, seed: UInt64?, process: ProcessID, stackLimit: UInt64,
    program: ProgramImage? = nil
  ) {
    self.program = program ?? .ordinary(on: profile)
    geometry = PageTableGeometry(levels: profile.pageTableLevels)
    userAddressTop = profile.userAddressTop
    var shift = AddressShift(seed: seed, process: process)
    let random = profile.randomShifts
    stackTop = profile.stackTop - shift.pages(upTo: random.stackPages + 1) - shift.pages(upTo: 2)
    let mappingShift = shift.pages(upTo: random.mappingPages)
    let padding = Self.stackGuardGap + (shift.isOn ? random.stackPages << pageShift : 0)
    let wanted = min(stackLimit, userAddressTop) + padding
    let gap = min(max(wanted, Self.leastStackGap), userAddressTop / 6 * 5)
    mappingTop = (profile.stackTop - gap - mappingShift) & ~(pageSize - 1)
    heapStart = self.program.end + shift.pages(upTo: random.heapBytes >> pageShift)
    specialStart = Self.specialStart(
      stackTop: stackTop, mappingTop: mappingTop, userAddressTop: userAddressTop,
      isAboveStack: profile.placesSpecialAboveStack, &shift)
    stackPointerShift = shift.bytes(upTo: 8192)
    code = self.program.code
    data = self.program.data
  }

  /// Where vvar goes: on x86_64 somewhere between the stack and the next bound of 2 MiB that has room for both
  /// (`vdso_addr`, arch/x86/entry/vdso/vma.c), where there is none and on i386 at the top of the mappings.
  private static func specialStart(
    stackTop: UInt64, mappingTop: UInt64, userAddressTop: UInt64, isAboveStack: Bool,
    _ shift: inout AddressShift
  ) -> UInt64 {
    let bound: UInt64 = 2 << 20
    let end = min((stackTop + specialLength + bound - 1) & ~(bound - 1), userAddressTop)
    let last = end - specialLength
    guard isAboveStack, last >= stackTop else { return mappingTop - specialLength }
    return stackTop + shift.pages(upTo: ((last - stackTop) >> pageShift) + 1)
  }

  /// The layout of a program that was found in memory: the addresses are those that it has there.
  func found(
    heapStart: UInt64, stackTop: UInt64, mappingTop: UInt64, specialStart: UInt64, code: Range<UInt64>,
    data: Range<UInt64>
  ) -> AddressSpaceLayout {
    var layout = self
    layout.heapStart = heapStart
    layout.stackTop = stackTop
    layout.mappingTop = mappingTop
    layout.specialStart = specialStart
    layout.code = code
    layout.data = data
    return layout
  }

  /// Where the search for a gap begins when there is none below ``mappingTop`` (TASK_UNMAPPED_BASE).
  var bottomUpStart: UInt64 { (userAddressTop / 3).roundedUpToPage }

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

  /// Whether addresses are shifted at all.
  var isOn: Bool { random != nil }

  /// A shift of fewer than so many bytes; 0 without a seed.
  mutating func bytes(upTo limit: UInt64) -> UInt64 { (random?.next() ?? 0) % limit }

  /// Bytes of a shift of fewer than `limit` pages; 0 without a seed.
  mutating func pages(upTo limit: UInt64) -> UInt64 {
    bytes(upTo: limit) << pageShift
  }
}
