// What a page-table entry says about a page.

/// The state of a virtual page that has a page-table entry.
package struct PageMapping: Hashable, Sendable, Codable {
  /// What the entry points to.
  package enum Target: Hashable, Sendable, Codable {
    /// Memory of the process's own (anonymous memory).
    case anonymous(FrameNumber)
    /// Memory of an object that processes share.
    case shared(FrameNumber)
    /// The kernel's page of zeros, or its huge page of zeros.
    case zeroPage
    /// A page of the file behind the mapping, which knows its frame: the program's, or one that was mapped.
    case program
    /// A slot of a swap area.
    case swapped(SwapSlot)
  }

  /// Properties of an entry.
  package struct Flags: OptionSet, Hashable, Sendable, Codable {
    /// The bits; they have no meaning outside the simulation.
    package let rawValue: UInt8

    /// Makes flags from bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A write needs no fault, if the area allows it. Pages that fork shared lack this.
    package static let writable = Flags(rawValue: 1)
    /// The entry maps a whole huge page: extents begin and end at huge-page boundaries.
    package static let huge = Flags(rawValue: 2)
    /// madvise(MADV_FREE) allowed the kernel to drop the page instead of swapping it out.
    package static let lazilyFree = Flags(rawValue: 4)
    /// The process wrote to the page of a shared object through this entry.
    package static let dirty = Flags(rawValue: 8)
    /// The file behind the mapping is one of a tmpfs, whose pages count as shared memory.
    package static let temporary = Flags(rawValue: 16)
  }

  /// What the entry points to.
  package var target: Target
  /// Its properties.
  package var flags: Flags

  /// Makes an entry.
  package init(_ target: Target, _ flags: Flags = []) {
    self.target = target
    self.flags = flags
  }

  /// Whether the page can be read without a fault.
  package var isPresent: Bool {
    if case .swapped = target { return false }
    return true
  }

  /// Whether it is a huge page.
  package var isHuge: Bool { flags.contains(.huge) }
  /// Whether a write needs no fault.
  package var isWritable: Bool { flags.contains(.writable) }

  /// The frame behind the page, for memory that the machine's page allocator gave.
  package var frame: FrameNumber? {
    switch target {
    case .anonymous(let frame), .shared(let frame): frame
    case .zeroPage, .program, .swapped: nil
    }
  }
}

extension PageMapping: ExtentValue {
  /// The entry `distance` pages further on in an extent.
  func advanced(by distance: UInt64) -> PageMapping {
    let distance = Int(distance)
    switch target {
    case .anonymous(let frame): return PageMapping(.anonymous(frame + distance), flags)
    case .shared(let frame): return PageMapping(.shared(frame + distance), flags)
    case .swapped(let slot): return PageMapping(.swapped(slot + distance), flags)
    case .zeroPage, .program: return self
    }
  }
}
