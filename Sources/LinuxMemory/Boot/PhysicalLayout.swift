// Where RAM lies in the physical address space of a QEMU PC, and which zones that makes.

/// The usable RAM of a machine and its zones, before anything is taken.
struct PhysicalLayout: Sendable {
  /// The extent of a zone.
  struct ZoneExtent: Sendable {
    let kind: ZoneKind
    /// The first frame.
    let start: FrameNumber
    /// Frames from the first to the last, and those of them that are RAM.
    let spanned, present: Int
  }

  /// Usable RAM as the kernel registers it, ascending.
  let ram: [FrameRange]
  /// Whether what exceeds 3 GiB lies above 4 GiB, seen by the kernel or not.
  let isSplit: Bool
  /// The first frame of the firmware's tables above the low RAM.
  let firmwareStart: FrameNumber
  /// The first frame beyond the direct map.
  let lowmemEnd: FrameNumber
  /// The initial RAM disk, at the top of the memory that the loader or the kernel reaches.
  let ramDisk: FrameRange
  /// The zones, the empty ones included.
  let zones: [ZoneExtent]

  /// Pages that the kernel counts for itself before boot (`nr_kernel_pages`): without high memory and
  /// without the array of `struct page`.
  let kernelPages: Int
  /// The same with high memory (`nr_all_pages`).
  let allPages: Int

  /// Firmware keeps this many frames at the top of the memory below 4 GiB.
  private static let firmwareFrames = 32
  /// From this much RAM on, what exceeds 3 GiB lies above 4 GiB.
  private static let splitLimit = 0xe_0000
  /// The first frames that hold RAM; frame 0 is reserved.
  static let conventional = FrameRange(start: FrameNumber(1), count: 0x9e)
  /// The end of the legacy hole.
  private static let extendedStart = 0x100
  /// Frames of a section of the sparse memory map.
  private static let sectionFrames = 32_768

  /// The first frame beyond all RAM.
  var top: FrameNumber { ram[ram.count - 1].end }

  /// Lays a machine's memory out.
  init(_ configuration: MachineConfiguration) {
    let profile = configuration.profile
    let pages = Int(configuration.ram / 4096)
    isSplit = pages >= Self.splitLimit
    let lowEnd = (isSplit ? 0xc_0000 : pages) - Self.firmwareFrames
    var ram = [
      Self.conventional,
      FrameRange(start: FrameNumber(Self.extendedStart), count: lowEnd - Self.extendedStart),
    ]
    if isSplit, configuration.profile.physicalLimit > 1 << 32, pages > 0xc_0000 {
      ram.append(FrameRange(start: FrameNumber(0x10_0000), count: pages - 0xc_0000))
    }
    self.ram = ram
    firmwareStart = FrameNumber(lowEnd)
    let top = ram[ram.count - 1].end
    lowmemEnd = Swift.min(top, profile.directMapLimit)
    let diskPages = configuration.build.footprint.ramDiskPages
    let diskEnd = Swift.min(FrameNumber(lowEnd), lowmemEnd)
    ramDisk = FrameRange(start: FrameNumber(diskEnd.rawValue - diskPages), count: diskPages)
    zones = Self.zones(profile, ram, lowmemEnd: lowmemEnd)
    (kernelPages, allPages) = Self.countedPages(zones, profile)
  }

  /// The sections of 128 MiB that hold RAM, ascending.
  var sections: [Int] {
    var result: [Int] = []
    for range in ram {
      let first = Swift.max(range.start.rawValue / Self.sectionFrames, (result.last ?? -1) + 1)
      let end = (range.end.rawValue + Self.sectionFrames - 1) / Self.sectionFrames
      if first < end { result += first..<end }
    }
    return result
  }

  private static func zones(
    _ profile: ArchitectureProfile, _ ram: [FrameRange], lowmemEnd: FrameNumber
  ) -> [ZoneExtent] {
    let top = ram[ram.count - 1].end
    var start = FrameNumber(1)
    return profile.zoneKinds.map { kind in
      let limit: FrameNumber
      switch kind {
      case .dma: limit = profile.dmaLimit
      case .dma32: limit = profile.dma32Limit ?? start
      case .normal: limit = lowmemEnd
      case .highMem: limit = top
      case .movable, .device: limit = start
      }
      let end = Swift.max(start, Swift.min(limit, top))
      defer { start = end }
      let present = ram.reduce(0) {
        $0 + Swift.max(0, Swift.min($1.end, end).rawValue - Swift.max($1.start, start).rawValue)
      }
      guard present > 0 else {
        return ZoneExtent(kind: kind, start: FrameNumber(0), spanned: 0, present: 0)
      }
      return ZoneExtent(kind: kind, start: start, spanned: end.rawValue - start.rawValue, present: present)
    }
  }

  /// What `free_area_init_core` counts: of each zone what its part of the array of `struct page` leaves.
  private static func countedPages(
    _ zones: [ZoneExtent], _ profile: ArchitectureProfile
  ) -> (kernel: Int, all: Int) {
    var kernel = 0
    var all = 0
    for zone in zones where zone.present > 0 {
      // A sparse zone has no structures for its holes.
      let isSparse = profile.dma32Limit != nil && zone.spanned > zone.present + zone.present >> 4
      let bytes = (isSparse ? zone.present : zone.spanned) * profile.pageStructSize
      let structs = (bytes + profile.pageSize - 1) / profile.pageSize
      if zone.kind == .highMem {
        all += zone.present
        if kernel > 2 * structs { kernel -= structs }
        continue
      }
      var pages = zone.present > structs ? zone.present - structs : zone.present
      // A 64-bit kernel leaves out what the first 640 KiB have reserved already (`set_dma_reserve`).
      if zone.kind == .dma, profile.dma32Limit != nil { pages -= conventional.count }
      kernel += pages
      all += pages
    }
    return (kernel, all)
  }
}
