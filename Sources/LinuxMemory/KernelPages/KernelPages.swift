// Pages that the kernel holds outside slabs and mappings.

/// Blocks of pages with no other owner, and the physical address space.
package struct KernelPages: Sendable, Equatable, Codable {
  /// Pages that the kernel took during boot.
  let bootFrames: [FrameRange]
  /// The order of each block that `alloc_pages` gave out, by first frame.
  var blocks = BlockOrders()
  /// High memory that kmap made reachable.
  var permanentMappings = PermanentMappings()
  /// The physical address space (`/proc/iomem`).
  package let resources: [PhysicalResource]

  /// The physical addresses of the firmware's tables at the top of RAM below 4 GiB.
  let firmware: Range<UInt64>
  /// The first frame beyond the direct map.
  let lowmemEnd: FrameNumber
  /// The first frame of the array of `struct page`.
  let pageStructs: FrameNumber

  /// Makes the state of a machine that has just booted.
  init(
    bootFrames: [FrameRange], resources: [PhysicalResource], firmware: Range<UInt64>, lowmemEnd: FrameNumber,
    pageStructs: FrameNumber
  ) {
    self.bootFrames = bootFrames
    self.resources = resources
    self.firmware = firmware
    self.lowmemEnd = lowmemEnd
    self.pageStructs = pageStructs
  }

  /// How many pages the blocks have in all.
  package var blockPages: Int { blocks.pages }
}
