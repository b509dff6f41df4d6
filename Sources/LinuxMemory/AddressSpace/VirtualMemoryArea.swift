// One mapping of an address space.

/// What lies behind the pages of a mapping.
public enum AreaBacking: Hashable, Sendable, Codable {
  /// Zero-filled memory of the process's own.
  case anonymous
  /// The program that the process runs, mapped privately.
  case program
  /// A mapping that the kernel itself makes in every process, with the name it has in the maps.
  case special(name: String)
  /// Memory that processes share (MAP_SHARED with MAP_ANONYMOUS), by the number of the object.
  case sharedMemory(Int)
  /// A file of the machine; a private mapping copies the pages that are written.
  case file(FileIdentifier)
}

/// A range of addresses with the same backing and rights (the kernel's `vm_area_struct`).
public struct VirtualMemoryArea: Hashable, Sendable, Codable {
  /// Properties beyond the permissions (the kernel's `VM_` flags that matter here).
  public struct Flags: OptionSet, Hashable, Sendable, Codable {
    /// The bits; they have no meaning outside the simulation.
    public let rawValue: UInt16

    /// Makes flags from bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Its pages stay in memory (VM_LOCKED).
    public static let locked = Flags(rawValue: 1)
    /// Its pages are locked when they are first touched, not before (VM_LOCKONFAULT).
    public static let lockOnFault = Flags(rawValue: 2)
    /// It grows downwards when the process touches what lies below (VM_GROWSDOWN).
    public static let growsDown = Flags(rawValue: 4)
    /// It is charged to the commit account (VM_ACCOUNT).
    public static let accounted = Flags(rawValue: 8)
    /// It was asked for without a charge (VM_NORESERVE).
    public static let noReserve = Flags(rawValue: 16)
    /// madvise asked for huge pages (VM_HUGEPAGE).
    public static let hugePages = Flags(rawValue: 32)
    /// madvise refused huge pages (VM_NOHUGEPAGE).
    public static let noHugePages = Flags(rawValue: 64)
    /// Other processes see its changes (VM_SHARED).
    public static let shared = Flags(rawValue: 128)
    /// fork leaves it out (VM_DONTCOPY).
    public static let notInherited = Flags(rawValue: 256)
    /// exec made it for the stack, which leaves it without the mark of changed memory (VM_SOFTDIRTY) that
    /// every other mapping gets.
    public static let initialStack = Flags(rawValue: 512)
    /// madvise said that it is read in order (VM_SEQ_READ).
    public static let sequentialRead = Flags(rawValue: 1024)
    /// madvise said that it is read in no order (VM_RAND_READ).
    public static let randomRead = Flags(rawValue: 2048)
    /// fork gives the child zeros instead of its pages (VM_WIPEONFORK).
    public static let wipedOnFork = Flags(rawValue: 4096)
    /// A core dump leaves it out (VM_DONTDUMP).
    public static let notDumped = Flags(rawValue: 8192)
    /// Pages of the same content may become one (VM_MERGEABLE).
    public static let mergeable = Flags(rawValue: 16384)
  }

  /// The first address.
  public internal(set) var start: UInt64
  /// The address behind the last.
  public internal(set) var end: UInt64
  /// What the process may do with it.
  public internal(set) var permissions: MemoryPermissions
  /// Its other properties.
  public internal(set) var flags: Flags
  /// What lies behind it.
  public internal(set) var backing: AreaBacking
  /// Its start in units of pages within what backs it (`vm_pgoff`): the virtual page number of its
  /// first place for anonymous memory.
  public internal(set) var pageOffset: UInt64
  /// Which areas were the same one when their first page came (the kernel's `anon_vma`); 0 before that.
  var anonymousGroup: UInt32 = 0
  /// Whether it came from fork with pages in it, which keeps new mappings from merging with it.
  var isInherited = false

  /// The length in bytes.
  public var length: UInt64 { end - start }
  /// The length in pages.
  public var pageCount: Int { Int(length >> pageShift) }
  /// The numbers of its virtual pages.
  public var pages: Range<UInt64> { start >> pageShift..<end >> pageShift }
  /// Whether its pages are the process's own (written pages count as anonymous memory).
  public var isPrivate: Bool { !flags.contains(.shared) }
  /// Whether the kernel made it and refuses to lock, move or merge it.
  public var isSpecial: Bool {
    if case .special = backing { return true }
    return false
  }

  /// Whether it is the kernel's clock data, which no process may lock, dump, drop or make writable (VM_PFNMAP).
  public var isClockData: Bool { backing == .special(name: "vvar") }

  /// Makes a mapping.
  init(
    start: UInt64, end: UInt64, permissions: MemoryPermissions, flags: Flags = [],
    backing: AreaBacking = .anonymous, pageOffset: UInt64? = nil
  ) {
    self.start = start
    self.end = end
    self.permissions = permissions
    self.flags = flags
    self.backing = backing
    self.pageOffset = pageOffset ?? start >> pageShift
  }

  /// The part of it that lies between two addresses, which must lie in it.
  func part(_ lower: UInt64, _ upper: UInt64) -> VirtualMemoryArea {
    var part = self
    part.start = lower
    part.end = upper
    part.pageOffset += (lower - start) >> pageShift
    return part
  }

  /// Whether another area could be a part of this one if it lay right behind it, apart from the
  /// history of their pages.
  func isContinued(by next: VirtualMemoryArea) -> Bool {
    end == next.start && permissions == next.permissions
      && flags.subtracting(.initialStack) == next.flags.subtracting(.initialStack)
      && backing == next.backing && !isSpecial
      && pageOffset + UInt64(pageCount) == next.pageOffset
  }

  /// Whether an area with the given history of pages may become a part of this one
  /// (`is_mergeable_anon_vma`).
  func accepts(group: UInt32) -> Bool {
    if group == 0 || anonymousGroup == 0, anonymousGroup != 0, !isInherited { return true }
    return group == anonymousGroup
  }
}
