// What glibc's malloc needs from the kernel, as one small protocol.

/// The system calls and the memory of one process, as its C library sees them.
///
/// `MallocState` is generic over it, so that the same allocator runs on a whole `Machine` and on a test's
/// model of a kernel. Addresses and lengths are in bytes.
package protocol MallocKernel {
  /// The program break as the C library's wrappers know it (`__curbrk`); asking makes no system call.
  var currentBreak: UInt64 { get }

  /// Changes whenever a page of the process may have stopped being present and writable (unmapped, given
  /// up, swapped out, shared by fork). While it stays equal the allocator touches no page twice.
  var residencyGeneration: UInt64 { get }

  /// What the program is called (`program_invocation_short_name`).
  var programName: String { get }

  /// Whether somebody wants the events; when false, `record` is never called.
  var listensToAllocator: Bool { get }

  /// The raw brk(2) of the kernel.
  ///
  /// - Parameter address: The break asked for; 0 asks for the present one.
  /// - Returns: The break afterwards, which is not `address` when the kernel refused.
  mutating func brk(_ address: UInt64) throws(FatalSignal) -> UInt64

  /// A private anonymous mapping, readable and writable, where the kernel likes (mmap(2)).
  ///
  /// - Parameter length: A multiple of the page size.
  mutating func mmap(length: UInt64) throws(FatalSignal) -> Result<UInt64, ErrorNumber>

  /// Reserves addresses without memory: a mapping that nobody may access (mmap(2) with `PROT_NONE` and
  /// `MAP_NORESERVE`).
  ///
  /// - Parameters:
  ///   - length: A multiple of the page size.
  ///   - address: Where it should begin, if there is room; 0 for anywhere.
  mutating func reserve(
    length: UInt64, near address: UInt64, isFree: Bool
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber>

  /// Reads how many processors there are (`/sys/devices/system/cpu/online`).
  mutating func readProcessorCount() -> Int

  /// Reads how the kernel overcommits (`/proc/sys/vm/overcommit_memory`).
  mutating func readOvercommitMode()

  /// Reserves addresses for a thread's stack (mmap(2) with `MAP_STACK`).
  ///
  /// - Parameters:
  ///   - length: A multiple of the page size.
  ///   - isAccessible: whether it is readable and writable at once; else nobody may access it (`PROT_NONE`).
  mutating func mapStack(length: UInt64, isAccessible: Bool) throws(FatalSignal) -> Result<
    UInt64, ErrorNumber
  >

  /// Marks pages so that who touches them dies (madvise(2), `MADV_GUARD_INSTALL`).
  ///
  /// - Returns: `EINVAL` from kernels before 6.13, which do not know it.
  mutating func markGuard(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<Void, ErrorNumber>

  /// Takes all access from pages (mprotect(2) with `PROT_NONE`).
  mutating func denyAccess(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  >

  /// Starts a thread (clone(2)).
  ///
  /// - Parameter number: the C library's number of it.
  /// - Returns: whether there was memory for it.
  mutating func startThread(_ number: Int) -> Bool

  /// Ends a thread (exit(2)).
  mutating func endThread(_ number: Int)

  /// Learns that a thread which ended was waited for.
  mutating func forgetThread(_ number: Int)

  /// Makes reserved addresses readable and writable (mprotect(2)).
  mutating func allowAccess(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  >

  /// Removes a mapping (munmap(2)).
  mutating func munmap(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<Void, ErrorNumber>

  /// Resizes a mapping, moving it when necessary (mremap(2) with `MREMAP_MAYMOVE`).
  ///
  /// - Returns: Where it is now.
  mutating func mremap(
    _ address: UInt64, oldLength: UInt64, newLength: UInt64
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber>

  /// Gives the pages of a range back; they read as zeros from now on (madvise(2), `MADV_DONTNEED`).
  mutating func discardPages(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  >

  /// Touches every page of a range in order, as loads or stores of the process would.
  ///
  /// - Throws: The signal that the access ends the process with.
  mutating func touch(_ address: UInt64, length: UInt64, write: Bool) throws(FatalSignal)

  /// Eight random bytes (getrandom(2)); deterministic in a simulation.
  ///
  /// - Parameter atStart: whether the C library asked for them before `main` began.
  mutating func randomWord(atStart: Bool) -> UInt64

  /// Ends the process as abort(3) does, after glibc wrote `message` to standard error.
  ///
  /// - Returns: The signal, for the allocator to throw.
  mutating func abort(_ message: String) -> FatalSignal

  /// Ends the process as SIGKILL does, because the allocator would never return.
  ///
  /// - Returns: The signal, for the allocator to throw.
  mutating func killSpinning() -> FatalSignal

  /// Counts work of the allocator. Does nothing by default.
  ///
  /// - Throws: a signal that no process gets, when whoever runs the machine wants its work ended.
  func spend(_ units: Int) throws(FatalSignal)

  /// Takes a note of what the allocator just did.
  mutating func record(_ event: GlibcEvent)
}

extension MallocKernel {
  /// Does nothing.
  func spend(_ units: Int) throws(FatalSignal) {}

  /// Records an event when somebody listens; building the event costs nothing otherwise.
  @inline(__always)
  mutating func note(_ event: @autoclosure () -> GlibcEvent) {
    if listensToAllocator { record(event()) }
  }
}
