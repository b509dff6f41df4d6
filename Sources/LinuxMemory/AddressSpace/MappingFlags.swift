// The flags of mmap(2) and mremap(2).

/// What kind of mapping mmap(2) is asked for, with Linux's values (x86).
public struct MappingFlags: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt32

  /// Makes flags from bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Changes are seen by the processes that share the mapping (MAP_SHARED).
  public static let shared = MappingFlags(rawValue: 0x01)
  /// Changes are the process's own (MAP_PRIVATE).
  public static let `private` = MappingFlags(rawValue: 0x02)
  /// Exactly at the address, in place of what is there (MAP_FIXED).
  public static let fixed = MappingFlags(rawValue: 0x10)
  /// Zero-filled memory without a file (MAP_ANONYMOUS).
  public static let anonymous = MappingFlags(rawValue: 0x20)
  /// Below 2 GiB (MAP_32BIT).
  public static let below2GiB = MappingFlags(rawValue: 0x40)
  /// Grows downwards like a stack (MAP_GROWSDOWN).
  public static let growsDown = MappingFlags(rawValue: 0x100)
  /// Locked like mlock (MAP_LOCKED).
  public static let locked = MappingFlags(rawValue: 0x2000)
  /// Not charged to the commit account (MAP_NORESERVE).
  public static let noReserve = MappingFlags(rawValue: 0x4000)
  /// All pages at once (MAP_POPULATE).
  public static let populate = MappingFlags(rawValue: 0x8000)
  /// Populate only what needs no reading (MAP_NONBLOCK).
  public static let nonBlocking = MappingFlags(rawValue: 0x10000)
  /// For a stack; without effect (MAP_STACK).
  public static let stack = MappingFlags(rawValue: 0x20000)
  /// Of pages reserved with hugetlbfs (MAP_HUGETLB).
  public static let hugeTLB = MappingFlags(rawValue: 0x40000)
  /// Exactly at the address, and only if nothing is there (MAP_FIXED_NOREPLACE).
  public static let fixedNoReplace = MappingFlags(rawValue: 0x100000)

  /// The bits that say whether a mapping is shared or private (MAP_TYPE).
  static let typeMask = MappingFlags(rawValue: 0x0f)

  /// The flags that the machine does not model, with their C names.
  private static let unmodelled: [(flag: MappingFlags, name: String)] = [
    (.hugeTLB, "MAP_HUGETLB")
  ]

  /// The C name of the first flag in the set that is not modelled. A caller that wants to tell its user asks this before
  /// it calls mmap.
  public var unmodelledName: String? { Self.unmodelled.first { contains($0.flag) }?.name }
}

/// How mremap(2) may change a mapping, with Linux's values.
public struct RemapFlags: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt32

  /// Makes flags from bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// It may move when it cannot grow in place (MREMAP_MAYMOVE).
  public static let mayMove = RemapFlags(rawValue: 1)
  /// It must move to the given address (MREMAP_FIXED).
  public static let fixed = RemapFlags(rawValue: 2)
  /// The old range stays mapped, empty (MREMAP_DONTUNMAP).
  public static let keepOld = RemapFlags(rawValue: 4)
}
