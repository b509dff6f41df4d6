// The system calls that an allocator makes, and how many of each.

/// A call of the kernel on behalf of the allocator; addresses and lengths are in bytes.
package enum SystemCall: Equatable, Sendable {
  /// brk(address), 0 to ask; the break before and after it.
  case brk(UInt64, from: UInt64, to: UInt64)
  /// mmap of a length.
  case mmap(length: UInt64, Result<UInt64, ErrorNumber>)
  /// munmap of a range.
  case munmap(UInt64, length: UInt64, ErrorNumber?)
  /// mremap of a range with `MREMAP_MAYMOVE`.
  case mremap(UInt64, oldLength: UInt64, newLength: UInt64, Result<UInt64, ErrorNumber>)
  /// madvise of a range, with the number of the advice.
  case madvise(UInt64, length: UInt64, advice: Int32, ErrorNumber?)
  /// mprotect of a range, which makes it readable and writable, or takes all access away.
  case mprotect(UInt64, length: UInt64, isAccessible: Bool, ErrorNumber?)
  /// clone, which starts a thread.
  case clone
  /// exit of a thread.
  case exit
  /// open, read and close of a file.
  case readFile(String)
  /// getrandom of eight bytes.
  case getrandom
  /// The text that glibc wrote to standard error before it aborted.
  case abort(String)
}

/// How often an allocator called its kernel.
public struct SystemCallCounts: Equatable, Sendable {
  /// brk(2), asking for the break included.
  public internal(set) var brk = 0
  /// mmap(2).
  public internal(set) var mmap = 0
  /// munmap(2).
  public internal(set) var munmap = 0
  /// mremap(2).
  public internal(set) var mremap = 0
  /// madvise(2).
  public internal(set) var madvise = 0
  /// mprotect(2).
  public internal(set) var mprotect = 0

  /// No calls.
  public init() {}

  /// All together.
  public var total: Int { brk + mmap + munmap + mremap + madvise + mprotect }
}
