// Where memory lies in the physical address space, and what boot reserves of it.

/// The physical memory map of a machine at boot: firmware's ranges, zones, early reservations.
struct PhysicalMemory: Sendable {
  /// Usable RAM as the kernel registers it, ascending.
  let ram: [FrameRange]
  /// Frames that are not given to the page allocator, ascending, without overlap.
  let reserved: [FrameRange]
  /// The part of the image that is given to the page allocator before the watermarks are computed.
  let freedBeforeMarks: FrameRange
  /// Frames that are given to the page allocator at the end of boot only, in order of freeing.
  let freedLate: [FrameRange]
  /// The first frame beyond the direct map.
  let lowmemEnd: FrameNumber
  /// The first frame of the array of `struct page`, which i386 maps where it lies.
  let pageStructs: FrameNumber
  /// The first frame of the firmware's tables above the low RAM.
  let firmwareStart: FrameNumber
  /// The kernel image as /proc/iomem names it.
  let image: ImageMap

  /// Firmware keeps this many frames at the top of the memory below 4 GiB.
  private static let firmwareFrames = 32
  /// From this much RAM on, what exceeds 3 GiB lies above 4 GiB.
  private static let splitLimit = 0xe_0000
  /// The first frame that holds RAM; frame 0 is reserved.
  private static let conventional = FrameRange(start: FrameNumber(1), count: 0x9e)
  /// The end of the legacy hole.
  private static let extendedStart = 0x100

  /// Lays a machine's memory out.
  init(_ configuration: MachineConfiguration) {
    let profile = configuration.profile
    let footprint = configuration.kernel.footprint(configuration.architecture)
    let pages = Int(configuration.ram / 4096)
    let split = pages >= Self.splitLimit
    let lowEnd = (split ? 0xc_0000 : pages) - Self.firmwareFrames
    var ram = [
      Self.conventional,
      FrameRange(start: FrameNumber(Self.extendedStart), count: lowEnd - Self.extendedStart),
    ]
    if split, configuration.architecture == .x8664 {
      ram.append(FrameRange(start: FrameNumber(0x10_0000), count: pages - 0xc_0000))
    }
    self.ram = ram
    firmwareStart = FrameNumber(lowEnd)
    image = footprint.map
    let top = ram[ram.count - 1].end
    lowmemEnd = Swift.min(top, profile.directMapLimit)
    // The RAM disk lies at the top of the memory that a 32-bit loader reaches.
    let diskEnd = Swift.min(FrameNumber(lowEnd), lowmemEnd)
    let disk = FrameRange(
      start: FrameNumber(diskEnd.rawValue - footprint.ramDiskPages), count: footprint.ramDiskPages)
    freedBeforeMarks = footprint.alternatives
    freedLate = [disk] + footprint.freedImage
    let layout = Self.reservations(
      configuration, footprint, ram: ram, lowmemEnd: lowmemEnd, disk: disk)
    reserved = layout.ranges
    pageStructs = layout.pageStructs
  }

  /// The pages that a range of frames shares with RAM.
  func ramPages(from start: FrameNumber, to end: FrameNumber) -> Int {
    ram.reduce(0) {
      $0
        + Swift.max(
          0, Swift.min($1.end.rawValue, end.rawValue) - Swift.max($1.start.rawValue, start.rawValue))
    }
  }

  /// The early reservations: low 640 KiB, the image, and from the top down the array of `struct page`,
  /// hash tables, per-CPU memory and small things.
  private static func reservations(
    _ configuration: MachineConfiguration, _ footprint: BootFootprint, ram: [FrameRange],
    lowmemEnd: FrameNumber, disk: FrameRange
  ) -> (ranges: [FrameRange], pageStructs: FrameNumber) {
    let profile = configuration.profile
    let isWide = configuration.architecture == .x8664
    let above4G = ram.count > 2
    let structs = pageStructPages(ram: ram, profile: profile, sectioned: isWide)
    let lowPages = ram.reduce(0) {
      $0 + Swift.max(0, Swift.min($1.end, lowmemEnd).rawValue - $1.start.rawValue)
    }
    let hashes = hashTablePages(lowPages: lowPages, pageStructs: isWide ? structs : 0, footprint)
    let bounce = above4G ? footprint.bounceBufferPages : (buffers: 0, slots: 0)
    let rest =
      hashes + footprint.perCPUPages * configuration.cpus + bounce.slots
      + footprint.miscellaneousPages(cpus: configuration.cpus, above4G: above4G)
    let top = above4G ? ram[2].end : disk.start
    let structStart = FrameNumber(top.rawValue - structs)
    var ranges = [conventional] + footprint.image
    if above4G {
      let count = bounce.buffers + footprint.earlyLowPages
      ranges.append(FrameRange(start: FrameNumber(disk.start.rawValue - count), count: count))
    }
    ranges.append(FrameRange(start: FrameNumber(structStart.rawValue - rest), count: rest + structs))
    return (ranges, structStart)
  }

  /// Pages of the array of `struct page`: whole 128 MiB sections on x86_64, one flat array on i386.
  private static func pageStructPages(
    ram: [FrameRange], profile: ArchitectureProfile, sectioned: Bool
  ) -> Int {
    guard sectioned else {
      let bytes = ram[ram.count - 1].end.rawValue * profile.pageStructSize
      return (bytes + profile.pageSize - 1) / profile.pageSize
    }
    let section = 32_768
    var sections = 0
    var next = 0
    for range in ram {
      let first = Swift.max(next, range.start.rawValue / section)
      let end = (range.end.rawValue + section - 1) / section
      sections += Swift.max(0, end - first)
      next = Swift.max(next, end)
    }
    return sections * section * profile.pageStructSize / profile.pageSize
  }

  /// Pages of the dentry and the inode hash table (`alloc_large_system_hash`, mm/page_alloc.c).
  private static func hashTablePages(lowPages: Int, pageStructs: Int, _ footprint: BootFootprint) -> Int {
    let mebibyte = 256
    let pages = (Swift.max(lowPages - pageStructs, mebibyte) + mebibyte - 1) / mebibyte * mebibyte
    var growth = 0
    var adapted = (64 << 30) / 4096
    while footprint.hashBucketSize == 8, adapted < pages {
      growth += 1
      adapted <<= 2
    }
    return [13, 14].reduce(0) { sum, scale in
      var entries = 1
      while entries < pages >> (scale + growth - 12) { entries *= 2 }
      return sum + Swift.max(1, entries * footprint.hashBucketSize / 4096)
    }
  }
}
