// What system calls did to an address space.

/// A change to a process's address space; addresses and lengths are in bytes.
public enum AddressSpaceEvent: Equatable, Sendable {
  /// brk moved the program break.
  case breakMoved(process: ProcessID, from: UInt64, to: UInt64)
  /// mmap made a mapping.
  case mapped(process: ProcessID, address: UInt64, length: UInt64)
  /// munmap took mappings away: as many resident pages left the process, and so many of them came free.
  case unmapped(process: ProcessID, address: UInt64, length: UInt64, leftPages: Int, freedPages: Int)
  /// mremap changed the size of a mapping or moved it.
  case remapped(
    process: ProcessID, oldAddress: UInt64, oldLength: UInt64, address: UInt64, length: UInt64)
  /// mprotect changed what may be done with a range.
  case protectionChanged(
    process: ProcessID, address: UInt64, length: UInt64, permissions: MemoryPermissions)
  /// A lock was set or taken from a range; the address 0 stands for all mappings.
  case lockChanged(process: ProcessID, address: UInt64, length: UInt64, isLocked: Bool)
  /// madvise gave pages back: as many resident pages left the process, and so many of them came free.
  case discarded(process: ProcessID, address: UInt64, length: UInt64, leftPages: Int, freedPages: Int)
  /// The stack grew downwards to take in an access.
  case stackGrew(process: ProcessID, from: UInt64, to: UInt64)
  /// The kernel refused a request.
  case refused(process: ProcessID, call: String, error: ErrorNumber)
}
