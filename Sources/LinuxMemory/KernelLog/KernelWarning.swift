// The warnings that the kernel gives about its callers, and where each comes from.

/// A `WARN_ON` that a script can set off.
enum KernelWarning: CaseIterable, Sendable, Codable {
  /// An object freed to a cache that it is not of.
  case wrongCache
  /// A cache destroyed while objects are in use.
  case cacheInUse
  /// A request for more than the largest block.
  case blockTooLarge
  /// vfree of an address inside a page.
  case unalignedVfree
  /// vfree of an address where nothing is mapped.
  case vfreeOfNothing
  /// vmalloc of no bytes.
  case emptyVmalloc
  /// kvmalloc of more than an int counts.
  case kvmallocTooLarge
  /// A device mapping of RAM.
  case ioremapOfRAM
  /// A device mapping of an address that the processor does not have; it cannot be named on the 32-bit kernel.
  case ioremapBeyondProcessor
}

/// Where in the kernel's source and code a warning comes from.
struct WarningPlace: Sendable {
  /// File and line.
  let source: String
  /// Function, offset and size.
  let function: String

  init(_ source: String, _ function: String) {
    self.source = source
    self.function = function
  }
}
