// The program that simulated processes run: a small C program, statically linked with glibc 2.36.

/// The mappings that exec makes of a program and the pages that its start-up touches.
///
/// The sizes are those of the statically linked test program of the recordings (`ls -l`, `readelf -l`
/// and `/proc/PID/smaps_rollup` of a process that has just reached main), with the zero-initialised
/// data of a program that declares none of its own.
struct ProgramImage: Hashable, Sendable, Codable {
  /// One mapping of the program.
  struct Segment: Hashable, Sendable, Codable {
    /// Its addresses.
    var range: Range<UInt64>
    /// What may be done with it.
    var permissions: MemoryPermissions
    /// Where it begins in the file, in pages; nil for zero-initialised data.
    var fileOffset: UInt64?
    /// Whether it was writable at some time and so is charged to the commit account.
    var isAccounted: Bool
    /// How many of its first pages start-up only reads.
    var read: UInt64
    /// How many pages behind those it writes, which makes them anonymous.
    var written: UInt64
  }

  /// The mappings in ascending order.
  let segments: [Segment]
  /// The code.
  let code: Range<UInt64>
  /// The initialised data, as its segment in the file has it.
  let data: Range<UInt64>
  /// The pages at the top of the stack that start-up writes.
  var stackPages: UInt64 { 3 }
  /// How many pages the stack's mapping has at first: 128 KiB below the arguments' page.
  var stackLength: UInt64 { 33 * LinuxMemory.pageSize }

  /// Where the program ends, which is where its heap starts.
  var end: UInt64 { segments[segments.count - 1].range.upperBound }

  /// The ordinary program of an architecture.
  static func ordinary(on profile: ArchitectureProfile) -> ProgramImage { profile.isWide ? .x8664 : .i386 }

  /// The program with which the recordings of glibc's malloc were made.
  static func positionIndependent(on profile: ArchitectureProfile) -> ProgramImage {
    profile.isWide ? .positionIndependent8664 : .positionIndependentI386
  }

  /// The program for x86_64.
  static let x8664 = ProgramImage(
    segments: [
      .init(0x400000..<0x401000, [.read], 0, read: 1),
      .init(0x401000..<0x49c000, [.read, .execute], 1, read: 150),
      .init(0x49c000..<0x4c6000, [.read], 0x9c, read: 39),
      .init(0x4c6000..<0x4ca000, [.read], 0xc6, accounted: true, read: 0, written: 4),
      .init(0x4ca000..<0x4cd000, [.read, .write], 0xca, accounted: true, read: 0, written: 3),
      .init(0x4cd000..<0x4d2000, [.read, .write], nil, accounted: true, read: 0, written: 2),
    ],
    code: 0x401000..<0x49b421, data: 0x4c6598..<0x4cc2b0)

  /// A position-independent program for x86_64 where a kernel without randomisation puts it: of the size of
  /// the program with which glibc's malloc was recorded, whose heap starts at 0x55555555c000.
  static let positionIndependent8664 = ProgramImage(
    segments: [
      .init(0x5555_5555_4000..<0x5555_5555_5000, [.read], 0, read: 1),
      .init(0x5555_5555_5000..<0x5555_5555_9000, [.read, .execute], 1, read: 4),
      .init(0x5555_5555_9000..<0x5555_5555_a000, [.read], 5, read: 1),
      .init(0x5555_5555_a000..<0x5555_5555_b000, [.read], 5, accounted: true, read: 0, written: 1),
      .init(0x5555_5555_b000..<0x5555_5555_c000, [.read, .write], 6, accounted: true, read: 0, written: 1),
    ],
    code: 0x5555_5555_5000..<0x5555_5555_9000, data: 0x5555_5555_b000..<0x5555_5555_c000)

  /// The position-independent program for 32-bit x86, as a 64-bit kernel loads it (COMPAT_ELF_ET_DYN_BASE).
  static let positionIndependentI386 = ProgramImage(
    segments: [
      .init(0x5655_5000..<0x5655_6000, [.read], 0, read: 1),
      .init(0x5655_6000..<0x5655_9000, [.read, .execute], 1, read: 3),
      .init(0x5655_9000..<0x5655_a000, [.read], 4, read: 1),
      .init(0x5655_a000..<0x5655_b000, [.read], 4, accounted: true, read: 0, written: 1),
      .init(0x5655_b000..<0x5655_c000, [.read, .write], 5, accounted: true, read: 0, written: 1),
    ],
    code: 0x5655_6000..<0x5655_9000, data: 0x5655_b000..<0x5655_c000)

  /// The program for 32-bit x86.
  static let i386 = ProgramImage(
    segments: [
      .init(0x8048000..<0x8049000, [.read], 0, read: 1),
      .init(0x8049000..<0x80da000, [.read, .execute], 1, read: 128),
      .init(0x80da000..<0x8111000, [.read], 0x92, read: 35),
      .init(0x8111000..<0x8114000, [.read], 0xc8, accounted: true, read: 0, written: 3),
      .init(0x8114000..<0x8116000, [.read, .write], 0xcb, accounted: true, read: 0, written: 2),
      .init(0x8116000..<0x811b000, [.read, .write], nil, accounted: true, read: 0, written: 2),
    ],
    code: 0x8049000..<0x80da000, data: 0x8111b4c..<0x81152d8)
}

extension ProgramImage.Segment {
  fileprivate init(
    _ range: Range<UInt64>, _ permissions: MemoryPermissions, _ fileOffset: UInt64?,
    accounted: Bool = false, read: UInt64, written: UInt64 = 0
  ) {
    self.init(
      range: range, permissions: permissions, fileOffset: fileOffset, isAccounted: accounted, read: read,
      written: written)
  }
}
