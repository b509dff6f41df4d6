// Where memory lies in the physical address space, and what boot reserves of it.

/// The physical memory map of a machine at boot: firmware's ranges, zones, early reservations.
struct PhysicalMemory: Sendable {
  /// RAM and zones.
  let layout: PhysicalLayout
  /// Frames that are not given to the page allocator, ascending, without overlap.
  let reserved: [FrameRange]
  /// The part of the image that is given to the page allocator before the watermarks are computed.
  let freedBeforeMarks: FrameRange
  /// Frames that are given to the page allocator at the end of boot only, in order of freeing.
  let freedLate: [FrameRange]
  /// The first frame of the array of `struct page`, which i386 maps where it lies.
  let pageStructs: FrameNumber
  /// The kernel image as /proc/iomem names it.
  let image: ImageMap

  /// Usable RAM as the kernel registers it, ascending.
  var ram: [FrameRange] { layout.ram }
  /// The first frame beyond the direct map.
  var lowmemEnd: FrameNumber { layout.lowmemEnd }
  /// The first frame of the firmware's tables above the low RAM.
  var firmwareStart: FrameNumber { layout.firmwareStart }

  /// Lays a machine's memory out and takes what early boot takes.
  init(_ configuration: MachineConfiguration) {
    let footprint = configuration.build.footprint
    layout = PhysicalLayout(configuration)
    let early = EarlyReservations(configuration, footprint, layout)
    reserved = early.memory.reservedFrames(of: layout.ram)
    pageStructs = early.pageStructs
    freedBeforeMarks = footprint.alternatives
    freedLate = [layout.ramDisk] + footprint.freedImage
    image = footprint.map
  }
}
