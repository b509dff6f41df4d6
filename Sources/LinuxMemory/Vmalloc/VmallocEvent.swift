// What happened in the vmalloc area, for whoever listens.

/// A step of vmalloc or ioremap.
public enum VmallocEvent: Sendable, Equatable {
  /// Pages were mapped one behind the other: bytes asked for, pages, address.
  case mapped(requested: UInt64, pages: Int, address: UInt64)
  /// Physical addresses were mapped.
  case mappedDevice(physical: UInt64, size: UInt64, address: UInt64)
  /// An area was unmapped and its pages were freed.
  case unmapped(address: UInt64, pages: Int)
  /// A request failed.
  case failed(requested: UInt64, KernelAllocationFailure)
  /// A call with an address at which no area starts.
  case misuse(VmallocMisuse)
}

/// A mistake in unmapping, or a mapping that the kernel refuses with a warning.
public enum VmallocMisuse: Error, Sendable, Equatable {
  /// "Trying to vfree() bad address": not at the start of a page.
  case unaligned(UInt64)
  /// "Trying to vfree() nonexistent vm area".
  case noArea(UInt64)
  /// "ioremap on RAM".
  case deviceIsRAM(physical: UInt64, size: UInt64)
  /// "ioremap: invalid physical address".
  case invalidPhysical(UInt64)
}
