// Pages that the kernel holds outside slabs and mappings.

/// Blocks of pages with no other owner, and the physical address space.
public struct KernelPages: Sendable, Equatable {
  /// Pages that the kernel took during boot.
  let bootFrames: [FrameRange]
  /// The order of each block that `alloc_pages` gave out, by first frame.
  var blocks = BlockOrders()
  /// High memory that kmap made reachable.
  var permanentMappings = PermanentMappings()
  /// The physical address space (`/proc/iomem`).
  public let resources: [PhysicalResource]

  /// The physical addresses of the firmware's tables at the top of RAM below 4 GiB.
  let firmware: Range<UInt64>
  /// The first frame beyond the direct map.
  let lowmemEnd: FrameNumber
  /// The first frame of the array of `struct page`.
  let pageStructs: FrameNumber

  init(bootFrames: [FrameRange], memory: PhysicalMemory) {
    self.bootFrames = bootFrames
    resources = memory.resources
    let firmwareStart = UInt64(memory.firmwareStart.rawValue) << 12
    firmware = firmwareStart..<firmwareStart + UInt64(BootVirtualArea.recordedFirmware.count)
    lowmemEnd = memory.lowmemEnd
    pageStructs = memory.pageStructs
  }

  /// How many pages the blocks have in all.
  public var blockPages: Int { blocks.pages }
  /// How many pages boot took without a name.
  public var bootPages: Int { bootFrames.reduce(0) { $0 + $1.count } }
}

/// A range of physical addresses with a name (`struct resource`, `/proc/iomem`).
public struct PhysicalResource: Sendable, Equatable {
  /// The first address.
  public let start: UInt64
  /// The last address.
  public let end: UInt64
  /// The name.
  public let name: String
  /// How deep it is nested: 0 for the outermost.
  public let depth: Int

  /// Whether it is memory that the kernel uses.
  public var isRAM: Bool { name == "System RAM" }
}
