// The page tables of the direct map that x86_64 sets up first of all.

/// Which page tables the direct map of a machine needs, and how many of them the pages set aside in the
/// kernel image do not hold (`init_mem_mapping`, arch/x86/mm/init.c).
struct DirectMapTables {
  /// Page tables that come from early memory.
  private(set) var allocated = 0
  /// Those come from below this address.
  private(set) var top: UInt64 = 0

  /// Page tables that the image has room for (`INIT_PGT_BUF_SIZE`).
  private var room = 16
  /// The tables there are: one per 2 MiB that is mapped by 4 KiB pages, one per GiB, one per 512 GiB.
  private var tables: [Set<UInt64>] = [[], [], []]
  /// How much of the address space an entry of each level covers: 21, 30 and 39 bits.
  private static let shifts: [UInt64] = [21, 30, 39]
  private static let hugePage: UInt64 = 2 << 20
  /// The end of what the firmware's old devices occupy (`ISA_END_ADDRESS`).
  private static let legacyEnd: UInt64 = 1 << 20

  /// Maps the RAM of a machine from the top down, in steps that grow 256-fold.
  ///
  /// - Parameters:
  ///   - ram: bytes of usable memory, ascending.
  ///   - buffer: where the page tables within the image lie; they cannot be used to map themselves.
  init(ram: [Range<UInt64>], buffer: Range<UInt64>) {
    guard let end = ram.last?.upperBound else { return }
    map(0..<Self.legacyEnd, usesRoom: true)
    let alignedEnd = end & ~(Self.hugePage - 1)
    top = alignedEnd
    var last = alignedEnd
    var step = Self.hugePage
    var mapped: UInt64 = 0
    while last > Self.legacyEnd {
      let start = last > step ? Swift.max((last - 1) & ~(step - 1), Self.legacyEnd) : Self.legacyEnd
      for range in ram where range.overlaps(start..<last) {
        let part = range.clamped(to: start..<last)
        map(part, usesRoom: !part.overlaps(buffer))
        mapped += part.upperBound - part.lowerBound
      }
      last = start
      if mapped >= step { step <<= 8 }
    }
    if alignedEnd < end { map(alignedEnd..<end, usesRoom: true) }
  }

  private mutating func map(_ range: Range<UInt64>, usesRoom: Bool) {
    var wanted: [Set<UInt64>] = [[], [], []]
    for address in [range.lowerBound, range.upperBound] where address % Self.hugePage != 0 {
      wanted[0].insert(address >> Self.shifts[0])
    }
    if range.lowerBound == 0 { wanted[0].insert(0) }
    for level in 1...2 {
      let shift = Self.shifts[level]
      wanted[level] = Set(range.lowerBound >> shift...(range.upperBound - 1) >> shift)
    }
    for level in 0...2 {
      let added = wanted[level].subtracting(tables[level]).count
      tables[level].formUnion(wanted[level])
      let held = usesRoom ? Swift.min(added, room) : 0
      room -= held
      allocated += added - held
    }
  }
}
